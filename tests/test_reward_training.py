"""Training from a button; here the runs are folders that no worker fills."""

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import data_folder
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.rollout import collect
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import RunFiles, Status, worker_lock, write_status
from furutalib.learning.starts import draw_starts
from furutalib.learning.training import prepare
from furutalib.lessons import reward_training as module
from furutalib.lessons.reward_training import SILK_CHANGE, RewardTraining, figures, silk
from furutalib.lessons.scripted import Replay
from furutalib.lessons.tries import Tries

GENTLE = RewardWeights(effort=0.1)


class Trainings:
    """What stands in for `train`: every call makes a run folder whose worker never comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[dict] = []

    def __call__(self, **options) -> Run:
        self.asked.append(options)
        files = RunFiles(self.folder / f"run-{len(self.asked)}")
        prepare(files, RunConfig(reward=options["reward"]))
        return Run(files.folder)

    def end(self, number: int, state: str = "finished", steps: int = 1000, policy: bool = True):
        files = RunFiles(self.folder / f"run-{number}")
        if policy:
            shutil.copytree(data_folder() / "policies" / "ppo-ideal", files.best)
        write_status(files.status, Status(state, steps=steps, total_steps=2000))


@pytest.fixture
def trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trainings:
    made = Trainings(tmp_path)
    monkeypatch.setattr(module, "train", made)
    return made


def make(tmp_path: Path, weights: RewardWeights = GENTLE) -> RewardTraining:
    return RewardTraining(lambda: weights, tmp_path / "tries.json")


def test_the_button_trains_with_the_weights_of_the_moment_on_the_ideal_plant(tmp_path, trainings):
    training = make(tmp_path)
    training._button.click()
    [options] = trainings.asked
    assert options["reward"] == GENTLE
    assert (options["fidelity"], options["history"], options["show"]) == ("ideal", 2, False)
    [row] = training.table.payload["rows"]
    assert (row["try"], row["effort"], row["successes"], row["name"]) == (1, 0.1, None, "run-1")


def test_several_presses_do_not_pile_up(tmp_path, trainings):
    training = make(tmp_path)
    for _ in range(3):
        training._button.click()
    assert len(trainings.asked) == 1
    assert training._button.disabled
    assert not training._stop.disabled


def test_a_training_that_is_over_completes_its_row_and_shows_its_episode(tmp_path, trainings):
    training = make(tmp_path)
    training.start()
    assert training.refresh()
    assert training.player is None
    trainings.end(1)
    assert not training.refresh()
    [row] = training.table.payload["rows"]
    assert row["successes"] == 100
    assert 0.3 < row["swing_up_median_s"] < 2
    assert 0 < row["action_change"] < 1
    assert [track.name for track in training.player.tracks] == ["try 1"]
    assert not training._button.disabled
    assert training._stop.disabled


def test_the_next_episode_is_shown_over_the_one_before(tmp_path, trainings):
    training = make(tmp_path)
    for number in (1, 2):
        training.start()
        trainings.end(number)
        training.refresh()
    assert [track.name for track in training.player.tracks] == ["try 2", "try 1"]


def test_stop_asks_the_worker_to_stop_and_what_it_has_is_a_try(tmp_path, trainings):
    training = make(tmp_path)
    training.start()
    training._stop.click()
    assert RunFiles(tmp_path / "run-1").stop.exists()
    trainings.end(1, "stopped")
    training.refresh()
    assert training.table.payload["rows"][0]["successes"] == 100


@pytest.mark.parametrize(("steps", "policy"), [(0, True), (500, False)])
def test_one_that_learned_nothing_is_no_try(tmp_path, trainings, steps, policy):
    training = make(tmp_path)
    training.start()
    RunFiles(tmp_path / "run-1").log.write_text("CUDA <went> away")
    trainings.end(1, "failed", steps, policy)
    training.refresh()
    assert training.table.payload["rows"] == []
    assert "failed before it had learned anything" in training.message.value
    assert "CUDA &lt;went&gt; away" in training.message.value
    assert not training._button.disabled


def test_what_ran_on_while_the_kernel_restarted_is_completed_by_the_next_object(
    tmp_path, trainings
):
    make(tmp_path).start()
    trainings.end(1)
    again = make(tmp_path)
    assert again.table.payload["rows"][0]["successes"] == 100
    assert len(trainings.asked) == 1


def test_what_still_runs_after_a_restart_is_followed_and_nothing_else_starts(tmp_path, trainings):
    make(tmp_path).start()
    files = RunFiles(tmp_path / "run-1")
    write_status(files.status, Status("running", steps=500, total_steps=1000))
    with worker_lock(files.lock):
        again = make(tmp_path)
        again._button.click()
        assert len(trainings.asked) == 1
        assert "500 of at most 1,000" in again.message.value
        assert again._bar.value == 0.5


def test_a_run_that_is_named_is_put_on_the_table(tmp_path, trainings):
    run = trainings(reward=RewardWeights(upright=1.5))
    trainings.end(1)
    training = make(tmp_path)
    training.follow(run.folder)
    [row] = training.table.payload["rows"]
    assert (row["upright"], row["successes"]) == (1.5, 100)


def test_a_run_folder_that_is_gone_is_told_and_keeps_nobody_from_training(tmp_path, trainings):
    make(tmp_path).start()
    shutil.rmtree(tmp_path / "run-1")
    again = make(tmp_path)
    assert "run-1 is gone" in again.message.value
    assert again.table.payload["rows"] == []
    again._button.click()
    assert len(trainings.asked) == 2


def test_a_run_folder_that_is_damaged_does_not_hide_the_next_one(tmp_path, trainings):
    for number in (1, 2):
        unfinished = {"folder": str(tmp_path / f"run-{number}")}
        Tries(tmp_path / "tries.json").put(f"run-{number}", unfinished)
        trainings(reward=GENTLE)
        trainings.end(number)
    RunFiles(tmp_path / "run-1").config.write_text("{")
    rows = make(tmp_path).table.payload["rows"]
    assert [row["successes"] for row in rows] == [None, 100]


def test_an_error_in_a_callback_is_seen(tmp_path, monkeypatch):
    def refuse(**_options):
        raise ConfigurationError("no <space> left")

    monkeypatch.setattr(module, "train", refuse)
    training = make(tmp_path)
    training._button.click()
    assert "no &lt;space&gt; left" in training.message.value
    assert not training._button.disabled


def test_in_a_notebook_the_training_is_followed_to_its_end(tmp_path, trainings, monkeypatch):
    monkeypatch.setattr(module, "notebook_shell", lambda: object())
    monkeypatch.setattr("furutalib.learning.progress._REFRESH_S", 0.0)

    async def session() -> RewardTraining:
        training = make(tmp_path)
        training.start()  # returns at once
        assert training.table.payload["rows"][0]["successes"] is None
        trainings.end(1)
        await training._following
        return training

    training = asyncio.run(session())
    assert training.table.payload["rows"][0]["successes"] == 100


def test_doing_nothing_is_not_praised_for_being_gentle():
    starts = draw_starts("test", 2)
    assert figures(collect(Replay(np.zeros((1, 1))), starts)) == {
        "successes": 0,
        "swing_up_median_s": None,
        "action_change": None,
    }


def test_silk_wants_every_start_and_gentle_commands():
    good = {"name": "a", "successes": 100, "action_change": SILK_CHANGE / 2}
    assert "done!" in silk([good])
    assert "not yet" in silk([good | {"action_change": 2 * SILK_CHANGE}])
    assert "No try succeeds" in silk([good | {"successes": 99}])
    assert "No try succeeds" in silk([{"name": "running"}])
