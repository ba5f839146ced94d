"""Options of an environment, resolved."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.setup import build_setup
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.tasks import BALANCE


def test_defaults():
    setup = build_setup()
    assert setup.robot == load_robot("course")
    assert setup.task.name == "swing-up"
    assert setup.wrappers == WrapperSettings()
    assert setup.periods == 400
    assert "backlash" in setup.fidelity


def test_options_arrive():
    setup = build_setup(
        task=BALANCE,
        robot=load_robot("qube"),
        fidelity="full-backlash",
        rate_hz=100.0,
        latency_s=0.005,
        time_limit_s=2.0,
        history=3,
    )
    assert setup.robot == load_robot("qube").with_values(
        {"control.rate_hz": 100.0, "control.latency_s": 0.005}
    )
    assert setup.periods == 200
    assert setup.task.fall_rad == BALANCE.fall_rad
    assert setup.wrappers.history == 3
    assert "backlash" not in setup.fidelity


@pytest.mark.parametrize("wrappers", [WrapperSettings(history=4), {"history": 4}])
def test_wrappers_all_at_once(wrappers):
    assert build_setup(wrappers=wrappers).wrappers.history == 4
    with pytest.raises(ConfigurationError, match="both given"):
        build_setup(wrappers=wrappers, action_repeat=2)


@pytest.mark.parametrize("value", [0, -1.0, float("inf"), float("nan")])
def test_refuses_wrong_time_limits(value):
    with pytest.raises(ConfigurationError, match="time_limit_s"):
        build_setup(time_limit_s=value)
