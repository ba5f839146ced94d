import math

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.lessons import simulation
from furutalib.lessons.simulation import constants, sign_diagram, simulate, unplugged
from furutalib.machine.robot import SimulatedRobot, Start

ROBOT = load_robot("course")


def test_a_run_is_what_the_simulated_robot_does():
    commands, start = np.repeat([0.5, -0.3], 20), Start(0.1, 0.2, 1.0, -1.0)
    motion = simulate(ROBOT, commands, start)
    with SimulatedRobot(ROBOT) as machine:
        readings = [machine.reset(start), *(machine.step(command) for command in commands)]
    expected = [(reading.arm_angle_rad, reading.pendulum_angle_rad) for reading in readings]
    assert np.array_equal(motion.measured_rad, expected)
    assert motion.time_s == pytest.approx([reading.time_s for reading in readings])


def test_speeds_are_the_change_of_the_angles():
    fine = ROBOT.with_values({"control.rate_hz": 5000.0})
    motion = simulate(fine, np.full(500, 0.4), fidelity="ideal")
    angles = np.column_stack([motion.arm_rad, motion.pendulum_rad])
    slopes = (angles[2:] - angles[:-2]) * 2500.0
    assert motion.speeds_rad_s[1:-1] == pytest.approx(slopes, abs=1e-3)


def test_measured_speeds_are_filtered_only_where_the_fidelity_says_so():
    plain = simulate(ROBOT, np.full(30, 0.5), fidelity="encoder_counts")
    filtered = simulate(ROBOT, np.full(30, 0.5), fidelity="encoder_counts+velocity_filter")
    differences = np.diff(plain.measured_rad, axis=0) * 50.0
    assert plain.measured_speeds_rad_s[1:] == pytest.approx(differences)
    assert np.abs(filtered.measured_speeds_rad_s - plain.measured_speeds_rad_s).max() > 0.1


def test_with_backlash_rotor_and_arm_part():
    motion = simulate(ROBOT, [0.5] * 5 + [-0.5] * 5, fidelity="backlash")
    gap = motion.rotor_rad - motion.arm_rad
    assert np.abs(gap).max() == pytest.approx(ROBOT.motor.backlash_rad / 2, rel=1e-6)
    assert gap.min() < 0 < gap.max()


def test_an_unplugged_motor_neither_drives_nor_brakes():
    robot = unplugged(ROBOT)
    assert np.abs(simulate(robot, np.ones(20), fidelity="ideal").arm_rad).max() < 1e-200
    start = Start(arm_speed_rad_s=2.0)
    free, braked = (simulate(r, np.zeros(50), start, "ideal") for r in (robot, ROBOT))
    k = constants(ROBOT)

    def momentum(motion):
        (arm_speed, speed), alpha = motion.speeds_rad_s[-1], motion.pendulum_rad[-1]
        m11 = k.arm + k.axial + (k.swing - k.axial) * math.sin(alpha) ** 2
        return m11 * arm_speed + k.coupling * math.cos(alpha) * speed

    assert momentum(free) == pytest.approx((k.arm + k.axial) * 2.0, rel=1e-6)
    assert momentum(braked) < 0.8 * momentum(free)


@pytest.mark.parametrize("name", ["course", "course-original", "qube"])
def test_accelerations_are_those_of_cases_worked_by_hand(name):
    robot = load_robot(name)
    k = constants(robot)
    # level pendulum, at rest: nothing couples, gravity alone acts on it
    arm, pendulum = simulation.accelerations(robot, math.pi / 2, 0.0, 0.0, 0.0)
    assert arm == pytest.approx(0.0, abs=1e-6)
    assert pendulum == pytest.approx(-k.gravity / k.swing, rel=1e-7)
    # the same with a torque: the arm carries the whole pendulum
    arm, _ = simulation.accelerations(robot, math.pi / 2, 0.0, 0.0, 0.02)
    assert arm == pytest.approx(0.02 / (k.arm + k.swing), rel=1e-7)
    # turning fast with the pendulum at 45 degrees: it is flung out against gravity
    _, pendulum = simulation.accelerations(robot, math.pi / 4, 4.0, 0.0, 0.0)
    m11, m12 = k.arm + (k.swing + k.axial) / 2, k.coupling * math.sqrt(0.5)
    force = (k.swing - k.axial) / 2 * 16.0 - k.gravity * math.sqrt(0.5)
    assert pendulum == pytest.approx(m11 * force / (m11 * k.swing - m12**2), rel=1e-6)


def test_a_track_holds_the_true_angles_and_the_command_before():
    motion = simulate(ROBOT, [0.5, -0.3], Start(0.1, 0.2))
    track = motion.track("push")
    assert track.coordinates[:, 0] == pytest.approx(motion.arm_rad)
    assert track.coordinates[:, 1] == pytest.approx(motion.pendulum_rad)
    assert track.command.tolist() == [0.0, 0.5, -0.3]


def test_the_diagram_says_in_words_what_it_shows():
    drawing = sign_diagram()
    assert "counter-clockwise" in repr(drawing)
    assert repr(drawing) in drawing.svg
