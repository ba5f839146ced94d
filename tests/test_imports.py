"""Acting after an optional library is imported, without importing it; and the public names."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import furutalib
from furutalib.facts.imports import after_import


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on the path for a library named made_up_library, not yet written."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    yield tmp_path / "made_up_library.py"
    sys.modules.pop("made_up_library", None)


def test_the_action_follows_the_import(library: Path) -> None:
    library.write_text("READY = True")
    seen: list[bool] = []
    after_import("made_up_library", lambda: seen.append(sys.modules["made_up_library"].READY))
    assert seen == []
    module = importlib.import_module("made_up_library")
    importlib.import_module("made_up_library")
    assert seen == [True]
    assert type(module.__spec__.loader).__name__ == "SourceFileLoader"
    assert module.__loader__ is module.__spec__.loader


def test_a_library_that_is_there_already(library: Path) -> None:
    library.write_text("")
    importlib.import_module("made_up_library")
    seen: list[str] = []
    after_import("made_up_library", lambda: seen.append("done"))
    assert seen == ["done"]


def test_a_library_that_is_installed_later(library: Path) -> None:
    seen: list[str] = []
    after_import("made_up_library", lambda: seen.append("done"))
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("made_up_library")
    library.write_text("")
    importlib.invalidate_caches()
    importlib.import_module("made_up_library")
    assert seen == ["done"]


def test_a_library_that_fails_fails_as_it_would(library: Path) -> None:
    library.write_text("1 / 0")
    seen: list[str] = []
    after_import("made_up_library", lambda: seen.append("done"))
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("made_up_library")
    assert seen == []


@pytest.mark.parametrize("first", ["import gymnasium", "import furutalib, gymnasium"])
@pytest.mark.parametrize("name", ["FurutaSwingUp-v0", "FurutaBalance-v0"])
def test_gymnasium_finds_the_environments_in_a_fresh_process(first: str, name: str) -> None:
    code = f"{first}; print(gymnasium.make('furutalib:{name}').action_space)"
    assert "Box(-1.0, 1.0, (1,)" in subprocess.check_output([sys.executable, "-c", code], text=True)


@pytest.mark.parametrize("name", furutalib.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(furutalib, name) is not None
    assert name in dir(furutalib)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'swing'"):
        _ = furutalib.swing
