"""A report is one file that needs nothing else, harms nobody and tells nothing of its computer."""

import base64
import getpass
import hashlib
import re
import socket
from pathlib import Path

import pytest
from report_folders import make_policy, make_recording, make_run

import furutalib
from furutalib.facts.errors import ConfigurationError
from furutalib.learning.run import Run
from furutalib.learning.run_files import RunFiles
from furutalib.lessons import cli
from furutalib.view.report import report

HARM = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_a_report_of_everything_is_one_file_without_addresses(tmp_path: Path) -> None:
    run = make_run(tmp_path / "first", notes="does it learn?")
    policy = make_policy(tmp_path / "mine")
    recording = make_recording(tmp_path / "rec" / "episode-0001.csv")
    file = furutalib.report(
        Run(run), policy, str(recording), to=tmp_path / "all.html", notes="help!"
    )
    text = file.read_text()
    assert file.stat().st_size < 2_000_000
    page = text[: text.index("<script>")]
    addresses = re.findall(r"(?:src|href)=['\"]?([^'\" >]*)", page)
    assert [address for address in addresses if not address.startswith(("data:", "#"))] == []
    for said in ("first", "mine", "episode-0001", "does it learn?", "help!", "emulated", "50"):
        assert said in page
    assert "furutalib.train(algorithm=&#x27;ppo&#x27;" in page
    assert page.count("<svg") >= 7  # learning curves and telemetry
    assert [path.name for path in tmp_path.glob("*.html")] == ["all.html"]


def test_the_page_forbids_every_script_but_the_views_own(tmp_path: Path) -> None:
    text = report(make_run(tmp_path / "run"), to=tmp_path / "r.html").read_text()
    [script] = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}';" in policy


def test_what_people_wrote_is_text_and_nothing_else(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a<b>&'\"", notes=HARM)
    RunFiles(run).reward.write_text(f"# {HARM}")
    recording = make_recording(tmp_path / "episode-1.csv", trip=HARM, kind=HARM, who=HARM)
    text = report(run, recording, to=tmp_path / "r.html", title=HARM, notes=HARM).read_text()
    page = text[: text.rindex("<script>")]
    assert "<script" not in page
    assert "onerror=alert(2)>" not in page
    assert "<b>&'" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 6


def test_nothing_tells_of_this_computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "annas-laptop.example.org")
    monkeypatch.setattr(getpass, "getuser", lambda: "annabell")
    home = tmp_path / "home of" / "annabell"
    monkeypatch.setattr(Path, "home", lambda: home)
    run = make_run(home / "runs" / "first", notes=f"see {home}/more notes.txt on annas-laptop")
    files = RunFiles(run)
    files.status.write_text(
        '{"state": "failed", "message": "/srv/data/x.py broke on Annas-Laptop"}'
    )
    files.log.write_text(f'File "{home}/course/train.py", line 3\nOSError: C:\\Users\\annabell\\x')
    damaged = make_recording(home / "rec" / "episode-0001.csv", policy=str(run / "best"))
    damaged.write_text(damaged.read_text().replace("0.3,0.2", "what,0.2", 1))
    text = report(run, damaged, to=tmp_path / "r.html", title=str(run)).read_text()
    page = text[: text.index("<script>")].lower()
    for secret in ("annabell", "annas-laptop", "home of", str(tmp_path), "/srv", "/home", "users"):
        assert secret not in page
    for kept in ("more notes.txt", "x.py broke", "train.py", "line 3", "damaged"):
        assert kept in page


@pytest.mark.parametrize("given", ["empty", "missing", "notes.txt"])
def test_a_place_that_is_nothing_of_this_is_refused(tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no")
    with pytest.raises(ConfigurationError, match=rf"{given}.*config\.json.*policy\.json"):
        report(tmp_path / given, to=tmp_path / "r.html")
    with pytest.raises(ConfigurationError, match="nothing to report"):
        report(to=tmp_path / "r.html")
    assert not (tmp_path / "r.html").exists()


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording, out = make_recording(tmp_path / "episode-0001.csv"), tmp_path / "r.html"
    assert cli.main(["report", str(recording), "--out", str(out), "--notes", "hm"]) == 0
    assert capsys.readouterr().out.startswith(f"{out}, 0.")
    assert "hm" in out.read_text()
    assert cli.main(["report", str(tmp_path / "none"), "--out", str(out)]) == 2
    assert capsys.readouterr().err.startswith("furuta report: ")


def test_a_report_does_not_replace_what_is_no_report(tmp_path: Path) -> None:
    recording = make_recording(tmp_path / "episode-0001.csv")
    before = recording.read_text()
    with pytest.raises(ConfigurationError, match=r"\.html"):
        report(recording, to=recording)
    assert recording.read_text() == before


def test_a_place_where_nothing_can_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("nowhere", "file"):
        target = tmp_path / folder / "b.html"
        with pytest.raises(ConfigurationError) as caught:
            report(make_policy(tmp_path / folder.upper()), to=target)
        assert str(caught.value).startswith(f"{target} cannot be written (")
        assert "give the name of a file in a folder that is there" in str(caught.value)
        assert "Errno" not in str(caught.value)
