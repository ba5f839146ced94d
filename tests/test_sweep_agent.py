"""What `wandb agent` starts: called as it calls it, and by the real one against a server here."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_wandb import KEY, FakeServer
from test_sweep import TINY

from furutalib.learning.run import Run
from furutalib.learning.sweep_file import PROGRAM, parse_sweep, read_sweep


def test_the_agent_program_trains_with_the_parameters_of_wandb(tmp_path: Path) -> None:
    """As `wandb agent` calls it: parameters in a file, names in the environment."""
    given = {**TINY, "seed": 7, "reward": {"continuity": 0.5}}
    lines = [f"{name}:\n  value: {value}" for name, value in given.items()]
    (tmp_path / "config.yaml").write_text("wandb_version: 1\n" + "\n".join(lines) + "\n")
    environment = {
        **os.environ,
        "FURUTA_WANDB_VIDEOS": "0",
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


def test_called_by_hand_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run([sys.executable, "-m", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 2
    assert "furuta sweep FILE" in done.stderr


class SweepServer(FakeServer):
    """Takes a sweep file, and gives out one run of it."""

    def __init__(self) -> None:
        super().__init__()
        self.config = ""
        self._runs = [{"seed": 7, **TINY}]

    def answer(self, path: str, body: str) -> dict[str, Any]:
        if path != "/graphql":
            return super().answer(path, body)
        question = json.loads(body)
        project = {"name": "furuta", "entity": {"name": "me"}}
        if "upsertSweep" in question["query"]:
            self.config = question["variables"]["config"]
            sweep = {"name": "s1", "project": project}
            return {"data": {"upsertSweep": {"sweep": sweep, "configValidationWarnings": []}}}
        if "SweepWithRuns" in question["query"]:
            sweep = {"id": "s", "name": "s1", "config": self.config, "state": "RUNNING"}
            return {"data": {"project": {"sweep": {**sweep, "runs": {"edges": []}}}}}
        if "createAgent" in question["query"]:
            return {"data": {"createAgent": {"agent": {"id": "a1"}}}}
        if "agentHeartbeat" in question["query"]:
            commands = [
                {
                    "type": "run",
                    "run_id": "r1",
                    "program": PROGRAM,
                    "args": {name: {"value": value} for name, value in run.items()},
                }
                for run in self._runs
            ]
            self._runs = []
            return {"data": {"agentHeartbeat": {"agent": {}, "commands": json.dumps(commands)}}}
        return super().answer(path, body)


@pytest.mark.full
def test_the_real_wandb_sweep_and_agent_do_the_unchanged_file(tmp_path: Path) -> None:
    lines = "\n".join(f"  {name}: {{value: {value}}}" for name, value in TINY.items())
    text = (
        f'program: {PROGRAM}\ncommand: ["${{env}}", "${{interpreter}}", "-m", "${{program}}"]\n'
        f"method: grid\nparameters:\n{lines}\n  seed: {{values: [7]}}\n"
    )
    (tmp_path / "a.yaml").write_text(text)
    bin_folder = str(Path(sys.executable).parent)
    with SweepServer() as server:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("WANDB")},
            "WANDB_BASE_URL": server.url,
            "WANDB_API_KEY": KEY,
            "HOME": str(tmp_path),
            "PATH": os.pathsep.join([bin_folder, os.environ["PATH"]]),
            "FURUTA_WANDB_VIDEOS": "0",
        }

        def wandb(*arguments: str) -> str:
            done = subprocess.run(
                [sys.executable, "-m", "wandb", *arguments],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
            )
            assert done.returncode == 0, done.stdout
            return done.stdout

        assert "me/furuta/s1" in wandb("sweep", "--project", "furuta", "a.yaml")
        assert parse_sweep(yaml.safe_load(server.config)) == read_sweep(tmp_path / "a.yaml")
        wandb("agent", "--count", "1", "me/furuta/s1")
        sent = "".join(body for path, body in server.asked if path.endswith("file_stream"))
    trained = Run(tmp_path / "runs" / "sweep-s1" / "r1" / "training")
    assert (trained.status.state, trained.config.seed) == ("finished", 7)
    assert "eval/task_return" in sent
    assert "telemetry/arm_angle_rad" in sent
