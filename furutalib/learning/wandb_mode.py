"""Whether and where Weights & Biases may write, decided without it and without the network.

Offline unless the person asked for online **and** is logged in; in CI nothing is written unless
asked for. Nothing here imports wandb, so that `furuta check` can say what would happen.
"""

import netrc
import os
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from urllib.parse import urlsplit

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.run_files import RunFiles

MODES = ("auto", "online", "offline", "disabled")
PROJECT = "furuta"
_HOST = "https://api.wandb.ai"


def choose_mode(asked: str, environ: Mapping[str, str] = os.environ) -> str:
    """Which of online, offline, disabled applies.

    Args:
        asked: "auto" leaves it to the environment: `FURUTA_WANDB`, else `WANDB_MODE`, else
            disabled where `CI` is true, else offline.

    Raises:
        ConfigurationError: `asked` or the variable has an unknown value.
    """
    if asked != "auto":
        return _known(asked, "wandb")
    for variable in ("FURUTA_WANDB", "WANDB_MODE"):
        if environ.get(variable):
            return choose_mode(_known(environ[variable].lower(), variable), {})
    return "disabled" if environ.get("CI", "").lower() in ("1", "true") else "offline"


def is_logged_in(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this computer holds a key for W&B, as `wandb login` leaves one.

    It is looked for in the environment and in the netrc file; whether it still opens anything
    only the server knows.
    """
    if environ.get("WANDB_API_KEY") or environ.get("WANDB_IDENTITY_TOKEN_FILE"):
        return True
    for path in _netrc_files(environ):
        try:
            return netrc.netrc(path).authenticators(host(environ)) is not None
        except FileNotFoundError:
            continue
        except (OSError, netrc.NetrcParseError):
            return False
    return False


def host(environ: Mapping[str, str] = os.environ) -> str:
    """The server that online runs go to: `WANDB_BASE_URL`, else W&B's own."""
    return urlsplit(environ.get("WANDB_BASE_URL") or _HOST).netloc


def videos_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether runs log videos: always, except with `FURUTA_WANDB_VIDEOS=0`."""
    return environ.get("FURUTA_WANDB_VIDEOS", "1").lower() not in ("0", "false", "no")


def sync_command(folder: str | Path) -> str:
    """What sends the offline log in a run folder, once the person is logged in."""
    return f"wandb sync {Path(folder) / 'wandb' / 'offline-run-*'}"


def keep_inside(files: RunFiles, environ: MutableMapping[str, str] = os.environ) -> None:
    """Point every folder that wandb writes to into the run folder; switch error reports off."""
    inner = str(files.wandb)
    for name in ("DATA", "CACHE", "CONFIG", "ARTIFACT"):
        environ[f"WANDB_{name}_DIR"] = inner
    # wandb adds a folder `wandb` to this one by itself
    environ["WANDB_DIR"] = str(files.folder)
    environ["WANDB_ERROR_REPORTING"] = "false"
    environ["WANDB_SILENT"] = "true"
    environ.pop("WANDB_MODE", None)


def _known(mode: str, where: str) -> str:
    if mode not in MODES:
        raise ConfigurationError(f"{where} = {mode!r}; use one of {', '.join(MODES)}")
    return mode


def _netrc_files(environ: Mapping[str, str]) -> list[Path]:
    """Where wandb looks for a key, in its order."""
    if environ.get("NETRC"):
        return [Path(environ["NETRC"]).expanduser()]
    home = Path(environ.get("HOME") or Path.home())
    return [home / ".netrc", home / "_netrc"]
