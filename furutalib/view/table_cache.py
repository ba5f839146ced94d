"""Tables of many runs, read again only where they have changed."""

from pathlib import Path

from furutalib.learning.run_files import Columns, read_table


class TableCache:
    """Keeps what was read, as long as the file is the same."""

    def __init__(self) -> None:
        self._kept: dict[Path, tuple[tuple[int, int], Columns]] = {}

    def read(self, path: Path) -> Columns:
        """The columns of a CSV file by name, see `read_table`."""
        if not path.is_file():
            return {}
        about = path.stat()
        stamp = (about.st_mtime_ns, about.st_size)
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamp:
            kept = self._kept[path] = (stamp, read_table(path))
        return kept[1]
