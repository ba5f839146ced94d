"""`furuta check` finds what is wrong, and says what to do about it."""

import json
import sys
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons import doctor
from furutalib.lessons.doctor import Report, differences, examine, look_at


def test_all_is_well_where_the_tests_run() -> None:
    report = examine()
    assert [f"{each.name}: {each.detail}" for each in report.findings if not each.ok] == []
    assert report.table().splitlines()[-1] == "Everything is ready."


def test_json_says_the_same() -> None:
    report = Report((doctor.Finding("a", True, "x"), doctor.Finding("b", False, "y")))
    assert json.loads(report.to_json()) == {
        "ok": False,
        "findings": [
            {"name": "a", "ok": True, "detail": "x"},
            {"name": "b", "ok": False, "detail": "y"},
        ],
    }
    assert report.table().splitlines()[-1] == "1 of 2 need your attention."


LOCK = """
# a comment
numpy==2.4.6
    # via something
ruamel.yaml==1.0 ; python_version >= '3'
torch==2.13.0
pywinpty==3.0 ; sys_platform == 'nowhere'
"""


def test_differences_from_the_lock() -> None:
    good = {"numpy": "2.4.6", "ruamel-yaml": "1.0", "torch": "2.13.0", "other": "1"}
    assert differences(LOCK, good) == []
    assert differences(LOCK, good | {"numpy": "2.4.5"}) == ["numpy 2.4.5 (lock 2.4.6)"]
    del good["torch"]
    assert differences(LOCK, good) == ["torch is absent (lock 2.13.0)"]


def test_the_cpu_build_of_torch_counts_as_its_release() -> None:
    assert "+" not in doctor.installed_versions()["torch"]


def test_another_version_than_the_lock_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    real = doctor.installed_versions()
    monkeypatch.setattr(doctor, "installed_versions", lambda: real | {"numpy": "1.0"})
    lock = look_at("lock")
    assert not lock.ok
    assert "numpy 1.0" in lock.detail
    assert "pip install -r requirements.txt" in lock.detail


def test_a_broken_robot_description(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        raise ConfigurationError("course.toml: arm.mass_kg = nan;\nit must be finite")

    monkeypatch.setattr("furutalib.facts.robot.load_robot", broken)
    assert look_at("robots") == doctor.Finding(
        "robots", False, "course.toml: arm.mass_kg = nan; it must be finite"
    )


def test_an_environment_without_the_jupyter_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert not look_at("jupyter").ok


@pytest.mark.parametrize(
    ("mode", "key", "said"),
    [
        ("online", "0" * 40, "online: trainings send their curves to api.wandb.ai"),
        (
            "online",
            "",
            "offline although online is asked for: not logged in; to send one: `wandb l",
        ),
        ("offline", "", "nothing is sent (not logged in); to send one: `wandb login`, then `wandb"),
        ("offline", "0" * 40, "(a key for api.wandb.ai is here); to send one: `wandb sync runs"),
        ("disabled", "", "disabled: trainings write plain files only"),
    ],
)
def test_what_weights_and_biases_would_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str, key: str, said: str
) -> None:
    monkeypatch.setenv("FURUTA_WANDB", mode)
    monkeypatch.setenv("WANDB_API_KEY", key)
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    found = look_at("W&B")
    assert found.ok
    assert said in found.detail


def test_an_impossible_wandb_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FURUTA_WANDB", "sometimes")
    assert not look_at("W&B").ok


def test_a_folder_for_copies_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "work_folder", lambda course: tmp_path / "work")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    work = look_at("work")
    assert not work.ok
    assert "cannot be written" in work.detail


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    python = look_at("python")
    assert not python.ok
    assert "too old" in python.detail


def test_a_board_without_the_simulation_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(start: Path) -> Path:
        raise ConfigurationError("no course")

    monkeypatch.setattr(doctor, "find_course", nowhere)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "only the library" in look_at("lock").detail
    assert "only the library" in look_at("work").detail
    assert "numba is absent" in look_at("rollout").detail
    assert examine().ok


def test_numba_missing_from_the_course_is_not_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("furutalib.maths.plant")
    monkeypatch.setitem(sys.modules, "furutalib.maths.plant", None)
    assert not look_at("rollout").ok
