"""Whether W&B may write, where, and what a person is told about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.run_files import RunFiles
from furutalib.learning.wandb_mode import (
    choose_mode,
    host,
    is_logged_in,
    keep_inside,
    sync_command,
    videos_wanted,
)


@pytest.mark.parametrize(
    ("asked", "environ", "mode"),
    [
        ("auto", {}, "offline"),
        ("auto", {"CI": "true"}, "disabled"),
        ("auto", {"CI": "1"}, "disabled"),
        ("auto", {"CI": "false"}, "offline"),
        ("auto", {"CI": "true", "FURUTA_WANDB": "online"}, "online"),
        ("auto", {"FURUTA_WANDB": "auto"}, "offline"),
        ("auto", {"WANDB_MODE": "disabled"}, "disabled"),
        ("auto", {"WANDB_MODE": "disabled", "FURUTA_WANDB": "offline"}, "offline"),
        ("offline", {"CI": "true"}, "offline"),
        ("online", {"WANDB_MODE": "disabled"}, "online"),
        ("disabled", {"FURUTA_WANDB": "online"}, "disabled"),
    ],
)
def test_mode(asked, environ, mode):
    assert choose_mode(asked, environ) == mode


def test_unknown_modes_are_refused():
    with pytest.raises(ConfigurationError, match="wandb = 'cloud'; use one of auto"):
        choose_mode("cloud", {})
    with pytest.raises(ConfigurationError, match="FURUTA_WANDB = 'cloud'"):
        choose_mode("auto", {"FURUTA_WANDB": "Cloud"})


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody with an empty home."""
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}


def test_a_key_is_found_where_login_leaves_it(home: dict[str, str], tmp_path: Path):
    assert not is_logged_in(home)
    assert is_logged_in({**home, "WANDB_API_KEY": "0" * 40})
    (tmp_path / ".netrc").write_text("machine other.org login user password secret")
    assert not is_logged_in(home)
    (tmp_path / ".netrc").write_text("machine api.wandb.ai login user password secret")
    assert is_logged_in(home)
    assert not is_logged_in({**home, "WANDB_BASE_URL": "https://wandb.school.org"})
    (tmp_path / ".netrc").write_text("nonsense")
    assert not is_logged_in(home)
    (tmp_path / "mine").write_text("machine wandb.school.org login user password secret")
    school = {"WANDB_BASE_URL": "https://wandb.school.org", "NETRC": str(tmp_path / "mine")}
    assert is_logged_in({**home, **school})
    assert host(school) == "wandb.school.org"


@pytest.mark.parametrize("key", ["", "machine api.wandb.ai login user password " + 40 * "0"])
def test_wandb_itself_finds_a_key_where_we_do(home: dict[str, str], tmp_path: Path, key: str):
    (tmp_path / ".netrc").write_text(key)
    code = "import wandb; print(wandb.login(prompt=False, verify=False))"
    quiet = {**home, "WANDB_SILENT": "true", "WANDB_DIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    told = subprocess.check_output(
        [sys.executable, "-c", code], env=quiet, cwd=tmp_path, text=True, stderr=subprocess.STDOUT
    )
    assert told.split()[-1] == str(is_logged_in(home))


def test_the_command_that_sends_a_run_names_its_folder():
    assert sync_command(Path("runs", "first")) == "wandb sync runs/first/wandb/offline-run-*"


def test_videos_can_be_left_out():
    assert videos_wanted({})
    assert videos_wanted({"FURUTA_WANDB_VIDEOS": "1"})
    assert not videos_wanted({"FURUTA_WANDB_VIDEOS": "0"})


def test_every_folder_of_wandb_is_inside_the_run(tmp_path: Path):
    environ = {"WANDB_MODE": "disabled", "WANDB_DIR": "/elsewhere"}
    keep_inside(RunFiles(tmp_path), environ)
    folders = {name: value for name, value in environ.items() if name.endswith("_DIR")}
    assert set(folders) == {
        f"WANDB_{kind}DIR" for kind in ("", "DATA_", "CACHE_", "CONFIG_", "ARTIFACT_")
    }
    assert all(Path(value).is_relative_to(tmp_path) for value in folders.values())
    assert environ["WANDB_ERROR_REPORTING"] == "false"
