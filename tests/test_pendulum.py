import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.lessons.pendulum import pictures
from furutalib.machine.robot import Start


def test_pictures_play_at_the_speed_of_the_real_pendulum():
    rollout = collect(EnergyLQR(load_robot("course")), [Start(pendulum_angle_rad=0.2)])
    frames = pictures(rollout, most_s=1.0)
    assert len(frames) == 25
    assert frames[0].dtype == np.uint8
    assert not np.array_equal(frames[0], frames[-1])
