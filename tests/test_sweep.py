"""Sweeps: real trainings, tiny ones, here and on a Dask cluster with TLS whose worker is killed."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.learning.run import Run
from furutalib.learning.run_files import RunFiles, is_locked
from furutalib.learning.sweep import Sweep, do_run
from furutalib.learning.sweep_cluster import Certificates, check_address
from furutalib.learning.sweep_file import COMMAND, PROGRAM, SweepFile, parse_sweep
from furutalib.lessons.cli import main

TINY = {"fidelity": "ideal", "pendulums": 8, "n_steps": 64, "total_steps": 2048, "n_epochs": 2}
PATIENCE_S = 60.0


def tiny(**values: list[Any]) -> SweepFile:
    """A grid of trainings of two seconds."""
    fixed = {name: {"value": value} for name, value in TINY.items()}
    varied = {name: {"values": choice} for name, choice in values.items()}
    top = {"program": PROGRAM, "command": list(COMMAND), "method": "grid"}
    return parse_sweep({**top, "parameters": {**fixed, **varied}})


def run(sweep: Sweep, **options: Any) -> list[dict[str, Any]]:
    return sweep.run(wandb_mode="disabled", show=False, **options)


def table(sweep: Sweep) -> list[dict[str, str]]:
    """The rows of the table, without what depends on the clock."""
    with sweep.results.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{k: v for k, v in row.items() if not k.startswith("seconds")} for row in rows]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """A sweep of four runs that the local engine has done."""
    sweep = Sweep(tmp_path_factory.mktemp("here") / "sweep", four())
    run(sweep, jobs=2)
    return sweep


def four() -> SweepFile:
    return tiny(gamma=[0.9, 0.98], seed=[0, 1])


def test_the_table_has_a_row_per_run_with_parameters_and_figures(here: Sweep) -> None:
    rows = table(here)
    assert [(row["run"], row["gamma"], row["seed"]) for row in rows] == [
        ("0000", "0.9", "0"),
        ("0001", "0.9", "1"),
        ("0002", "0.98", "0"),
        ("0003", "0.98", "1"),
    ]
    assert {(row["state"], row["error"], row["steps"]) for row in rows} == {
        ("finished", "", "2048")
    }
    assert len({row["test.task_return"] for row in rows}) == 4
    assert here.status().message == "4 of 4 runs finished"


def test_a_second_start_repeats_nothing(here: Sweep) -> None:
    before = here.results.read_bytes()
    logs = [(folder / "log.txt").read_bytes() for folder in here.run_folders()]
    run(Sweep(here.folder, four()), jobs=2)
    assert here.results.read_bytes() == before
    assert [(folder / "log.txt").read_bytes() for folder in here.run_folders()] == logs


def test_a_folder_from_another_sweep_file_is_refused(here: Sweep, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"another sweep file.*gamma\.values.*0\.9.*0\.8"):
        Sweep(here.folder, tiny(gamma=[0.8], seed=[0, 1]))
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(RunError, match="not empty"):
        Sweep(tmp_path, four())


@pytest.mark.full
def test_it_goes_on_with_an_interrupted_run_and_notes_a_failed_one(
    here: Sweep, tmp_path: Path
) -> None:
    sweep = Sweep(tmp_path / "sweep", four())
    blocked, cut, *_ = sweep.run_folders()
    blocked.mkdir()
    (blocked / "stranger.txt").touch()
    killed(cut, sweep.file.points[1])
    run(sweep, jobs=2)
    rows = table(sweep)
    assert rows[0]["state"] == "failed"
    assert "stranger.txt" in rows[0]["error"]
    assert [row["state"] for row in rows[1:]] == ["finished"] * 3
    assert rows[1:] == [{**row, "error": ""} for row in table(here)[1:]]
    assert (blocked / "stranger.txt").is_file()


def killed(folder: Path, point: Any) -> None:
    """A run whose process was killed at its work."""
    from furutalib.learning.sweep_file import run_config
    from furutalib.learning.training import start

    training = start(folder, run_config(point), None, "disabled")
    assert training.worker is not None
    wait_until(lambda: training.files.progress.exists())
    training.worker.kill()
    training.worker.wait()
    assert Run(folder).status.state == "interrupted"


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    _, row = do_run(3, str(tmp_path / "elsewhere" / "0003"), {"seed": 3}, "disabled")
    assert (row["state"], row["seed"]) == ("failed", 3)
    assert "does not see" in row["error"]


# ------------------------------------------------------------------------------------------ Dask


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate that is its own authority: who has its key belongs to the cluster."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=lab", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    return Certificates(certificate, certificate, key)


@pytest.fixture
def cluster(certificates: Certificates, tmp_path: Path) -> Iterator[tuple[str, list[Any]]]:
    """A scheduler and two workers on this computer: address, and the workers' processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tls://127.0.0.1:{free.getsockname()[1]}"
    tls = ["--tls-ca-file", certificates.authority, "--tls-cert", certificates.certificate]
    tls += ["--tls-key", certificates.key]
    host = ["--host", address.rsplit(":", 1)[0], "--no-dashboard"]
    port = ["--port", address.rsplit(":", 1)[1]]
    processes = [dask("scheduler", tmp_path, *host, *port, *tls)]
    alone = ["--no-nanny", "--nthreads", "1", "--local-directory", tmp_path]
    processes += [dask("worker", tmp_path, address, *host, *alone, *tls) for _ in range(2)]
    yield address, processes[1:]
    for process in processes:
        process.kill()
        process.wait()


def dask(role: str, folder: Path, *arguments: Any) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *map(str, arguments)]
    with (folder / f"{role}.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


@pytest.mark.full
def test_a_cluster_that_loses_a_worker_gives_the_same_table(
    here: Sweep,
    cluster: tuple[str, list[Any]],
    certificates: Certificates,
    tmp_path: Path,
) -> None:
    address, workers = cluster
    sweep = Sweep(tmp_path / "sweep", four())
    killer = subprocess.Popen(
        [sys.executable, "-c", KILLER, str(sweep.folder), str(workers[0].pid)],
        stderr=subprocess.PIPE,
    )
    run(sweep, scheduler=address, certificates=certificates)
    assert killer.wait(PATIENCE_S) == 0, killer.communicate()
    assert workers[0].wait(PATIENCE_S) == -signal.SIGKILL
    assert workers[1].poll() is None
    assert table(sweep) == table(here)
    assert not any(is_locked(RunFiles(folder).lock) for folder in sweep.run_folders())


KILLER = """
import os, pathlib, signal, sys, time
folder, worker = pathlib.Path(sys.argv[1]), int(sys.argv[2])
while len(list(folder.glob("*/progress.csv"))) < 2:
    time.sleep(0.02)
os.kill(worker, signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("tcp://10.1.2.3:8786", "not encrypted.*anyone on the network.*tls://"),
        ("tcp://lab:8786", "not encrypted"),
        ("tls://lab:8786", "needs --tls-ca"),
        ("lab:8786", "tls://HOST:PORT"),
        ("tls://lab", "tls://HOST:PORT"),
    ],
)
def test_an_unsafe_scheduler_is_refused(address: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        check_address(address, None)
    check_address("tcp://127.0.0.1:8786", None)
    check_address("tcp://[::1]:8786", None)


def test_a_scheduler_that_does_not_answer_is_named(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("furutalib.learning.sweep_cluster._CONNECT_S", 1)
    with pytest.raises(RunError, match=r"tls://127.0.0.1:9 cannot be reached"):
        run(
            Sweep(tmp_path / "sweep", four()),
            scheduler="tls://127.0.0.1:9",
            certificates=certificates,
        )


@pytest.mark.full
def test_workers_with_another_furutalib_are_refused(
    cluster: tuple[str, list[Any]],
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("furutalib.learning.sweep_cluster.code_hash", lambda: "other")
    with pytest.raises(RunError, match=r"another furutalib than \S+ \(other\).*127\.0\.0\.1"):
        run(Sweep(tmp_path / "sweep", four()), scheduler=cluster[0], certificates=certificates)


# ------------------------------------------------------------------------- command line and agent


def test_the_command_does_a_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "\n".join(f"  {name}: {{value: {value}}}" for name, value in TINY.items())
    Path("my.yaml").write_text(
        f'program: {PROGRAM}\ncommand: ["${{env}}", "${{interpreter}}", "-m", "${{program}}"]\n'
        f"method: random\nrun_cap: 1\nparameters:\n{lines}\n  seed: {{min: 0, max: 9}}\n"
    )
    assert main(["sweep", "my.yaml"]) == 0
    told = capsys.readouterr()
    assert "1 of 1 runs finished" in told.out
    assert "1 of 1 runs finished" in told.err  # the bar
    assert Path("runs/my/results.csv").is_file()
    assert main(["sweep", "my.yaml", "--scheduler", "tcp://lab:1"]) == 2


def test_the_agent_program_trains_with_the_parameters_of_wandb(tmp_path: Path) -> None:
    """As `wandb agent` calls it: parameters in a file, names in the environment."""
    given = {**TINY, "seed": 7, "reward": {"continuity": 0.5}}
    lines = [f"{name}:\n  value: {value}" for name, value in given.items()]
    (tmp_path / "config.yaml").write_text("wandb_version: 1\n" + "\n".join(lines) + "\n")
    environment = {
        **os.environ,
        "WANDB_SWEEP_ID": "s1",
        "WANDB_RUN_ID": "r1",
        "WANDB_SWEEP_PARAM_PATH": "config.yaml",
        "WANDB_MODE": "offline",
    }
    done = subprocess.run(
        [sys.executable, "-m", PROGRAM],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / "sweep-s1" / "r1"
    trained = Run(folder / "training")
    assert trained.status.state == "finished"
    assert (trained.config.seed, trained.config.reward.continuity) == (7, 0.5)
    (log,) = folder.glob("wandb/offline-run-*/run-r1.wandb")
    assert b"eval/task_return" in log.read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["config.yaml", "runs"]
