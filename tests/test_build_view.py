import pytest

from furutalib.view import build

LARGEST_KB = 700


def test_the_bundle_was_made_from_its_sources():
    assert build.sources_hash() in build.BUNDLE.read_text("utf-8").split("\n")[0]


def test_the_bundle_is_small_and_names_no_other_host():
    text = build.BUNDLE.read_text("utf-8")
    assert len(text.encode()) < LARGEST_KB * 1000
    for loader in ("importScripts", "//cdn", "unpkg.com", "jsdelivr"):
        assert loader not in text


def test_the_hash_follows_every_source(tmp_path, monkeypatch):
    (tmp_path / "js").mkdir()
    files = [tmp_path / "js" / "a.js", tmp_path / "package.json", tmp_path / "package-lock.json"]
    for file in files:
        file.write_text("one")
    monkeypatch.setattr(build, "HERE", tmp_path)
    seen = {build.sources_hash()}
    for file in files:
        file.write_text("two")
        seen.add(build.sources_hash())
    assert len(seen) == 4


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A build that gives `new` and a committed bundle that holds `old`."""
    bundle = tmp_path / "view.js"
    bundle.write_text("old")
    monkeypatch.setattr(build, "BUNDLE", bundle)
    monkeypatch.setattr(build, "bundle", lambda: "new")
    return bundle


def test_a_check_complains_and_changes_nothing(made, capsys):
    assert build.main(["--check"]) == 1
    assert "make view" in capsys.readouterr().err
    assert made.read_text() == "old"


def test_a_build_writes_the_bundle_and_passes_the_check(made):
    assert build.main([]) == 0
    assert made.read_text() == "new"
    assert build.main(["--check"]) == 0


def test_without_npm_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileNotFoundError, match=r"Node\.js 18"):
        build.bundle()
