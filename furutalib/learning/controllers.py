"""Classical control as policies like any other: the bar that learning has to pass.

All read one frame (see `furutalib.learning.observation`) and need numpy alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.observation import SPEED_SCALE_RAD_S
from furutalib.learning.stages import WrapperSettings
from furutalib.maths.linear import discretise, dlqr, linearise
from furutalib.maths.plant_parameters import P, pack

Actions = NDArray[np.float32]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """A frame in physical units; every field has shape (n,)."""

    arm_angle_rad: Values
    pendulum_angle_rad: Values  # in (-pi, pi], 0 hangs down
    from_upright_rad: Values  # in (-pi, pi]
    arm_speed_rad_s: Values
    pendulum_speed_rad_s: Values
    previous_action: Values


def read_frame(observation: NDArray[np.float32], arm_limit_rad: float) -> Measured:
    """The newest frame of observations of shape (n, 6 h), in physical units."""
    arm, cosine, sine, arm_speed, pendulum_speed, action = observation[:, -6:].T.astype(np.float64)
    return Measured(
        arm * arm_limit_rad,
        np.arctan2(sine, cosine),
        np.arctan2(-sine, -cosine),
        arm_speed * SPEED_SCALE_RAD_S,
        pendulum_speed * SPEED_SCALE_RAD_S,
        action,
    )


class _Controller:
    """What the classical controllers share: one frame in, dead zone compensated."""

    def __init__(self, robot: RobotDescription) -> None:
        self._arm_limit_rad = robot.limits.arm_angle_rad
        self._wrappers = WrapperSettings(history=1, dead_zone_compensation=robot.drive.dead_zone)

    @property
    def wrappers(self) -> WrapperSettings:
        """The wrappers between this controller and the robot."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """Forget everything; n pendulums are about to start."""

    def act(self, observation: NDArray[np.float32]) -> Actions:
        """Observations (n, 6) to actions (n, 1) in [-1, 1]."""
        command = self.command(read_frame(observation, self._arm_limit_rad))
        return np.clip(command, -1.0, 1.0).astype(np.float32)[:, np.newaxis]

    def command(self, m: Measured) -> Values:
        """The command before it is clipped to [-1, 1], shape (n,)."""
        raise NotImplementedError


class ArmPD(_Controller):
    """Holds the arm at an angle: u = kp (target - theta) - kd theta'; ignores the pendulum.

    Args:
        robot: the robot.
        target_rad: arm angle to hold.
        kp: command per rad. kd: command per rad/s.
    """

    def __init__(
        self, robot: RobotDescription, target_rad: float = 0.0, kp: float = 0.6, kd: float = 0.08
    ) -> None:
        super().__init__(robot)
        self._target_rad, self._kp, self._kd = target_rad, kp, kd

    def command(self, m: Measured) -> Values:
        return self._kp * (self._target_rad - m.arm_angle_rad) - self._kd * m.arm_speed_rad_s


class LQR(_Controller):
    """Linear-quadratic regulator about upright; knows of the command that is still on its way.

    u = -K (theta, angle from upright, theta', alpha', previous action), with K from the linear
    model at the robot's own rate and latency. Catches the pendulum only near the top.

    Args:
        robot: the robot.
        state_weights: diagonal of Q for arm angle, angle from upright and both speeds.
        action_weight: R.
    """

    def __init__(
        self,
        robot: RobotDescription,
        state_weights: tuple[float, float, float, float] = (2.0, 1.0, 0.3, 0.03),
        action_weight: float = 15.0,
    ) -> None:
        super().__init__(robot)
        dt_s = 1.0 / robot.control.rate_hz
        delay = round(robot.control.latency_s / dt_s)
        a, b = discretise(*linearise(robot), dt_s, min(delay, 1))
        q = np.diag([*state_weights, *[0.0] * (a.shape[0] - 4)])
        self.gain = np.zeros(5)  # K, shape (5,); the last entry is 0 without latency
        self.gain[: a.shape[0]] = dlqr(a, b, q, np.array([[action_weight]]))[0]

    def command(self, m: Measured) -> Values:
        speeds = (m.arm_speed_rad_s, m.pendulum_speed_rad_s)
        state = np.stack((m.arm_angle_rad, m.from_upright_rad, *speeds, m.previous_action))
        return np.asarray(-self.gain @ state)


class EnergySwingUp(_Controller):
    """Pumps energy into the pendulum until it has what it takes to stand (Astrom & Furuta, 2000).

    E = (alpha' / w0)^2 / 2 + 1 - cos alpha in units of m g l; upright at rest is 2. The arm
    accelerates against alpha' cos alpha as long as energy is lacking, with a spring and a damper
    that keep it near the middle and a stiffer spring, the wall, before its limit. The measured
    speed is late, so state and speed are predicted `lead_s` ahead.
    """

    def __init__(
        self,
        robot: RobotDescription,
        gain: float = 1.2,
        most: float = 0.88,
        spring: float = 0.42,
        damper: float = 0.062,
        wall: float = 2.0,
        lead_s: float = 0.021,
    ) -> None:
        super().__init__(robot)
        p = pack(robot, "ideal")
        self._square_frequency = float(p[P.GRAVITY_TORQUE] / p[P.SWING_INERTIA])  # w0^2
        self._gain, self._most = gain, most
        self._spring, self._damper, self._wall, self.lead_s = spring, damper, wall, lead_s
        self._room_rad = 0.7 * robot.limits.arm_angle_rad

    def energy(self, angle_rad: Values, speed_rad_s: Values) -> Values:
        """Energy in units of m g l: 0 hanging at rest, 2 upright at rest."""
        kinetic = 0.5 * speed_rad_s**2 / self._square_frequency
        return np.asarray(kinetic + 1.0 - np.cos(angle_rad))

    def command(self, m: Measured) -> Values:
        lead_s = self.lead_s
        fall = self._square_frequency * np.sin(m.pendulum_angle_rad) * lead_s
        speed = m.pendulum_speed_rad_s - fall
        angle = m.pendulum_angle_rad + (m.pendulum_speed_rad_s - 0.5 * fall) * lead_s
        energy = self.energy(angle, speed)
        # at rest there is no motion to pump with: any push will do
        direction = np.where(energy < 0.02, 1.0, np.tanh(speed * np.cos(angle)))
        pump = np.clip(self._gain * (2.0 - energy), -self._most, self._most)
        homing = self._spring * m.arm_angle_rad + self._damper * m.arm_speed_rad_s
        push = np.clip(-pump * direction - homing, -self._most, self._most)
        ahead = m.arm_angle_rad + 0.08 * m.arm_speed_rad_s  # where the arm will be in 80 ms
        beyond = ahead - np.clip(ahead, -self._room_rad, self._room_rad)
        return np.asarray(push - self._wall * beyond)


class EnergyLQR(_Controller):
    """Energy swing-up, then the LQR as soon as the pendulum is near the top.

    Args:
        robot: the robot.
        catch_rad: distance from upright at which the LQR takes over; it gives up 30 % later.
    """

    def __init__(self, robot: RobotDescription, catch_rad: float = 0.54) -> None:
        super().__init__(robot)
        self._swing_up, self._lqr = EnergySwingUp(robot), LQR(robot)
        self._catch_rad = catch_rad
        self._caught = np.zeros(1, dtype=bool)

    def reset(self, n: int = 1) -> None:
        """Forget who was caught; n pendulums are about to start."""
        self._caught = np.zeros(n, dtype=bool)

    def command(self, m: Measured) -> Values:
        balance = self._lqr.command(m)
        away = np.abs(m.from_upright_rad)
        soon = np.abs(m.from_upright_rad + m.pendulum_speed_rad_s * self._swing_up.lead_s)
        # an LQR that asks for more than there is would drive the arm into its limit
        near = (away < self._catch_rad) & (soon < 1.3 * self._catch_rad) & (np.abs(balance) < 1.0)
        self._caught = near | (self._caught & (away < 1.3 * self._catch_rad))
        return np.where(self._caught, balance, self._swing_up.command(m))
