import pytest

from furutalib.facts.errors import SafetyTrip
from furutalib.lessons.rehearsal import Rehearsal


def test_it_tells_in_order_what_was_done_and_whether_the_motor_was_on():
    r = Rehearsal(steps=2)
    seen, done = r.robot.reset(), False
    robot = r.robot
    while not done:
        seen, _, done = robot.step(r.agent.act(seen))
    robot.off()
    r.agent.update()
    assert [(e.what, e.motor) for e in r.events] == [
        ("reset", True),
        ("step", True),
        ("step", True),
        ("off", True),
        ("update", False),
    ]
    assert "step          x 2   motor ON" in r.story()
    assert r.story().endswith("at the end the motor is off")


def test_a_trip_leaves_the_motor_to_whoever_drives():
    r = Rehearsal(trips_in=2)
    robot = r.robot
    robot.reset()
    robot.step(0.0)
    with pytest.raises(SafetyTrip):
        robot.step(0.0)
    assert r.motor
    assert r.story().endswith("at the end the motor is ON")


def test_the_disk_keeps_what_it_is_given():
    r = Rehearsal()
    r.disk.save(r.agent.everything())
    assert "replay buffer" in r.saved[0]
    assert r.count("save") == 1
