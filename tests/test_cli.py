"""The command line: quick help, one line for each mistake, exit statuses, JSON."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from furutalib.facts.errors import PolicyError
from furutalib.facts.robot import load_robot
from furutalib.learning.observation import LAYOUT
from furutalib.learning.policy import Network
from furutalib.learning.policy_folder import PolicyInfo, save_policy
from furutalib.learning.run_files import RunFiles, Status
from furutalib.learning.stages import WrapperSettings
from furutalib.lessons import cli
from furutalib.lessons.doctor import Finding, Report
from furutalib.machine.telemetry_writer import HEADER

COMMANDS = ("check", "lesson", "train", "evaluate", "render", "run", "report", "export", "bench")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "furutalib").mkdir()
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    for name in ("00_welcome", "03_swing_up"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def seconds_of(*arguments: str) -> float:
    """Best of five, since other programs run on the same computer."""

    def once() -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - began

    return min(once() for _ in range(5))


def test_help_answers_at_once() -> None:
    assert seconds_of("-m", "furutalib", "--help") < 0.6


def test_import_is_quick() -> None:
    assert seconds_of("-c", "import furutalib") < 0.4


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"example: furuta {command}" in capsys.readouterr().out


def test_both_ways_to_call_it_are_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    called = subprocess.check_output([sys.executable, "-m", "furutalib", "--version"], text=True)
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert called == capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["fly"], ["train", "--set", "history"], ["evaluate"]])
def test_a_wrong_call_is_status_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(wrong)
    assert end.value.code == 2
    assert "usage: furuta" in capsys.readouterr().err


@pytest.mark.parametrize("ok", [True, False])
def test_check_tells_by_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ok: bool
) -> None:
    report = Report((Finding("python", ok, "3.11"),))
    monkeypatch.setattr("furutalib.lessons.doctor.examine", lambda: report)
    assert cli.main(["check", "--json"]) == (0 if ok else 1)
    assert json.loads(capsys.readouterr().out)["ok"] is ok


def test_lesson_makes_a_copy_and_fresh_keeps_the_old_one(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["lesson", "03"]) == 0
    copy = course / "work" / "03_swing_up.ipynb"
    assert capsys.readouterr().out.strip() == str(copy)
    copy.write_text("mine")
    assert cli.main(["lesson", "3", "--fresh", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert Path(told["kept"]).read_text() == "mine"
    assert Path(told["path"]).read_text() == "03_swing_up"


def test_lesson_lists(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["lesson", "00"])
    capsys.readouterr()
    assert cli.main(["lesson", "--json"]) == 0
    listed = {row["name"]: row["copy"] for row in json.loads(capsys.readouterr().out)}
    assert set(listed) == {"00_welcome", "03_swing_up"}
    assert cli.main(["lesson"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("00_welcome")
    assert second.startswith("03_swing_up")


@pytest.mark.parametrize("wrong", [["lesson", "77"], ["lesson", "--fresh"]])
def test_a_mistake_is_one_line_and_status_2(
    course: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    assert cli.main(wrong) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("furuta lesson: ")


def test_a_policy_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["evaluate", str(tmp_path / "nothing")]) == 2
    error = capsys.readouterr().err
    assert error.startswith("furuta evaluate: ")
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("error", "status"), [(PolicyError("bad"), 2), (OSError("full"), 2), (KeyboardInterrupt(), 130)]
)
def test_how_a_command_ends(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("furutalib.lessons.doctor.examine", fail)
    assert cli.main(["check"]) == status
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_settings_are_read_as_json_else_as_text() -> None:
    options = cli.make_parser().parse_args(
        ["train", "--set", "history=2", "--set", "hidden=[64,64]", "--set", "activation=relu"]
    )
    assert options.options == {"history": 2, "hidden": [64, 64], "activation": "relu"}


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy folder whose policy does almost nothing."""
    inputs = len(LAYOUT)
    network = Network((np.full((inputs, 1), 0.01, np.float32),), (np.zeros(1, np.float32),))
    info = PolicyInfo("idle", "swing-up", load_robot("course"), WrapperSettings(), 50.0)
    return save_policy(tmp_path / "idle", network, info)


def test_evaluate_reports_as_json_and_as_a_table(
    policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["evaluate", str(policy), "--n", "3", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["policy"], figures["n"], figures["successes"]) == ("idle", 3, 0)
    assert cli.main(["evaluate", str(policy), "--n", "3"]) == 0
    assert "0 of 3 test starts" in capsys.readouterr().out


def test_another_robot_is_refused_unless_allowed(
    policy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["evaluate", str(policy), "--n", "1", "--robot", "qube"]
    assert cli.main(call) == 2
    assert "qube" in capsys.readouterr().err
    assert cli.main([*call, "--allow-other-robot"]) == 0


@pytest.mark.parametrize("ending", ["gif", "webp", "mp4"])
def test_render_makes_a_moving_picture(policy: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"idle.{ending}"
    assert cli.main(["render", str(policy), str(target), "--seconds", "0.4"]) == 0
    assert target.stat().st_size > 1_000


@pytest.mark.parametrize("wrong", [["x.gif", "--seconds", "0"], ["x.txt"], ["no/folder/x.gif"]])
def test_render_refuses(
    policy: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["render", str(policy), *wrong]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("furuta render: ")
    assert not list(tmp_path.glob("x.*"))


def test_train_and_evaluate_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    sizes = ["total_steps=512", "pendulums=4", "n_steps=64", "evaluate_every=256"]
    flags = [word for size in sizes for word in ("--set", size)]
    assert cli.main(["train", str(folder), *flags, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["folder"]) == ("finished", str(folder))
    assert cli.main(["evaluate", told["policy"], "--n", "2", "--json"]) == 0
    assert cli.main(["train", str(folder), *flags]) == 2
    assert "furuta train: " in capsys.readouterr().err


@pytest.mark.parametrize(("steps", "given"), [(0, True), (512, False)])
def test_a_training_that_was_stopped_says_how_to_go_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    steps: int,
    given: bool,
) -> None:
    files = RunFiles(tmp_path)
    files.best.mkdir()  # the worker keeps one in any case
    stopped = Status(state="stopped", steps=steps)
    run = SimpleNamespace(folder=tmp_path, files=files, wait=lambda show: stopped)
    monkeypatch.setattr("furutalib.view.training.train", lambda *_, **__: run)
    assert cli.main(["train", *[str(tmp_path)] * given]) == 130
    told = capsys.readouterr().out
    assert ("best policy" in told) == (steps > 0)
    again = "the same command" + ("" if given else f", with the folder {tmp_path},")
    assert f"{again} goes on from there" in told


def test_train_refuses_an_unknown_setting(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["train", str(tmp_path / "run"), "--set", "lerning_rate=1"]) == 2
    assert "lerning_rate" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_train_refuses_an_unknown_reward_weight(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["train", str(tmp_path / "run"), "--reward", "smooth=1"]) == 2
    assert "smooth" in capsys.readouterr().err


def test_no_command_lists_the_commands(capsys):
    assert cli.main([]) == 2
    assert "look whether everything is here" in capsys.readouterr().out


def test_options_of_a_measurement_are_passed_on(monkeypatch):
    asked = []
    monkeypatch.setattr("furutalib.lessons.bench.main", lambda given: asked.append(given) or 0)
    assert cli.main(["bench", "loop", "--rate", "50", "--load", "2", "--json"]) == 0
    assert asked == [["--json", "--rate", "50.0", "--load", "2", "loop"]]


def test_export_writes_mcap_and_names_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    source, target = tmp_path / "episode.csv", tmp_path / "episode.mcap"
    source.write_text(HEADER)
    assert cli.main(["export", str(source), "--mcap", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}\n"
    assert target.read_bytes().startswith(b"\x89MCAP0")
    assert cli.main(["export", str(tmp_path / "none.csv"), "--mcap", str(target)]) == 2
    assert "furuta export: " in capsys.readouterr().err


def commands_in_the_texts() -> list[str]:
    """Every `furuta ...` in the lessons and the readme files that has a flag, each once."""
    root = Path(__file__).parents[1]
    texts = [*root.glob("notebooks/source/*.py"), *root.glob("*.md"), *root.glob("*/*.md")]
    texts += root.glob("*/*/*.md")
    found = set()
    for path in texts:
        if path.relative_to(root).parts[0] in {".venv", "work", "runs"}:
            continue
        for line in re.findall(r"furuta [a-z][a-z-]* [^`\n#]*", path.read_text(encoding="utf-8")):
            if re.search(r" --[a-z]", line):
                found.add(line.strip())
    return sorted(found)


@pytest.mark.parametrize("line", commands_in_the_texts())
def test_flags_that_a_text_names_are_there(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([line.split()[1], "--help"])
    assert left.value.code == 0
    offered = capsys.readouterr().out.partition("example:")[0]
    for flag in re.findall(r"--[a-z][a-z-]*", line):
        assert re.search(rf"{flag}(?![\w-])", offered), f"{line!r}: there is no {flag}"
