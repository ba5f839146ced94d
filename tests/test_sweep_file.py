"""Sweep files: the runs that one asks for, and what is wrong with those that cannot be run."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from wandb.sdk.launch.sweeps.utils import create_sweep_command, load_sweep_config

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.sweep_file import (
    COMMAND,
    PROGRAM,
    parse_sweep,
    read_sweep,
    run_config,
)

ROOT = Path(__file__).parents[1]
TEXT = """\
program: furutalib.learning.sweep_agent
command: ["${env}", "${interpreter}", "-m", "${program}"]
method: grid
metric: {name: eval/task_return, goal: maximize}
parameters:
  fidelity: {value: ideal}
  reward:
    parameters:
      continuity: {values: [0, 0.5]}
  hidden: {value: [32, 32]}
  seed: {min: 0, max: 2}
"""


def sweep(method: str = "grid", cap: int | None = None, **parameters: Any) -> dict[str, Any]:
    """The content of a sweep file."""
    top = {"program": PROGRAM, "command": list(COMMAND), "method": method}
    return {**top, "parameters": parameters} | ({"run_cap": cap} if cap else {})


def test_a_grid_is_every_combination_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TEXT)
    file = read_sweep(path)
    assert file.columns() == ["fidelity", "reward.continuity", "hidden", "seed"]
    found = [(point["reward"]["continuity"], point["seed"]) for point in file.points]
    assert found == [(0, 0), (0, 1), (0, 2), (0.5, 0), (0.5, 1), (0.5, 2)]
    last = file.configs()[-1]
    assert (last.reward.continuity, last.seed, last.settings.hidden) == (0.5, 2, (32, 32))
    assert last.fidelity == ()
    assert (file.metric, file.goal) == ("eval/task_return", "maximize")


def test_wandb_reads_the_same_file_and_would_start_the_agent_program(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TEXT)
    theirs = load_sweep_config(str(path))
    assert theirs is not None
    assert parse_sweep(theirs) == read_sweep(path)
    assert create_sweep_command(theirs["command"]) == list(COMMAND)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameters": {"learning_rat": {"value": 1}}}, "unknown key 'learning_rat'.*gae_lambda"),
        ({"parameters": {"reward": {"parameters": {"x": {"value": 1}}}}}, "x.*continuity"),
        ({"parameters": {"seed": {"distribution": "zipf"}}}, "'zipf'.*log_uniform_values"),
        ({"parameters": {"seed": {"min": 1}}}, "parameter seed.*min and max"),
        ({"parameters": {"seed": {"values": []}}}, "seed.*leaves no run"),
        ({"parameters": {}}, "no parameters"),
        ({"parameters": {"seed": 3}}, "parameter seed must be keys and values"),
        ({"parameters": {"seed": {"vales": [1]}}}, "'vales'.*values"),
        ({"parameters": {"seed": {"min": 3, "max": 1}}}, "min = 3 is above max = 1"),
        ({"parameters": {"gamma": {"min": 0.9, "max": 1.0}}}, "grid cannot.*uniform.*random"),
        ({"parameters": {"gamma": {"value": 1.5}}}, r"run 0 \(gamma=1.5\).*from 0 to 1"),
        ({"parameters": {"learning_rate": {"value": "1e-3"}}}, "text in YAML.*1.0e-3"),
        ({"metric": {"name": "eval/speed"}}, "'eval/speed' is logged by no run.*eval/task_return"),
        ({"metric": {"name": "steps", "goal": "up"}}, "'up'.*minimize, maximize"),
        ({"method": "bayes"}, "bayes.*method: random here.*wandb sweep"),
        ({"method": "all"}, "'all'.*grid, random"),
        ({"method": "random"}, "run_cap: 20"),
        ({"run_cap": 0}, "run_cap = 0"),
        ({"program": "train.py"}, "program: furutalib.learning.sweep_agent"),
        ({"early_terminate": {"type": "hyperband"}}, "'early_terminate'"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=f"(?s){message}"):
        parse_sweep({**sweep(seed={"values": [0]}), **change})


@pytest.mark.parametrize("text", ["a: [", "- 1", "", "since: 2026-01-01"])
def test_a_file_that_is_no_sweep_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"bad\.yaml"):
        read_sweep(path)
    with pytest.raises(
        ConfigurationError, match=r"no sweep file .*none\.yaml; .*full\.yaml is an example"
    ):
        read_sweep(tmp_path / "none.yaml")


def test_the_parameters_of_a_run_are_the_keywords_of_train() -> None:
    point = {"algorithm": "sac", "rate_hz": 100, "history": 2, "tau": 0.01, "task": "balance"}
    config = run_config(point)
    stored = json.loads(json.dumps(config.to_dict()))
    assert (stored["algorithm"], stored["task"]) == ("sac", "balance")
    assert (stored["settings"]["tau"], stored["wrappers"]["history"]) == (0.01, 2)
    assert stored["robot"]["control"]["rate_hz"] == 100


def test_wandbs_own_schema_takes_the_committed_sweep_files() -> None:
    """Its schema is a file of the package `sweeps`, which nothing else here needs."""
    package = importlib.util.find_spec("sweeps")
    if package is None or package.origin is None:
        pytest.skip("W&B's schema is not here: pip install --no-deps sweeps")
    schema = json.loads(
        Path(package.origin).with_name("config").joinpath("schema.json").read_text()
    )
    judge = jsonschema.validators.validator_for(schema)(schema)
    files = sorted(ROOT.glob("data/benchmarks/**/*.yaml"))
    assert files
    for file in files:
        assert list(judge.iter_errors(yaml.safe_load(file.read_text()))) == [], file
    wrong = sweep(seed={"values": [0]}) | {"method": "all"}
    assert list(judge.iter_errors(wrong))
