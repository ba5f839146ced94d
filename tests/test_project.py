"""The files around the code hold together: lock, conda environment, settings, texts."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import furutalib
from furutalib.lessons.catalogue import LESSONS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = {
    canonicalize_name(pin.name): pin
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if line.strip() and not line.lstrip().startswith("#")
    for pin in [Requirement(line)]
}

# Where the lock must install; the values are those that pip sees there.
PLATFORMS = {
    "Linux x86-64": {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    "Linux arm64": {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    "macOS arm64": {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
    "Windows x86-64": {"sys_platform": "win32", "platform_machine": "AMD64", "os_name": "nt"},
}


def tracked_files() -> list[Path]:
    names = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def tracked_texts() -> dict[str, str]:
    texts = {}
    for path in tracked_files():
        try:
            texts[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return texts


def locked_on(platform: str) -> dict[str, Requirement]:
    return {
        name: pin
        for name, pin in LOCK.items()
        if pin.marker is None or pin.marker.evaluate(PLATFORMS[platform])
    }


def requirements(extra: str) -> list[Requirement]:
    """The direct requirements of an extra, extras of our own followed."""
    found = []
    for text in PROJECT["project"]["optional-dependencies"][extra]:
        requirement = Requirement(text)
        if requirement.name == PROJECT["project"]["name"]:
            found += [more for name in requirement.extras for more in requirements(name)]
        else:
            found.append(requirement)
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_lock_satisfies_pyproject(platform: str) -> None:
    locked = locked_on(platform)
    wanted = [*requirements("dev"), *map(Requirement, PROJECT["project"]["dependencies"])]
    for requirement in wanted:
        if requirement.marker and not requirement.marker.evaluate(PLATFORMS[platform]):
            continue
        pin = locked.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not in requirements.txt; run `make lock`"
        [version] = [clause.version for clause in pin.specifier]
        assert requirement.specifier.contains(version), f"{pin} is not {requirement}; `make lock`"


def test_the_lock_pins_every_package_once_and_exactly() -> None:
    for pin in LOCK.values():
        assert [clause.operator for clause in pin.specifier] == ["=="], pin
        assert pin.url is None
    assert str(LOCK["torch"].specifier) == "==2.13.0"


def test_the_lock_has_no_cuda_package() -> None:
    assert [name for name in LOCK if re.search("nvidia|cuda|triton|cudnn|nccl", name)] == []


@pytest.mark.parametrize("name", ["spidev", "gpiod"])
def test_bus_drivers_are_for_linux_only(name: str) -> None:
    assert "sys_platform == 'linux'" in str(LOCK[name].marker).replace('"', "'")
    for platform in ("macOS arm64", "Windows x86-64"):
        assert name not in locked_on(platform)
    assert name in locked_on("Linux arm64")


def test_a_board_needs_numpy_and_the_bus_drivers_alone() -> None:
    assert [Requirement(text).name for text in PROJECT["project"]["dependencies"]] == ["numpy"]
    board = requirements("board")
    assert {requirement.name for requirement in board} == {"gpiod", "spidev"}
    assert {str(requirement.marker) for requirement in board} == {
        str(Marker("sys_platform == 'linux'"))
    }


def test_the_lock_names_the_command_that_makes_it() -> None:
    head = (ROOT / "requirements.txt").read_text().splitlines()[:3]
    assert any("make lock" in line for line in head)
    assert "\nlock:" in (ROOT / "Makefile").read_text()


def test_conda_uses_the_same_python_and_the_same_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    [pip] = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert conda == ["python=3.11", "pip"]
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert pip == ["--requirement requirements.txt", "--editable ."]


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert PROJECT["project"]["version"] == furutalib.__version__ == citation["version"]


def test_no_file_is_exempt_from_lint_or_types() -> None:
    assert "per-file-ignores" not in PROJECT["tool"]["ruff"]["lint"]
    assert PROJECT["tool"]["mypy"]["strict"] is True
    waived = [
        name
        for name, text in tracked_texts().items()
        if name.endswith(".py") and re.search(r"#\s*(noqa|ruff: noqa|mypy: ignore-errors)", text)
    ]
    assert waived == []


# Written in two parts, so that this file does not mention them either.
FORBIDDEN = {
    "a folder of one machine": "(?<![a-z.])/(home/[a-z]|root/|work/m|opt/wh" + "eels|Users/[a-z])",
    "a package registry": "(pypi|pythonhosted|download\\.pytorch)\\." + "org|registry\\.npm",
    "a local address with a token": "token=[0-9a-f]" + "{16}",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_mentions(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = {
        name: match[0] for name, text in tracked_texts().items() if (match := pattern.search(text))
    }
    assert found == {}


def test_every_folder_says_what_belongs_into_it() -> None:
    for folder in ("notebooks", "furutalib", "bom", "assembly", "data", "tests"):
        assert len((ROOT / folder / "README.md").read_text().splitlines()) > 2, folder


def test_the_readme_has_the_lessons_with_their_minutes() -> None:
    readme = (ROOT / "README.md").read_text()
    rows = set(re.findall(r"^\| (\d\d) \| ([^|]+) \| (\d+) \|", readme, re.MULTILINE))
    assert rows == {
        (each.number, each.title, str(each.minutes)) for each in LESSONS if each.written
    }


def test_every_link_of_the_texts_leads_somewhere() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "furutalib/README.md", "notebooks/README.md"):
        text = (ROOT / name).read_text()
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("LICENSE", "MIT License"),
        ("LICENSE-CC-BY-4.0", "Attribution 4.0 International"),
        ("LICENSE-CERN-OHL-P-2.0", "CERN Open Hardware Licence Version 2 - Permissive"),
    ],
)
def test_each_licence_is_there_in_full(name: str, opening: str) -> None:
    text = (ROOT / name).read_text()
    assert text.startswith(opening)
    assert len(text) > 1_000
