"""okh.toml, the Open Know-How manifest, as far as it can be checked without the network."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import furutalib

ROOT = Path(__file__).parents[1]
MANIFEST = tomllib.loads((ROOT / "okh.toml").read_text(encoding="utf-8"))

REQUIRED = {"okhv", "name", "repo", "version", "license", "licensor", "function"}
OPTIONAL = {
    "attestation",
    "auxiliary",
    "bom",
    "contribution-guide",
    "cpc-patent-class",
    "documentation-language",
    "documentation-readiness-level",
    "export",
    "image",
    "manufacturing-instructions",
    "mass",
    "organization",
    "outer-dimensions",
    "part",
    "readme",
    "release",
    "software",
    "source",
    "standard-compliance",
    "technology-readiness-level",
    "tsdc",
    "user-manual",
}
PATHS = (
    "auxiliary",
    "bom",
    "contribution-guide",
    "export",
    "image",
    "manufacturing-instructions",
    "readme",
    "source",
    "user-manual",
)


def paths() -> Iterator[str]:
    for key in PATHS:
        value = MANIFEST.get(key, [])
        yield from [value] if isinstance(value, str) else value
    for software in MANIFEST["software"]:
        yield from software.values()


def test_the_keys_are_those_of_version_2_4() -> None:
    assert MANIFEST["okhv"] == "2.4"
    assert set(MANIFEST) >= REQUIRED
    assert set(MANIFEST) - REQUIRED - OPTIONAL == set()


def test_every_path_is_there_and_below_the_root() -> None:
    found = list(paths())
    assert len(found) > 10
    for path in found:
        assert (ROOT / path).exists(), path
        assert not re.match(r"[a-z]*:|/", path)
        assert ".." not in path


def test_the_words_that_are_from_a_list_are_on_it() -> None:
    assert MANIFEST["technology-readiness-level"] in {f"OTRL-{level}" for level in range(1, 7)}
    assert re.fullmatch(r"ODRL-[1-4]", MANIFEST["documentation-readiness-level"])
    assert set(MANIFEST["tsdc"]) <= {"ASM", "MEC", "CIR", "PCB", "WEL", "3DP", "LAS", "CNC"}
    assert MANIFEST["documentation-language"] == "en"
    assert re.match("https?://", MANIFEST["repo"])


def test_version_and_licence_are_those_of_the_project() -> None:
    assert MANIFEST["version"] == furutalib.__version__
    assert (ROOT / f"LICENSE-{MANIFEST['license']}").is_file()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert MANIFEST["license"] in project["license"]
    assert MANIFEST["licensor"] == project["authors"][0]["name"]


def test_nothing_claims_that_a_prototype_was_built() -> None:
    assert int(MANIFEST["technology-readiness-level"][-1]) <= 3
