import asyncio
import itertools
import math

import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import LQR
from furutalib.lessons.hand_control import DURATION_S, HandControl, hold_it
from furutalib.lessons.hand_run import FELL, HELD, HandRun

ROBOT = load_robot("course")


class Hand:
    """A hand control in which sleeping moves the clock and takes no time."""

    def __init__(self, players=None):
        self.now = 0.0
        self.script = []  # (time, what to do)
        self.control = HandControl(
            ROBOT, players or {"LQR": LQR(ROBOT)}, clock=lambda: self.now, sleep=self.sleep
        )
        self.shown = []
        self.control.live.show = lambda *state: self.shown.append(state)

    async def sleep(self, seconds):
        self.now += max(seconds, 1e-6)
        while self.script and self.script[0][0] <= self.now:
            self.script.pop(0)[1]()
        await asyncio.sleep(0)

    def key(self, key, down=True):
        self.control.live._heard(None, {"kind": "key", "key": key, "down": down}, [])

    def press_button(self, text):
        buttons = self.control.view.children[1].children
        next(button for button in buttons if text in button.description).click()

    def play(self, *actions):
        """Do the actions and let the try that they began come to its end."""

        async def go():
            for action in actions:
                action()
            if self.control.running:
                await asyncio.wait([self.control._task])

        asyncio.run(go())


def test_a_key_lets_go_and_pushes_at_once():
    hand = Hand()
    hand.control.slow.value = 10
    hand.play(lambda: hand.key("ArrowRight"))
    (row,) = hand.control.tries
    times, commands = ([state[i] for state in hand.shown[:-1]] for i in (0, 2))
    assert set(commands) == {hand.control.strength.value}
    assert times[0] == pytest.approx(0.002)  # 50 pictures a second, each a tenth of 1/50 s
    assert hand.now == pytest.approx(10 * times[-1] + 1.5, abs=0.05)
    assert (row["who"], row["slow"], row["end"]) == ("you", 10, FELL)
    assert row["seconds"] == times[-1]
    assert "you" in hand.control.status.value


def test_keys_held_let_go_and_held_together():
    hand = Hand()
    hand.control.slow.value = 10
    hand.script = [
        (0.1, lambda: hand.key("ArrowRight")),
        (0.2, lambda: hand.key("ArrowLeft", down=False)),
        (0.3, lambda: hand.key("ArrowRight", down=False)),
    ]
    hand.play(lambda: hand.key("ArrowLeft"))
    commands = [state[2] for state in hand.shown[:-1]]
    assert [each for each, _ in itertools.groupby(commands)] == [-0.3, 0.0, 0.3, 0.0]


def test_a_repeated_key_does_not_begin_a_try_again():
    hand = Hand()
    hand.play(lambda: hand.key("ArrowLeft"))
    hand.play(lambda: hand.key("ArrowLeft"))  # held down: browsers repeat it
    assert len(hand.control.tries) == 1


def test_the_slider_pushes_without_keys():
    hand = Hand()
    hand.play(lambda: setattr(hand.control.push, "value", -0.4))
    assert hand.shown[0][2] == -0.4
    assert len(hand.control.tries) == 1


def test_the_controller_tries_from_the_same_start_with_the_same_delay():
    hand = Hand()
    hand.control.delay.value = 30
    hand.play(lambda: hand.key("ArrowLeft"))
    mine = hand.shown[0]
    hand.shown.clear()
    hand.play(lambda: hand.press_button("LQR"))
    you, lqr = hand.control.tries
    assert lqr["who"] == "LQR"
    assert lqr["end"] == HELD
    assert lqr["seconds"] == pytest.approx(DURATION_S)
    assert lqr["rms"] < 5.0 < you["rms"]
    assert you["delay"] == lqr["delay"] == pytest.approx(30)
    assert hand.shown[0][3] == pytest.approx(mine[3], abs=1.0)  # degrees from upright
    assert [row["who"] for row in hand.control.table.payload["rows"]] == ["you", "LQR"]


def test_a_new_start_leans_by_one_to_three_degrees():
    hand = Hand()
    for _ in range(20):
        hand.press_button("New start")
    leans = [state[3][0] for state in hand.shown]
    assert all(1.0 <= abs(lean) <= 3.0 for lean in leans)
    assert min(leans) < 0 < max(leans)


@pytest.mark.parametrize("how", ["button", "closed"])
def test_a_try_that_is_stopped_does_not_count(how):
    hand = Hand()
    end = (lambda: hand.press_button("Stop")) if how == "button" else hand.control.view.close
    hand.script = [(0.5, end)]
    hand.play(lambda: hand.press_button("LQR"))
    assert not hand.control.running
    assert hand.control.tries == []
    assert 10 < len(hand.shown) < 30
    assert hand.control.trouble.outputs == ()


def test_who_tries_next_ends_the_try_before():
    hand = Hand()
    hand.control.slow.value = 20
    hand.script = [(1.0, lambda: hand.control.begin("you", HandRun))]

    async def go():
        hand.press_button("LQR")
        first = hand.control._task
        await asyncio.wait([first])
        assert first.cancelled()
        await asyncio.wait([hand.control._task])

    asyncio.run(go())
    assert [row["who"] for row in hand.control.tries] == ["you"]


def test_an_error_in_a_try_is_shown():
    class Broken(LQR):
        def act(self, observation):
            raise RuntimeError("the controller fell asleep")

    hand = Hand({"broken": Broken(ROBOT)})
    hand.play(lambda: hand.press_button("broken"))
    (output,) = hand.control.trouble.outputs
    assert "RuntimeError: the controller fell asleep" in output["text"]
    assert output["name"] == "stderr"


def test_the_course_offers_its_policy():
    control = hold_it(ROBOT)
    names = [button.description for button in control.view.children[1].children]
    assert names[:2] == ["The same run by LQR", "The same run by ppo-full"]
    assert control.live.payload["keys"] == ["ArrowLeft", "ArrowRight"]
    assert "data-furuta-kind" in control._repr_mimebundle_()["text/html"]
    assert math.degrees(abs(control._start.pendulum_angle_rad - math.pi)) >= 1.0
