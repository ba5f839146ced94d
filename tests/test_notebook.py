import matplotlib.pyplot as plt
import pytest

from furutalib import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.lessons.cartpole import play
from furutalib.lessons.notebook import setup, show
from furutalib.lessons.simulation import simulate
from furutalib.machine.robot import Start

ROBOT = load_robot("course")


@pytest.mark.parametrize(("fast", "word"), [(True, "FAST"), (False, "FULL")])
def test_setup_says_how_long_trainings_take(fast, word):
    message = setup(fast)
    assert word in repr(message)
    assert word in message._repr_html_()
    assert plt.rcParams["axes.grid"]


def test_show_plays_rollouts_runs_and_episodes_under_their_names():
    rollout = collect(EnergyLQR(ROBOT), [Start(), Start(pendulum_angle_rad=0.3)], duration_s=1.0)
    runs = {"pump": rollout, "push": simulate(ROBOT, [0.5] * 10)}
    player = show(runs, row=1)
    assert [track.name for track in player.tracks] == ["pump", "push"]
    assert player.tracks[0].coordinates[:, 1] == pytest.approx(rollout.pendulum_angle_rad[1])
    cart = show({"left": play(lambda _: 0, seed=0)}, plots=False)
    assert [coordinate.name for coordinate in cart.scene.coordinates] == ["cart", "pole"]
    assert cart.payload["plots"] == []
    assert len(player.payload["plots"]) == 3


def test_show_refuses_to_show_nothing():
    with pytest.raises(ValueError, match="at least one"):
        show({})
