"""`furuta run`: a policy folder drives a robot from the command line."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import robot_file
from furutalib.learning.policy_folder import load_policy, save_policy
from furutalib.lessons import cli
from furutalib.machine.connect import emulated
from furutalib.machine.telemetry import read_telemetry

POLICY = data_folder() / "policies" / "ppo-full"
QUICK = ("--robot", "emulated", "--seconds", "4")


def run(*words: object) -> int:
    return cli.main(["run", *map(str, words)])


def test_an_emulated_robot_is_driven_and_said_to_be_emulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(POLICY, *QUICK, "--hidden", 100, "--episodes", 2, "--record", tmp_path) == 0
    first, *episodes, last = capsys.readouterr().out.splitlines()
    assert first == "ppo-full on course, emulated"
    assert [line.partition(":")[0] for line in episodes] == ["episode 1", "episode 2"]
    assert last == "2 of 2 episodes ended upright (emulated); motor off"
    about = read_telemetry(tmp_path / "episode-0002.csv").about
    assert (about["kind"], about["hidden"]) == ("emulated", 100)


def test_one_that_does_not_end_upright_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(POLICY, *QUICK, "--hidden", 102) == 1
    assert "episode 1: not upright" in capsys.readouterr().out


def test_a_simulated_robot_is_driven_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(POLICY, "--robot", "sim", "--seconds", 4) == 0
    assert "ended upright (sim)" in capsys.readouterr().out


def test_ctrl_c_switches_off_and_is_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = []

    def interrupted(*given):
        robot = emulated(*given)
        made.append(robot)
        robot.listeners.append(lambda *_: stop(len(made)))
        return robot

    def stop(_):
        made.append(None)
        if len(made) > 300:
            assert made[0].bench.motor_is_on()
            raise KeyboardInterrupt

    monkeypatch.setattr("furutalib.learning.robot_place.emulated", interrupted)
    off = []
    monkeypatch.setattr("furutalib.machine.emulator.bench.PlantBench.close",
                        lambda bench: off.append(not bench.motor_is_on()))  # fmt: skip
    assert run(POLICY, *QUICK) == cli.INTERRUPTED
    assert off == [True]
    assert "furuta run: stopped" in capsys.readouterr().err


@pytest.fixture
def other_rate(tmp_path: Path) -> Path:
    text = robot_file("course").read_text()
    assert "rate_hz = { value = 50.0" in text
    path = tmp_path / "fast.toml"
    path.write_text(text.replace("rate_hz = { value = 50.0", "rate_hz = { value = 100.0"))
    return path


def test_bad_input_is_one_line_and_status_2(
    tmp_path: Path, other_rate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(POLICY, damaged)
    (damaged / "weights.npz").write_bytes(b"cut")
    rewrapped = tmp_path / "rewrapped"
    shutil.copytree(POLICY, rewrapped)
    content = json.loads((rewrapped / "policy.json").read_text())
    content["wrappers"]["dead_zone_compensation"] = 0.3
    (rewrapped / "policy.json").write_text(json.dumps(content))
    policy = load_policy(POLICY)
    info = replace(policy.info, wrappers=replace(policy.wrappers, history=1))
    unfit = save_policy(tmp_path / "unfit", policy.network, info)
    another = ("--robot-file", "course-original")
    cases = [
        ((tmp_path / "none", *QUICK), "there is no folder"),
        ((damaged, *QUICK), "weights.npz is not the file that policy.json describes"),
        ((rewrapped, *QUICK), "policy.json was changed after it was written"),
        ((unfit, *QUICK), "the observation has 6 numbers, the policy was trained with 12"),
        ((POLICY, *QUICK, *another), "was trained for robot 'course', this is 'course-original'"),
        ((POLICY, *QUICK, "--robot-file", other_rate), "control.rate_hz 50.0 -> 100.0"),
        (
            (POLICY, *QUICK, "--robot-file", other_rate, "--allow-other-robot"),
            "trained at 50 Hz, robot 'course' is driven at 100 Hz",
        ),
        ((POLICY, "--robot", "emulated", "--robot-file", "qube", "--allow-other-robot"), "qube"),
        ((POLICY, "--robot", "sim", "--hidden", 3), "are for --robot emulated"),
        ((POLICY, *QUICK, "--episodes", 0), "episodes = 0"),
        ((POLICY, *QUICK[:2], "--seconds", 1), "seconds = 1.0"),
    ]
    for words, said in cases:
        assert run(*words) == 2, words
        errors = capsys.readouterr().err
        assert errors.count("\n") == 1, errors
        assert said in errors, errors


def test_another_robot_is_driven_if_that_is_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    other = ("--robot", "sim", "--robot-file", "course-original")
    assert run(POLICY, *other) == 2
    assert "--allow-other-robot" in capsys.readouterr().err
    assert run(POLICY, *other, "--allow-other-robot") in (0, 1)
    assert "ppo-full on course-original, sim" in capsys.readouterr().out
