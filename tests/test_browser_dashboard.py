"""The dashboard of a real training in a real page: it moves, stops, goes on, and is found again."""

import pytest

pytestmark = pytest.mark.xdist_group("browser-views")

# A long training: what ends it is the Stop button. Run again, the same cells look at the same run.
TRAINING = """
from pathlib import Path

import furutalib
from furutalib.learning.run import Run

if Path("run").is_dir():
    display(furutalib.watch("run"))
else:
    furutalib.train("run", fidelity="ideal", seed=1, watch=True, wandb="disabled",
                    total_steps=50_000_000, stop_at_success=False, evaluate_every=8_000)
"""
STEPS = "Number(document.querySelector('.furuta-steps')?.innerText.split(' ')[0].replace(/,/g, ''))"
STATE = "document.querySelector('.furuta-state')?.innerText"
PLOT = "Number(document.querySelector('.furuta-dashboard .furuta-plot')?.dataset.points)"


def moves_on(notebook):
    """Wait until the numbers have grown; returns the steps at last."""
    notebook.until(f"{STEPS} > 0")
    before = notebook.page.evaluate(STEPS)
    notebook.until(f"{STEPS} > {before}")
    return notebook.page.evaluate(STEPS)


def press(notebook, name):
    notebook.page.click(f".furuta-dashboard button:has-text('{name}'):not([disabled])")


def test_a_training_is_watched_stopped_found_again_and_resumed(open_notebook):
    notebook = open_notebook(TRAINING, "free = 6 * 7")
    notebook.run()
    assert notebook.tell("print(free)") == "42\n"
    moves_on(notebook)
    notebook.until(f"{PLOT} > 1")
    notebook.until("document.querySelector('.furuta-dashboard .furuta-scene')?.dataset.frames > 0")

    notebook.reload()
    steps = moves_on(notebook)

    notebook.restart_kernel()
    notebook.run()
    assert moves_on(notebook) > steps

    press(notebook, "Stop")
    notebook.until(f"{STATE} === 'stopped'")
    steps = notebook.page.evaluate(STEPS)
    loads = "run = Run('run')\nprint(run.status.steps, run.policy().act is not None)"
    assert notebook.tell(loads) == f"{steps} True\n"

    press(notebook, "Resume")
    notebook.until(f"{STATE} === 'running' && {STEPS} > {steps}")
    press(notebook, "Stop")
    notebook.until(f"{STATE} === 'stopped'")
