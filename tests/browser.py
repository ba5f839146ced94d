"""What the browser tests share: a course for a learner, no network, pictures for a person."""

import os
import shutil
from pathlib import Path

from furutalib.lessons.browser import Notebook

ROOT = Path(__file__).resolve().parents[1]
NO_NETWORK = Path(__file__).resolve().parent / "no_network"
SIZES = ((1366, 768), (1920, 1080))
SCROLLED = ".jp-NotebookPanel .jp-WindowedPanel-outer"
BARS = 200  # pixels at most above and below a notebook
PART = 2400  # pixels of a notebook's height on one picture
# How many screens the cells fill; below them JupyterLab leaves room to scroll past the end.
PARTS = """(box) => {
  const end = [...box.querySelectorAll('.jp-Cell')].at(-1).getBoundingClientRect().bottom;
  return Math.ceil((end + box.scrollTop - box.getBoundingClientRect().top) / box.clientHeight);
}"""


def make_course(folder: Path) -> Path:
    """What the JupyterLab extension takes for a course; opening it fills the folder `work`."""
    (folder / "notebooks").mkdir()
    for name in ("furutalib", "data", "notebooks/source", "requirements.txt"):
        (folder / name).symlink_to(ROOT / name)
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder / "notebooks")
    return folder


def off_the_network(state: Path) -> dict[str, str]:
    """The environment in which no Python reaches another computer, and every attempt is noted."""
    return {
        "NETWORK_ATTEMPTS": str(state / "network-attempts"),
        "PYTHONPATH": os.pathsep.join([str(NO_NETWORK), str(ROOT)]),
    }


def take_pictures(notebook: Notebook, name: str) -> None:
    """The first screen and then all of the notebook.

    With FURUTA_SCREENSHOTS, the folder for them, in both sizes, light and dark: half a minute each.
    """
    everything = "FURUTA_SCREENSHOTS" in os.environ
    folder = Path(os.environ.get("FURUTA_SCREENSHOTS", ROOT / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    for dark in (False, True) if everything else (False,):
        notebook.show_theme(dark)
        for width, height in SIZES if everything else SIZES[:1]:
            start = folder / f"{name}-{width}x{height}-{'dark' if dark else 'light'}"
            _pictures(notebook, start, width, height)


def _pictures(notebook: Notebook, start: Path, width: int, height: int) -> None:
    page = notebook.page
    _resize(notebook, width, height)
    page.eval_on_selector(SCROLLED, "(box) => box.scrollTo(0, 0)")
    page.screenshot(path=f"{start}.png")
    _resize(notebook, width, PART)
    for part in range(page.eval_on_selector(SCROLLED, PARTS)):
        page.eval_on_selector(SCROLLED, "(e, part) => e.scrollTo(0, part * e.clientHeight)", part)
        page.screenshot(path=f"{start}-{part + 1}.png")


def _resize(notebook: Notebook, width: int, height: int) -> None:
    """JupyterLab follows the size of the window a moment later."""
    notebook.page.set_viewport_size({"width": width, "height": height})
    shown = f"document.querySelector('{SCROLLED}').clientHeight"
    notebook.until(f"{height - BARS} < {shown} && {shown} < {height}")
