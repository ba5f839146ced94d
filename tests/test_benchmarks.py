"""Reading the tables that come with the course, and the tables themselves."""

import json
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import RunError
from furutalib.facts.paths import data_folder
from furutalib.learning.benchmarks import load_benchmark
from furutalib.learning.evaluation import evaluate
from furutalib.learning.policy_folder import file_hash
from furutalib.learning.provenance import code_hash
from furutalib.learning.run import Run
from furutalib.learning.sweep_file import describe_run, read_sweep
from furutalib.learning.training import start
from furutalib.learning.wear import wear

PLACE = data_folder() / "benchmarks"
SHIPPED = sorted(path.parent.name for path in PLACE.glob("*/benchmark.json"))
TRAINED = sorted({path.parent.name for path in PLACE.glob("*/*.yaml")} & set(SHIPPED))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "benchmark.json").write_text('{"command": "make it"}')
    (folder / "results.csv").write_text(
        "run,variant,seed,reward.continuity,use_sde,test.task_return\n"
        "a-0000,none,0,0.0,True,380.5\na-0001,none,1,0.5,False,\n"
    )
    (folder / "curves.csv").write_text(
        "run,steps,success_rate\na-0000,10,0.5\na-0001,10,\na-0000,20,1.0\n"
    )
    return tmp_path


def test_cells_are_numbers_text_truth_values_or_nothing(small: Path) -> None:
    table = load_benchmark("small", small)
    assert table.made["command"] == "make it"
    assert table.rows[0] == {
        "run": "a-0000",
        "variant": "none",
        "seed": 0,
        "reward.continuity": 0.0,
        "use_sde": True,
        "test.task_return": 380.5,
    }
    assert table.rows[1]["test.task_return"] is None
    np.testing.assert_array_equal(table.column("test.task_return"), [380.5, np.nan])


def test_rows_are_chosen_by_their_values(small: Path) -> None:
    table = load_benchmark("small", small)
    assert [row["run"] for row in table.where(**{"reward.continuity": 0.5}).rows] == ["a-0001"]
    assert table.where(variant="none", seed=7).rows == ()
    with pytest.raises(RunError, match="no column 'speed'; there are run, variant"):
        table.where(speed=1)


def test_curves_are_those_of_the_run(small: Path) -> None:
    table = load_benchmark("small", small)
    curves = table.curves(table.rows[0])
    assert curves["steps"].tolist() == [10, 20]
    assert curves["success_rate"].tolist() == [0.5, 1.0]
    assert np.isnan(table.curves(table.rows[1])["success_rate"]).all()


def test_a_benchmark_that_is_not_there_is_named_with_those_that_are(small: Path) -> None:
    with pytest.raises(RunError, match=r"no whole benchmark 'large'.*there are: small"):
        load_benchmark("large", small)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_table_was_made_by_its_sweep_files_and_the_code_of_today(name: str) -> None:
    made = load_benchmark(name).made
    again = f"make it again: {made['command']}"
    assert made["code_hash"] == code_hash(), again
    assert made["sweeps"] == {f.name: file_hash(f) for f in PLACE.joinpath(name).glob("*.yaml")}
    assert f"make.py {name}" in made["command"]


@pytest.mark.parametrize("name", TRAINED)
def test_a_shipped_row_is_what_its_policy_does(name: str) -> None:
    """The last row: other processors round otherwise, so figures may differ a little."""
    table = load_benchmark(name)
    row = [row for row in table.rows if row["test.success_rate"] is not None][-1]
    policy = table.policy(row)
    fidelity = "+".join(policy.info.training["fidelity"]) or "ideal"
    found = evaluate(policy, fidelity=fidelity)
    assert found.successes == pytest.approx(row["test.successes"], abs=3)
    assert found.task_return == pytest.approx(row["test.task_return"], abs=5)
    assert found.continuity == pytest.approx(row["test.continuity"], rel=0.1, abs=0.01)
    assert json.dumps(policy.info.training["seed"]) == json.dumps(row["seed"])


@pytest.mark.parametrize(
    "name",
    [
        name if name == "continuity" else pytest.param(name, marks=pytest.mark.full)
        for name in TRAINED
    ],
)
def test_the_beginning_of_a_shipped_run_can_be_repeated(name: str, tmp_path: Path) -> None:
    """The first validations of one run, trained anew: the same command gives the same start.

    On the same kind of processor to the last digit; on others rounding errors grow while it learns.
    """
    table = load_benchmark(name)
    row = table.rows[-1]
    sweep, number = row["run"].rsplit("-", 1)
    point = dict(read_sweep(PLACE / name / f"{sweep}.yaml").points[int(number)])
    curve = table.curves(row)
    second = int(curve["steps"][1])
    config, source = describe_run({**point, "total_steps": second})
    start(tmp_path / "run", config, source, "disabled").wait(show=False)
    again = Run(tmp_path / "run").evaluations()
    assert again["steps"][:2].tolist() == curve["steps"][:2].tolist()
    np.testing.assert_allclose(again["task_return"][:2], curve["task_return"][:2], atol=25)


def test_wear_of_a_shipped_policy_is_in_its_row() -> None:
    from furutalib.learning.rollout import collect
    from furutalib.learning.starts import draw_starts

    table = load_benchmark("continuity")
    row = table.rows[-1]
    rollout = collect(table.policy(row), draw_starts("test", 100), fidelity="full")
    for figure, value in wear(rollout).items():
        assert value == pytest.approx(row[f"test.{figure}"], rel=0.1, abs=0.01)
