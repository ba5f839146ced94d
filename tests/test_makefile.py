"""`make` finds a Python, installs once, and never takes half an installation for a whole one."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Answers like a Python that can make environments and install into them, and notes what it did.
PROGRAM = """#!/bin/sh
case "$*" in
  *print*) echo 3.11; exit 0 ;;
  -c*) exit 0 ;;
esac
echo "$*" >> "$NOTES"
case "$*" in
  "-m venv"*) for folder; do :; done; mkdir -p "$folder/bin" && cp "$0" "$folder/bin/python" ;;
  "-m pip install"*) exit "${PIP_STATUS:-0}" ;;
esac
"""


def test_make_lists_every_target() -> None:
    listed = subprocess.check_output(["make", "--no-print-directory"], cwd=ROOT, text=True)
    targets = "lab test test-full check notebooks book bench clean parts parts-check slice pictures"
    for target in targets.split():
        assert re.search(rf"^  make {target}\s+\S", listed, re.MULTILINE), target


def fake_python(folder: Path, name: str, version: str) -> Path:
    """A program that answers like a Python of another version."""
    numbers = version.split(".")
    path = folder / name
    path.write_text(
        "#!/bin/sh\n"
        f'case "$2" in *print*) echo {version};;'
        f" *) test {numbers[1]} -ge 11 && test {numbers[1]} -le 14;; esac\n"
    )
    path.chmod(0o755)
    return path


def find_python(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", str(ROOT / ".ci" / "find-python")],
        env={"PATH": str(folder)},
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_python_that_is_too_old_gives_one_clear_line(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", "3.9")
    result = find_python(tmp_path)
    assert result.returncode == 1
    [line] = result.stderr.splitlines()
    assert "needs Python 3.11" in line
    assert "python3 is 3.9" in line


def test_no_python_at_all_gives_one_clear_line(tmp_path: Path) -> None:
    [line] = find_python(tmp_path).stderr.splitlines()
    assert "none found" in line


def test_a_newer_python_beside_an_old_one_is_found(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", "3.9")
    fake_python(tmp_path, "python3.12", "3.12")
    assert find_python(tmp_path).stdout.strip() == "python3.12"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What `make` needs of a clone, and a PATH on which python3 is the program above."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "assembly").mkdir()
    shutil.copy(ROOT / "assembly" / "requirements.txt", tmp_path / "assembly" / "requirements.txt")
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "find-python", tmp_path / ".ci" / "find-python")
    (tmp_path / "programs").mkdir()
    python = tmp_path / "programs" / "python3"
    python.write_text(PROGRAM)
    python.chmod(0o755)
    return tmp_path


def make_lab(clone: Path, target: str = "lab", **variables: str) -> tuple[int, list[str]]:
    """The exit status of `make lab` (or another target), and what it asked Python to do."""
    notes = clone / "notes"
    notes.write_text("")
    path = f"{clone / 'programs'}:/usr/local/bin:/usr/bin:/bin"
    result = subprocess.run(
        ["make", target],
        cwd=clone,
        env={"PATH": path, "NOTES": str(notes), **variables},
        capture_output=True,
        check=False,
    )
    return result.returncode, notes.read_text().splitlines()


def installs(done: list[str]) -> int:
    return sum(line.startswith("-m pip install") for line in done)


def test_make_lab_installs_once(clone: Path) -> None:
    status, done = make_lab(clone)
    assert (status, installs(done)) == (0, 2)
    assert done[-1].startswith("-m jupyterlab")
    status, done = make_lab(clone)
    assert (status, installs(done), len(done)) == (0, 0, 1)


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed(clone: Path, name: str) -> None:
    make_lab(clone)
    (clone / name).write_text((clone / name).read_text() + "\n# changed\n")
    status, done = make_lab(clone)
    assert (status, installs(done)) == (0, 2)
    assert not any(line.startswith("-m venv") for line in done)


def test_an_interrupted_installation_is_done_again(clone: Path) -> None:
    status, done = make_lab(clone, PIP_STATUS="1")
    assert status != 0
    assert not any(line.startswith("-m jupyterlab") for line in done)
    status, done = make_lab(clone)
    assert (status, installs(done)) == (0, 2)


def test_a_moved_clone_is_installed_again(clone: Path, tmp_path: Path) -> None:
    make_lab(clone)
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    shutil.copytree(clone, moved)
    assert installs(make_lab(moved)[1]) == 2


def test_lab_flags_are_passed_on(clone: Path) -> None:
    done = make_lab(clone, LAB_FLAGS="--no-browser --ServerApp.port=1")[1]
    assert done[-1].endswith("--no-browser --ServerApp.port=1")


def test_make_parts_has_an_environment_of_its_own_and_installs_it_once(clone: Path) -> None:
    status, done = make_lab(clone, "parts", PARTS="arm collar")
    assert (status, installs(done)) == (0, 1)
    assert done[0] == "-m venv --clear assembly/.venv"
    assert any(line.endswith("--requirement assembly/requirements.txt") for line in done)
    assert "-m assembly.cad.make arm collar" in done
    assert not (clone / ".venv").exists()
    assert installs(make_lab(clone, "parts-check")[1]) == 0
    pins = clone / "assembly" / "requirements.txt"
    pins.write_text(pins.read_text() + "# changed\n")
    assert installs(make_lab(clone, "parts")[1]) == 1
