"""gymnasium knows our environments by name."""

import gymnasium
import pytest

import furutalib
from furutalib.learning.registration import ENVIRONMENTS
from furutalib.learning.tasks import TASKS

assert furutalib.__version__  # importing furutalib is what registers


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_registered(name):
    env = gymnasium.make(name)
    assert env.spec.id == name
    assert env.unwrapped.task is TASKS[ENVIRONMENTS[name]]


def test_every_task_has_a_name():
    assert sorted(ENVIRONMENTS.values()) == sorted(TASKS)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_can_be_made_again_from_its_spec(name):
    env = gymnasium.make(name, history=3, reward={"effort": 0.1})
    again = env.spec.make()
    assert again.observation_space == env.observation_space
    assert again.unwrapped.wrappers == env.unwrapped.wrappers
