"""A pilot does what FurutaEnv does, step by step, without it."""

from itertools import pairwise

import numpy as np
import pytest

from furutalib.facts.errors import PolicyError
from furutalib.facts.robot import load_robot
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.observation import FRAME
from furutalib.learning.pilot import Pilot
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.tasks import SWING_UP
from furutalib.machine.connect import connect, emulated
from furutalib.machine.robot import SimulatedRobot, Start

SETTINGS = {
    "plain": {},
    "no previous action": {"history": 0},
    "everything": {
        "history": 3,
        "action_repeat": 2,
        "low_pass_hz": 7.0,
        "action_delay": 2,
        "dead_zone_compensation": 0.08,
        "past_actions_cost": 0.5,
        "randomisation": {"arm.mass_kg": 0.3},
    },
    "delta": {"action_mode": "delta", "delta_limit": 0.5, "history": 2, "action_repeat": 3},
    "buckets": {"action_mode": "buckets", "buckets": 5, "action_repeat": 2},
}


FAR = {"limits.arm_angle_rad": 1e3, "limits.arm_speed_rad_s": 1e3}


def policy(seed: int = 0, **settings) -> NumpyPolicy:
    """A small network of random weights, wild enough to move the arm."""
    wrappers = WrapperSettings(**settings)
    rng = np.random.default_rng(seed)
    buckets = wrappers.action_mode == "buckets"
    inputs = FRAME * wrappers.history or FRAME - 1
    sizes = (inputs, 8, wrappers.buckets if buckets else 1)
    network = Network(
        tuple(rng.normal(0, 1.5, pair).astype(np.float32) for pair in pairwise(sizes)),
        tuple(rng.normal(0, 0.5, size).astype(np.float32) for size in sizes[1:]),
        squash="argmax" if buckets else "tanh",
    )
    return NumpyPolicy(network, wrappers)


class Watched:
    """A robot that remembers what it was sent and what it measured in every period."""

    def __init__(self, robot):
        self._inner, self.rows = robot, []
        self.description, self.fidelity, self.dt = robot.description, robot.fidelity, robot.dt
        self.reset, self.close = robot.reset, robot.close

    def step(self, action):
        reading = self._inner.step(action)
        self.rows.append((action, *reading))
        return reading


def by_environment(robot, driver, periods):
    env = FurutaEnv(robot, wrappers=driver.wrappers)
    driver.reset()
    observation, _ = env.reset(options={"start": Start()}, seed=0)
    while len(robot.rows) < periods:
        observation, _, terminated, _, _ = env.step(driver.act(observation))
        if terminated:
            return


def by_pilot(robot, driver, periods):
    pilot = Pilot(driver, robot)
    pilot.begin(robot.reset(Start()))
    while len(robot.rows) < periods:
        q = pilot.see(robot.step(pilot.command()))
        if SWING_UP.terminated(q):
            return


@pytest.mark.parametrize("name", SETTINGS)
def test_a_pilot_drives_as_the_environment_does(name):
    settings = {key: value for key, value in SETTINGS[name].items() if key != "randomisation"}
    rows = []
    for drive in (by_environment, by_pilot):
        robot = Watched(SimulatedRobot(load_robot("course").with_values(FAR)))
        drive(robot, policy(**settings), 120)
        rows.append(robot.rows)
    assert rows[0] == rows[1]
    assert len(rows[0]) == 120
    assert np.ptp([row[0] for row in rows[0]]) > 0.5


def test_also_on_an_emulated_robot_and_without_randomisation():
    rows = []
    for drive in (by_environment, by_pilot):
        with emulated(hidden=100) as inner:
            robot = Watched(inner)
            drive(robot, policy(**SETTINGS["everything"]), 60)
            rows.append(robot.rows)
    assert rows[0] == rows[1]
    assert len(rows[0]) > 10  # until the arm came to its limit


def test_a_second_episode_begins_anew():
    driver = policy(**SETTINGS["everything"])
    robot = SimulatedRobot(load_robot("course"))
    pilot = Pilot(driver, robot)
    commands = []
    for _ in range(2):
        pilot.begin(robot.reset())
        sent = []
        for _ in range(31):  # ends within a held action
            sent.append(pilot.command())
            pilot.see(robot.step(sent[-1]))
        commands.append(sent)
    assert commands[0] == commands[1]
    assert np.ptp(commands[0]) > 0.5


def test_a_policy_that_wants_another_observation_is_refused():
    wrong = NumpyPolicy(policy(history=2).network, WrapperSettings(history=1))
    robot = connect("sim")
    pilot = Pilot(wrong, robot)
    pilot.begin(robot.reset())
    with pytest.raises(PolicyError, match="has 6 numbers, the policy was trained with 12"):
        pilot.command()
