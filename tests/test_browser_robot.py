"""A robot that a busy cell drives, in a real page: it is seen, stopped and made ill."""

import json

import pytest

pytestmark = pytest.mark.xdist_group("browser-views")

STOPPED_WITHIN_S = 1.5  # of the press: the cell is over; half a second of it is braking
INTERRUPTED_WITHIN_S = 2.0  # where the kernel does not answer: the page waits 0.5 s for it
OFF_WITHIN_S = 1.0  # of the press: the motor's enable line is low

# A robot in wall time, its panel, and a thread that looks at the enable line as an oscilloscope
# would: from outside, in the file that is the emulated pin.
ROBOT = r"""
import math, re, threading, time
from pathlib import Path
from furutalib.facts.boards import load_board
from furutalib.facts.errors import SafetyTrip
from furutalib.facts.paths import data_folder
from furutalib.machine.connect import emulated
from furutalib.view.fault_board import FaultBoard
from furutalib.view.robot_panel import RobotPanel

# The computer that runs the tests may be busy with others: lateness is no subject here.
text = (data_folder() / "robots" / "course.toml").read_text()
text = re.sub(r"(late_periods = . value =) 3", r"\1 200", text)
Path("patient.toml").write_text(re.sub(r"(heartbeat_s = . value =) 0.1", r"\1 5", text))
robot = emulated(Path("patient.toml").resolve(), clock="wall")
panel, faults = RobotPanel(robot), FaultBoard(robot.bench)
pin = robot.bench.folder / "gpio" / f"line{load_board('raspberry-pi-5').gpio.enable}"
levels = []

def look():
    while not closed:
        level = pin.read_text()[:1]
        if not levels or levels[-1][1] != level:
            levels.append((time.time(), level))
        time.sleep(0.001)

closed = []
threading.Thread(target=look, daemon=True).start()
robot.reset()
"""
SHOW = "display(panel, faults)"
LOOP = """
began_s = time.time()
ended = "in its own time"
try:
    for k in range(1000):
        robot.step(0.3 * math.sin(k / 10))
except SafetyTrip as error:
    ended = str(error)
except KeyboardInterrupt:
    ended = "interrupted"
ended_s = time.time()
"""
CLOSE = "closed.append(True)\nrobot.close()"
PRESS = """() => {
  const button = document.querySelector('.furuta-stop-button');
  button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
  return Date.now() / 1000;
}"""
SCENE = "document.querySelector('.furuta-robot-panel .furuta-scene')?.dataset"
STATE = "document.querySelector('.furuta-robot-state')?.innerText ?? ''"
STOP = "document.querySelector('.furuta-stop')?.dataset"


def drive(open_notebook, *before):
    """A notebook whose last cell drives the robot for 20 s, once it is seen to move."""
    notebook = open_notebook(ROBOT, SHOW, *before, LOOP)
    notebook.start()
    notebook.until(f"{STOP}?.ready === 'true' && {SCENE}?.received > 0", 90)
    return moving(notebook)


def moving(notebook):
    """The notebook, once the scene has got a second's worth of states more."""
    before = int(notebook.page.evaluate(f"{SCENE}.received"))
    notebook.until(f"{SCENE}.received > {before + 25}")
    return notebook


def test_the_button_stops_a_robot_that_a_busy_cell_drives(open_notebook):
    notebook = drive(open_notebook)
    assert "motor on" in notebook.page.evaluate(STATE)
    pressed_s = notebook.page.evaluate(PRESS)
    notebook.wait()
    told = notebook.tell("import json\nprint(json.dumps([began_s, ended_s, ended, levels]))")
    began_s, ended_s, ended, levels = json.loads(told)
    assert "somebody pressed EMERGENCY STOP" in ended
    low_s, level = levels[-1]
    assert level == "0"
    times = {"enable low": low_s - pressed_s, "cell over": ended_s - pressed_s}
    print({name: f"{1e3 * seconds:.0f} ms" for name, seconds in times.items()})
    assert 0.0 < times["enable low"] < OFF_WITHIN_S
    assert times["cell over"] < STOPPED_WITHIN_S
    assert ended_s - began_s < 15.0  # it did not just come to its end
    notebook.until(f"{STATE}.includes('tripped: emergency stop')")
    notebook.until(f"{STOP}.answer?.includes('the motor is off')")
    assert "interrupted" not in notebook.data(".furuta-stop")
    assert notebook.data(".furuta-robot-panel .furuta-scene")["lost"] == "0"
    notebook.tell(CLOSE)


def test_a_kernel_that_does_not_answer_the_button_is_interrupted(open_notebook):
    deaf = "panel.stop.comm._reply_subshell_for = lambda data, of_the_page: None"
    notebook = drive(open_notebook, deaf)
    pressed_s = notebook.page.evaluate(PRESS)
    notebook.wait()
    told = notebook.tell("import json\nprint(json.dumps([ended_s, ended, levels[-1]]))")
    ended_s, ended, (low_s, level) = json.loads(told)
    assert (ended, level) == ("interrupted", "0")
    assert low_s - pressed_s < INTERRUPTED_WITHIN_S
    assert ended_s - pressed_s < INTERRUPTED_WITHIN_S
    assert notebook.data(".furuta-stop")["interrupted"] == "true"
    notebook.tell(CLOSE)


def test_a_fault_is_switched_on_while_a_cell_drives(open_notebook):
    notebook = drive(open_notebook)
    notebook.page.click(
        '.furuta-fault-board button[title^="the arm counter\'s answers are all 0x00"]'
    )
    notebook.wait()
    assert "the arm counter" in notebook.tell("print(ended)")
    notebook.until(f"{STATE}.includes('tripped: counter silent')")
    assert "look at its SPI wires" in notebook.page.evaluate(STATE)
    notebook.tell(CLOSE)
