import threading

import pytest

from furutalib.facts.boards import load_board
from furutalib.facts.errors import SafetyTrip
from furutalib.machine.connect import emulated
from furutalib.view import stop_button as module
from furutalib.view.stop_button import StopButton, answer_beside_cells, stop_button


class Comm:
    """What ipykernel 7.4 gives to a widget, as far as it matters here."""

    def _reply_subshell_for(self, data, of_the_page):
        return None  # the thread that runs the cells


class Widget:
    comm = None


def test_a_press_is_told_to_the_robot_and_then_answered():
    done = []
    button = StopButton(lambda: done.append("stop") or "braked", lambda: "off")
    said = []
    button.send = lambda message: said.append((list(done), message["text"]))
    button._handle_custom_msg({"kind": "stop"}, [])
    assert said == [(["stop"], "braked"), (["stop"], "off")]


def test_other_messages_do_nothing():
    button = StopButton(lambda: pytest.fail("it was not pressed"))
    button._handle_custom_msg({"kind": "key"}, [])


def test_answers_go_where_the_page_asks_for():
    widget = Widget()
    widget.comm = Comm()
    assert widget.comm._reply_subshell_for({}, "beside") is None
    answer_beside_cells(widget)
    assert widget.comm._reply_subshell_for({}, "beside") == "beside"


@pytest.mark.parametrize("comm", [None, object()])
def test_an_older_kernel_is_left_alone(comm):
    widget = Widget()
    widget.comm = comm
    answer_beside_cells(widget)
    assert widget.comm is comm


@pytest.fixture
def robot(monkeypatch):
    monkeypatch.setattr(module, "OFF_AFTER_S", 0.0)
    with emulated() as robot:
        robot.reset()
        yield robot


def enabled(robot):
    line = load_board(robot.inner.machine.wiring.board).gpio.enable
    return robot.bench.world.lines.level(line)


def test_pressed_from_another_thread_it_ends_what_drives(robot):
    button = stop_button(robot)
    robot.step(0.5)
    assert enabled(robot)
    thread = threading.Thread(target=button.press)
    thread.start()
    thread.join()
    assert not enabled(robot)
    with pytest.raises(SafetyTrip, match="EMERGENCY STOP"):
        robot.step(0.5)
    assert robot.inner.motor.write(0.0) == 0.0
    robot.clear()
    robot.reset()
    assert enabled(robot)


def test_a_reset_does_not_get_round_it(robot):
    robot.off()
    stop_button(robot).press()
    with pytest.raises(SafetyTrip, match="EMERGENCY STOP"):
        robot.reset()
    assert not enabled(robot)


def test_a_robot_cleared_at_once_is_not_switched_off_again(robot, monkeypatch):
    def clear_and_go_on(_seconds):
        robot.clear()
        robot.reset()

    monkeypatch.setattr(module.time, "sleep", clear_and_go_on)
    stop_button(robot).press()
    assert enabled(robot)
    robot.step(0.1)
