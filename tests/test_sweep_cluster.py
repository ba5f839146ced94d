"""Sweeps on a Dask cluster with TLS: it survives a killed worker, and refuses what is not safe."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_sweep import PATIENCE_S, four, run, table

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.learning.run_files import RunFiles, is_locked
from furutalib.learning.sweep import Sweep
from furutalib.learning.sweep_cluster import Certificates, check_address, given_certificates


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """The same sweep, done by the local engine."""
    sweep = Sweep(tmp_path_factory.mktemp("here") / "sweep", four())
    run(sweep, jobs=2)
    return sweep


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


def make_certificates(folder: Path) -> Certificates:
    """A certificate that is its own authority: who has its key belongs to the cluster."""
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


def test_a_scheduler_without_tls_is_not_used(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("furutalib.learning.sweep_cluster._CONNECT_S", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:  # closed
                    return
                with caller:
                    caller.sendall(b"a greeting in plain text\n" * 10)

        threading.Thread(target=answer, daemon=True).start()
        address = f"tls://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(RunError, match=r"cannot be reached.*certificates of the same"):
            run(Sweep(tmp_path / "sweep", four()), scheduler=address, certificates=certificates)
        server.shutdown(socket.SHUT_RDWR)
    assert not any(folder.exists() for folder in Sweep(tmp_path / "sweep", four()).run_folders())


@pytest.mark.full
def test_certificates_of_another_authority_open_nothing(
    cluster: tuple[str, list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("furutalib.learning.sweep_cluster._CONNECT_S", 5)
    (tmp_path / "other").mkdir()
    with pytest.raises(RunError, match="cannot be reached"):
        run(
            Sweep(tmp_path / "sweep", four()),
            scheduler=cluster[0],
            certificates=make_certificates(tmp_path / "other"),
        )


def test_all_three_files_or_none(certificates: Certificates, tmp_path: Path) -> None:
    assert given_certificates(None, None, None) is None
    with pytest.raises(ConfigurationError, match="all three"):
        given_certificates(certificates.authority, None, None)
    with pytest.raises(ConfigurationError, match=r"none\.pem does not exist"):
        given_certificates(certificates.authority, certificates.key, tmp_path / "none.pem")


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
