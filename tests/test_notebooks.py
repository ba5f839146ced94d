"""Executes every notebook, learner and solution version, without a network and in FAST mode.

Where there is Chromium the learners' versions run in tests/test_browser_lessons.py, as learners run
them, and only the solutions here: every lesson trains, and once each is enough.
"""

import json
import os
from pathlib import Path

import nbclient
import nbformat
import pytest

from furutalib.lessons.browser import chromium_path

COURSE = Path(__file__).resolve().parents[1]
NO_NETWORK = Path(__file__).resolve().parent / "no_network"

# Seconds of processor time that a lesson may take, one version. Not of the clock on the wall: that
# would measure what else the machine is doing.
BUDGET_S = {
    "00_welcome": 20,
    "01_cartpole": 90,
    "02_furuta_simulation": 60,
    "03_swing_up": 150,
    "04_smooth": 120,
    "05_exploration": 150,
    "06_build_it": 40,
    "07_bring_up": 60,
    "08_know_your_robot": 80,
    "09_train_on_the_robot": 170,
    "10_deploy_and_share": 60,
}

# What must be true in the kernel after a lesson ran: its FAST training beats random visibly.
LEARNED = {
    "01_cartpole": "min(trained) > 3 * random_mean and held['the fine'] < random_mean / 2",
    "03_swing_up": "trained.task_return > 5 * random_here.task_return"
    " and trained.task_return > 1.5 * figures['motor off'].task_return",
    "04_smooth": "min(each.task_return for each in judged.values()) > 20 * random_here.task_return"
    " and judged['weight 0.5, seed 0'].action_change < judged['weight 0, seed 0'].action_change",
    "05_exploration": "trained['gSDE 8'].task_return > 3 * noise_only.task_return",
    "09_train_on_the_robot": "swing_deg['last third'] > 1.3 * swing_deg['first third']"
    " and refined['newest'].task_return > refined['sac-full'].task_return and lost == 0",
}

# A person moves sliders and presses buttons; so does this. An error in a callback shows as a
# traceback among the outputs.
TOUCH_WIDGETS = """
import ipywidgets
for widget in list(ipywidgets.Widget.get_manager_state()["state"]):
    touched = ipywidgets.widgets.widget._instances.get(widget)
    if touched is None or getattr(touched, "disabled", False):
        continue
    if isinstance(touched, ipywidgets.Button):
        touched.click()
    elif hasattr(touched, "min") and hasattr(touched, "max") and hasattr(touched, "value"):
        if not isinstance(touched.value, tuple):
            touched.value = touched.max
            touched.value = touched.min
# A training outlives the kernel, and the next test wants the processor.
for touched in list(ipywidgets.widgets.widget._instances.values()):
    if getattr(touched, "description", "") == "Stop" and not touched.disabled:
        touched.click()
"""

NOTEBOOKS = sorted(
    path
    for folder in (COURSE / "notebooks", COURSE / "notebooks" / "solutions")
    for path in folder.glob("*.ipynb")
)
EXECUTED = [
    path for path in NOTEBOOKS if path.parent.name == "solutions" or chromium_path() is None
]


def run(notebook, folder, monkeypatch):
    """Execute in `folder`; return the outputs of all cells and the attempts to use the network."""
    attempts = folder / "network-attempts"
    monkeypatch.setenv("NETWORK_ATTEMPTS", str(attempts))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(NO_NETWORK), str(COURSE)]))
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return attempts.read_text() if attempts.exists() else ""


def processor_time_s():
    """Of the kernels that have ended, and of the processes that they waited for."""
    times = os.times()
    return times.children_user + times.children_system


def notebook_of(*code):
    cells = [nbformat.v4.new_code_cell(text) for text in code]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    "path", EXECUTED, ids=[f"{path.parent.name}/{path.stem}" for path in EXECUTED]
)
def test_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    notebook = nbformat.read(path, as_version=4)
    lesson_cells = len(notebook.cells)
    learned = f"assert {LEARNED.get(path.stem, 'True')}, 'FAST training must beat random'"
    notebook.cells += notebook_of(learned, TOUCH_WIDGETS).cells
    before_s = processor_time_s()
    attempts = run(notebook, tmp_path, monkeypatch)
    took_s = processor_time_s() - before_s
    said = json.dumps(notebook.cells) + json.dumps(notebook.metadata)
    assert "Traceback (most recent call last)" not in said
    assert attempts == ""
    assert 1 < took_s < BUDGET_S[path.stem]
    unsolved = said.count("not done yet.") if path.parent.name == "solutions" else 0
    assert unsolved == 0, f"{unsolved} exercises of the solution version do not pass"
    assert lesson_cells > 5


def test_every_lesson_has_both_versions_and_a_budget():
    names = {path.stem for path in (COURSE / "notebooks" / "source").glob("[0-9]*.py")}
    assert {path.stem for path in NOTEBOOKS} == names == set(BUDGET_S)
    assert len(NOTEBOOKS) == 2 * len(names)


def test_the_network_is_really_off(tmp_path, monkeypatch):
    notebook = notebook_of(
        "import socket\n"
        "try:\n    socket.create_connection(('192.0.2.1', 80), timeout=1)\n"
        "except OSError as error:\n    print(error)",
        "import subprocess, sys\n"
        "code = \"import socket; socket.getaddrinfo('example.org', 80)\"\n"
        "subprocess.run([sys.executable, '-c', code], capture_output=True).returncode",
    )
    attempts = run(notebook, tmp_path, monkeypatch)
    assert "the network is off" in notebook.cells[0].outputs[0]["text"]
    assert "192.0.2.1" in attempts
    assert "example.org" in attempts


def test_an_error_in_a_widget_callback_is_seen(tmp_path, monkeypatch):
    broken = (
        "import ipywidgets\nbutton = ipywidgets.Button()\nbutton.on_click(lambda _: 1 / 0)\nbutton"
    )
    notebook = notebook_of(broken, TOUCH_WIDGETS)
    run(notebook, tmp_path, monkeypatch)
    assert "Traceback (most recent call last)" in json.dumps(notebook.cells)
