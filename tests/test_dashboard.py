"""The dashboard shows what the files of its runs say, and its buttons act on them."""

import asyncio
import base64
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.learning import progress, training
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import (
    Episode,
    RunFiles,
    Status,
    Table,
    read_status,
    worker_lock,
    write_episode,
    write_status,
)
from furutalib.learning.training import prepare
from furutalib.view.dashboard import Dashboard, watch

RUNNING = Status(
    "running",
    steps=3000,
    total_steps=10_000,
    seconds_training=10.0,
    steps_per_s=300.0,
    success_rate=0.5,
    pid=1,
    wandb="offline, written when the run ends",
)


def make_run(folder: Path, status: Status = RUNNING, seed: int = 0, points: int = 4) -> RunFiles:
    """A run folder with a learning curve that rises by the seed."""
    files = RunFiles(folder)
    prepare(files, replace(RunConfig(), seed=seed))
    write_status(files.status, status)
    train = Table(files.progress, ("steps", "return_mean"))
    test = Table(files.evaluations, ("steps", "task_return", "success_rate", "action_change"))
    for steps in range(1000, 1000 * points, 1000):
        train.append({"steps": steps, "return_mean": steps / 100})
        figures = {"task_return": steps / 10 + seed, "success_rate": 0.5, "action_change": 0.2}
        test.append({"steps": steps, **figures})
    return files


def add_episode(files: RunFiles, steps: int) -> None:
    times = np.arange(1, 51) / 50
    write_episode(files.episode, Episode(steps, times, 0 * times, times, np.sin(times)))


@pytest.fixture
def files(tmp_path: Path) -> Iterator[RunFiles]:
    """A run that a worker is at."""
    files = make_run(tmp_path / "first")
    with worker_lock(files.lock) as held:
        assert held
        yield files


def text(dashboard: Dashboard) -> str:
    """What its lines say."""
    widgets = [dashboard.widget]
    found = []
    for widget in widgets:
        widgets.extend(getattr(widget, "children", ()))
        found.append(unescape(re.sub("<[^>]*>", "", str(getattr(widget, "value", "")))))
    return "\n".join(found)


def button(dashboard: Dashboard, name: str, row: int = 0) -> Any:
    widgets = [dashboard._rows[row].widget]
    for widget in widgets:
        widgets.extend(getattr(widget, "children", ()))
    return next(widget for widget in widgets if getattr(widget, "description", "") == name)


def names(dashboard: Dashboard, plot: int) -> list[str]:
    return [curve["name"] for curve in dashboard._plots[plot].payload["series"]]


def test_it_tells_how_far_the_run_is(files: RunFiles):
    dashboard = watch(files.folder)
    told = text(dashboard)
    assert "first running" in told
    assert "3,000 of at most 10,000 steps, success 50%, 10 s so far, 300 steps/s" in told
    assert "at most 23 s left" in told
    assert f"{files.folder}; W&B: offline, written when the run ends" in told
    assert dashboard._rows[0]._bar.value == 0.3
    assert "furuta-dashboard" in dashboard.widget._dom_classes


def test_only_what_has_changed_is_sent_again(files: RunFiles):
    dashboard = watch(files.folder)
    sent: list[str] = []
    for plot in dashboard._plots:
        plot.observe(lambda change: sent.append(change["owner"].payload["title"]), "payload")
    assert dashboard.refresh()
    assert sent == []
    Table(files.progress, ("steps", "return_mean")).append({"steps": 4000, "return_mean": 7.0})
    assert dashboard.refresh()
    assert sent == ["return in training (its own reward)"]


def test_the_newest_episode_takes_the_place_of_the_one_before(files: RunFiles):
    dashboard = watch(files.folder)
    assert dashboard._player is None
    add_episode(files, 1000)
    dashboard.refresh()
    player = dashboard._player
    assert player in dashboard._scene.children
    add_episode(files, 2000)
    dashboard.refresh()
    assert dashboard._player is player
    assert [track["name"] for track in player.payload["tracks"]] == ["first after 2,000 steps"]


def test_stop_asks_the_worker(files: RunFiles):
    dashboard = watch(files.folder)
    assert button(dashboard, "Resume").disabled
    button(dashboard, "Stop").click()
    assert files.stop.exists()
    assert "first stopping" in text(dashboard)
    assert button(dashboard, "Stop").disabled


def test_resume_continues_with_the_same_configuration(tmp_path: Path, monkeypatch):
    files = make_run(tmp_path / "first", replace(RUNNING, state="stopped", wandb_mode="offline"))
    started: list[Path] = []
    monkeypatch.setattr(training, "start_worker", lambda files: started.append(files.folder))
    dashboard = watch(files.folder)
    assert "first stopped" in text(dashboard)
    button(dashboard, "Resume").click()
    assert started == [files.folder]
    status = read_status(files.status)
    assert (status.state, status.steps, status.wandb_mode) == ("starting", 3000, "offline")


def test_a_finished_run_says_why_it_does_not_go_on(tmp_path: Path):
    files = make_run(tmp_path / "first", replace(RUNNING, state="finished"))
    dashboard = watch(files.folder)
    assert not dashboard.refresh()  # nothing to follow
    button(dashboard, "Resume").click()
    assert "holds a finished run: look at it with" in text(dashboard)


def test_an_unexpected_error_of_a_button_is_shown_and_not_hidden(files: RunFiles, monkeypatch):
    monkeypatch.setattr(Run, "stop", lambda _: 1 / 0)
    dashboard = watch(files.folder)
    with pytest.raises(ZeroDivisionError):
        dashboard._rows[0]._pressed(button(dashboard, "Stop"))
    assert "ZeroDivisionError" in text(dashboard)


def test_seeds_are_drawn_with_their_median_and_range(tmp_path: Path):
    done = replace(RUNNING, state="finished")
    lengths = {0: 4, 10: 4, 40: 3}
    folders = [make_run(tmp_path / f"seed-{s}", done, s, n).folder for s, n in lengths.items()]
    dashboard = watch(*folders)
    assert names(dashboard, 1) == ["seed-0", "seed-10", "seed-40", "median of 3"]
    plot = dashboard._plots[1].payload
    [band] = plot["bands"]
    assert decoded(plot["series"][-1]["values"]) == [110, 210, 300]  # of 100, 200, 300 + seed
    assert decoded(band["low"]) == [100, 200, 240]  # the short one keeps its last value
    assert decoded(band["high"]) == [140, 240, 310]
    assert text(dashboard).count("finished") == 3
    assert "band: from the lowest to the highest run" in text(dashboard)


def test_each_setting_has_its_colour_its_median_and_one_episode(tmp_path: Path):
    runs = []
    for weight in (0.0, 0.5):
        for seed in (0, 1):
            files = RunFiles(tmp_path / f"{weight}-{seed}")
            config = replace(RunConfig(), seed=seed, reward=RewardWeights(continuity=weight))
            prepare(files, config)
            add_episode(files, 500)
            runs.append(Run(files.folder))
    dashboard = watch(*runs)
    shown = dashboard._plots[0].payload["series"]
    medians = {curve["name"]: curve["colour"] for curve in shown if curve["listed"]}
    assert [name.split()[0] for name in medians] == ["continuity=0.0", "continuity=0.5"]
    assert dashboard._player is not None
    tracks = dashboard._player.payload["tracks"]
    assert [track["name"].split()[0] for track in tracks] == ["0.0-0", "0.5-0"]
    assert [track["colour"] for track in tracks] == list(medians.values())


def test_folders_with_the_same_name_are_told_apart(tmp_path: Path):
    folders = [make_run(tmp_path / place / "run").folder for place in ("a", "b")]
    told = text(watch(*folders))
    assert "a/run interrupted" in told
    assert "b/run interrupted" in told


def in_notebook(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pretend that a notebook is there; the errors that it shows."""
    shown: list[str] = []

    class Shell:
        kernel = None

        def showtraceback(self) -> None:
            shown.append(repr(sys.exc_info()[1]))

    monkeypatch.setattr(progress, "_REFRESH_S", 0.0)
    monkeypatch.setattr(progress, "notebook_shell", Shell)
    return shown


def followed(folder: Path, during: Callable[[Dashboard], None]) -> Dashboard:
    """Watch a run, do something, and wait until the dashboard has no more to do."""

    async def cell() -> Dashboard:
        dashboard = watch(folder)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert dashboard._task is not None
        during(dashboard)
        await asyncio.wait_for(dashboard._task, 60)
        return dashboard

    return asyncio.run(cell())


def test_it_follows_the_run_to_its_end(files: RunFiles, monkeypatch):
    shown = in_notebook(monkeypatch)
    done = replace(RUNNING, state="finished", steps=10_000)
    dashboard = followed(files.folder, lambda _: write_status(files.status, done))
    assert "first finished" in text(dashboard)
    assert "10,000 steps" in text(dashboard)
    assert shown == []


def test_a_closed_dashboard_is_not_kept_up(files: RunFiles, monkeypatch):
    in_notebook(monkeypatch)
    followed(files.folder, lambda dashboard: dashboard.widget.close())


def test_an_error_while_following_is_shown_below_the_cell(files: RunFiles, monkeypatch):
    shown = in_notebook(monkeypatch)
    followed(files.folder, lambda _: files.status.write_text("no status"))
    assert len(shown) == 1
    assert "status.json is damaged" in shown[0]


def test_it_goes_on_following_after_resume(tmp_path: Path, monkeypatch):
    in_notebook(monkeypatch)
    files = make_run(tmp_path / "first", replace(RUNNING, state="stopped"))
    monkeypatch.setattr(training, "start_worker", lambda _: None)

    async def cell() -> None:
        dashboard = watch(files.folder)
        await asyncio.sleep(0)
        first = dashboard._task
        assert first is not None
        await first
        button(dashboard, "Resume").click()
        await asyncio.sleep(0)
        assert dashboard._task is not first
        write_status(files.status, replace(RUNNING, state="finished"))
        assert dashboard._task is not None
        await asyncio.wait_for(dashboard._task, 60)
        assert "first finished" in text(dashboard)

    asyncio.run(cell())


def test_waiting_for_a_run_keeps_its_dashboard_up(files: RunFiles, capsys):
    run = Run(files.folder)
    dashboard = watch(run)
    write_status(files.status, replace(RUNNING, steps=4000))
    run.wait(timeout_s=0.0)
    assert "4,000 of" in text(dashboard)
    assert capsys.readouterr().err == ""


def test_a_page_without_a_kernel_shows_how_it_stood(tmp_path: Path):
    files = make_run(tmp_path / "first", replace(RUNNING, state="finished"))
    bundle = watch(files.folder)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith("first: 3,000 of at most 10,000 steps")
    assert bundle["text/html"].count("data-furuta-payload") == 4
    assert bundle["text/plain"] in bundle["text/html"]


def test_no_run_and_no_run_folder_are_refused(tmp_path: Path):
    with pytest.raises(RunError, match=r"give one or more run folders"):
        watch()
    with pytest.raises(RunError, match="is not a run folder"):
        watch(tmp_path)


def decoded(values: str) -> list[float]:
    return np.frombuffer(base64.b64decode(values), "<f4").tolist()
