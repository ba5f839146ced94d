"""Steps as the page gets them, and what its clicks do."""

import base64

import pytest

from furutalib.view.steps_view import ShownStep, StepsView


class Memory:
    """A keeper without a file."""

    def __init__(self, **done):
        self.done = done
        self.said = ""

    def tick(self, step, done):
        if done:
            self.done[step] = "now"
        else:
            del self.done[step]
        self.said = f"{step} {done}"


STEPS = [
    ShownStep(each, "Print", each.title(), f"Do <{each}>.", "It is.", "It is not.")
    for each in ("gauge", "base", "arm")
]


@pytest.fixture
def view():
    return StepsView(STEPS, Memory(gauge="before"), lambda step: step.encode() or None)


def test_it_opens_at_the_first_step_that_is_not_done(view):
    assert view.at == "base"
    assert view.payload["done"] == {"gauge": "before"}
    everything = Memory(gauge="x", base="x", arm="x")
    assert StepsView(STEPS, everything).at == "gauge"


def test_only_the_picture_of_the_step_shown_is_sent(view):
    assert base64.b64decode(view.payload["picture"]) == b"base"
    view._handle_custom_msg({"kind": "go", "at": 2}, [])
    assert view.at == "arm"
    assert base64.b64decode(view.payload["picture"]) == b"arm"
    assert StepsView(STEPS, Memory()).payload["picture"] is None


def test_ticks_go_to_the_keeper_and_come_back(view):
    view._handle_custom_msg({"kind": "tick", "id": "arm", "done": True}, [])
    assert view.payload["done"]["arm"] == "now"
    assert view.payload["said"] == "arm True"
    view._handle_custom_msg({"kind": "tick", "id": "arm", "done": False}, [])
    assert "arm" not in view.payload["done"]


def test_the_still_page_lists_all_steps(view):
    assert view.still_html().count("<li>") == 3
    assert "Do &lt;arm&gt;." in view.still_html()
