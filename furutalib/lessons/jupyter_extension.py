"""What opening the course with JupyterLab does: quiet settings, and copies for the learner.

Jupyter finds this module through `etc/jupyter/jupyter_server_config.d/furutalib.json` in the
environment where the course is installed, so it acts there and nowhere else. It sets defaults
only: what a person wrote into their own configuration or on the command line stays.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.workspace import WorkspaceError, fill, find_course, work_folder

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

_log = logging.getLogger(__name__)

FIRST_LESSON = "00_welcome.ipynb"

# No news prompt, no update check, no extension manager: each of them calls a server far away.
_QUIET = {
    "news_url": None,
    "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "extension_manager": "readonly",
}


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _link_jupyter_server_extension(server: "ServerApp") -> None:
    """Runs before JupyterLab reads its configuration, since our name sorts before its."""
    lab_settings = dict(_QUIET)
    try:
        root = Path(server.root_dir).resolve()
        course = find_course(root)
        for path in fill(course):
            _log.info("new lesson in your folder: %s", path)
        lab_settings |= _first_page(root, work_folder(course) / FIRST_LESSON, server.config)
    except (ConfigurationError, WorkspaceError) as error:
        _log.warning("%s", error)
    for name, value in lab_settings.items():
        server.config.LabApp.setdefault(name, value)


def _load_jupyter_server_extension(server: "ServerApp") -> None:
    """Jupyter asks for this function; all is done when the extension is linked."""


def _first_page(root: Path, lesson: Path, config: "Config") -> dict[str, str]:
    """Open JupyterLab on the first lesson, if the server can show it and nobody said otherwise."""
    chosen = "default_url" in config.ServerApp
    if chosen or not lesson.is_file() or not lesson.is_relative_to(root):
        return {}
    return {"default_url": f"/lab/tree/{lesson.relative_to(root).as_posix()}"}
