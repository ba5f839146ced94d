"""A thing made of parts: turn it, take it apart, click a part for what is known of it."""

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.mesh_packing import packed
from furutalib.learning.placement import Instance, mesh
from furutalib.learning.scene_parts import scene_file
from furutalib.view.widget import View


@dataclass(frozen=True)
class PartNote:
    """What stands beside the picture when a part is chosen: pairs of a name and a text."""

    title: str
    lines: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class BuildStep:
    """A step in which some instances are new and others are there already, by their names."""

    title: str
    shown: Sequence[str]
    new: Sequence[str]


class PartsView(View):
    """Parts at their places.

    Args:
        instances: of the placement.
        folder: what their meshes are in, `assembly`.
        notes: by the id of a part; one without a note shows its id.
        steps: for a second slider, that builds it up.
        label: what is shown, for people who do not see it.
        hidden: groups that are not shown at first.
        height: of the picture, in pixels.

    Raises:
        ConfigurationError: a mesh is damaged.
        OSError: a mesh cannot be read.
    """

    kind = "parts"

    def __init__(
        self,
        instances: Sequence[Instance],
        folder: Path,
        notes: Mapping[str, PartNote],
        *,
        steps: Sequence[BuildStep] = (),
        label: str = "",
        hidden: Sequence[str] = (),
        height: int = 460,
    ) -> None:
        files = {each.mesh: scene_file(folder, each) for each in instances}
        parts = dict.fromkeys(each.part for each in instances)
        self.selected = ""
        self._listeners: list[Callable[[str], None]] = []
        super().__init__(
            {
                "label": label or f"{len(instances)} parts",
                "height": height,
                "camera": {"azimuth_deg": -35.0, "elevation_deg": 20.0},
                "meshes": {name: packed(mesh(file)) for name, file in files.items()},
                "instances": [_plain(each) for each in instances],
                "parts": {part: _note(notes.get(part), part) for part in sorted(parts)},
                "steps": [
                    {"title": each.title, "shown": list(each.shown), "new": list(each.new)}
                    for each in steps
                ],
                "hidden": list(hidden),
            }
        )
        self.on_msg(self._heard)

    def on_part(self, callback: Callable[[str], None]) -> None:
        """Have `callback(part)` called when a part is chosen; "" when none is any more."""
        self._listeners.append(callback)

    def select(self, part: str) -> None:
        """Mark a part as a click does; "" marks none.

        Raises:
            ConfigurationError: there is no such part.
        """
        known = self.payload["parts"]
        if part and part not in known:
            raise ConfigurationError(f"no part {part!r}; there are {', '.join(known)}")
        self.selected = part
        self.send({"kind": "select", "part": part})

    def still_html(self) -> str:
        """A list of the parts."""
        names = (html.escape(note["title"]) for note in self.payload["parts"].values())
        return f"<p>{html.escape(self.payload['label'])}: {', '.join(names)}</p>"

    def _heard(self, _view: Any, message: Mapping[str, Any], _buffers: Any) -> None:
        if message.get("kind") == "part":
            self.selected = message["part"]
            for callback in self._listeners:
                callback(self.selected)


def _note(note: PartNote | None, part: str) -> dict[str, Any]:
    chosen = note or PartNote(part.replace("-", " "))
    return {"title": chosen.title, "lines": [list(line) for line in chosen.lines]}


def _plain(instance: Instance) -> dict[str, Any]:
    """Of an instance what the page needs, in metres."""
    matrix = list(instance.matrix)
    for place in (3, 7, 11):
        matrix[place] /= 1000
    return {
        "instance": instance.name,
        "part": instance.part,
        "group": instance.group,
        "mesh": instance.mesh,
        "matrix": matrix,
        "explode": [length / 1000 for length in instance.explode],
        "colour": instance.colour,
    }
