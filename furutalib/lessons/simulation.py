"""What lesson 02 uses: run a plant open loop, look into its constants, draw it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.lessons.figures import Drawing
from furutalib.machine.robot import Start
from furutalib.maths.estimator import VelocityFilter
from furutalib.maths.plant_parameters import P, S, filter_cutoff, pack
from furutalib.view.tracks import ARM, COMMAND, Track, furuta_track

Floats = NDArray[np.float64]

# Time of the two short runs from which an acceleration is taken; the error grows with its square.
_GLIMPSE_S = 2e-5

_SIGNS = """\
<svg viewBox="0 0 680 290" style="max-width: 640px; width: 100%; background: white"
 role="img" aria-label="DESCRIPTION" font-family="sans-serif" font-size="14" fill="#24292f"
 text-anchor="middle"><defs><marker id="turn" viewBox="0 0 10 10" refX="8" refY="5"
 markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 L10 5 L0 10 z"/></marker></defs>
<text x="150" y="24" font-size="16">from above</text>
<circle cx="110" cy="170" r="26" fill="#68768640" stroke="#424e5c" stroke-width="2"/>
<path d="M110 170 H270" stroke="#8c959f" stroke-width="2" stroke-dasharray="5 5"/>
<path d="M110 170 L208 88" stroke="#3b7dc8" stroke-width="11" stroke-linecap="round"/>
<path d="M196 74 L220 102" stroke="#e8703a" stroke-width="9" stroke-linecap="round"/>
<path d="M190 170 A80 80 0 0 0 173 121" fill="none" stroke="#24292f" stroke-width="2"
 marker-end="url(#turn)"/>
<text x="212" y="146" font-size="18">θ &gt; 0</text><text x="278" y="190">θ = 0</text>
<text x="110" y="222">motor</text><text x="128" y="112" fill="#2a5d99">arm, L₁</text>
<text x="480" y="24" font-size="16">from the tip, towards the motor</text>
<path d="M470 120 V260" stroke="#8c959f" stroke-width="2" stroke-dasharray="5 5"/>
<path d="M470 120 V62" stroke="#8c959f" stroke-width="2" stroke-dasharray="5 5"/>
<path d="M470 120 L550 216" stroke="#e8703a" stroke-width="9" stroke-linecap="round"/>
<circle cx="550" cy="216" r="15" fill="#b2421a"/>
<circle cx="470" cy="120" r="11" fill="#3b7dc8"/>
<path d="M470 196 A76 76 0 0 0 514 180" fill="none" stroke="#24292f" stroke-width="2"
 marker-end="url(#turn)"/>
<text x="494" y="220" font-size="18">α &gt; 0</text><text x="470" y="278">α = 0 hangs</text>
<text x="470" y="54">α = ±π is upright</text><text x="574" y="160" fill="#a8481b">pendulum</text>
<path d="M488 98 H580" stroke="#24292f" stroke-width="2" marker-end="url(#turn)"/>
<text x="578" y="86">the tip goes here as θ grows</text>
</svg>"""


class Constants(NamedTuple):
    """All that the equations of the ideal plant need to know about a robot (SI units)."""

    arm: float  # everything that turns with the arm, with the pendulum's mass at its tip: kg m2
    swing: float  # pendulum about its pivot, across the rod: kg m2
    axial: float  # pendulum about its rod: kg m2
    coupling: float  # m2 L1 l2: kg m2
    gravity: float  # m2 g l2: N m


def constants(robot: RobotDescription) -> Constants:
    """The constants as the compiled plant uses them."""
    p = pack(robot, "ideal")
    return Constants(
        float(p[P.ARM_INERTIA] + p[P.ROTOR_INERTIA]),
        float(p[P.SWING_INERTIA]),
        float(p[P.AXIAL_INERTIA]),
        float(p[P.COUPLING]),
        float(p[P.GRAVITY_TORQUE]),
    )


@dataclass(frozen=True, eq=False)
class Motion:
    """An open-loop run over T control periods: states (T + 1, state size), the start first."""

    robot: RobotDescription
    fidelity: str | Iterable[str]
    states: Floats
    commands: Floats  # (T,)

    @property
    def time_s(self) -> Floats:
        """Times (T + 1,)."""
        return np.arange(len(self.states)) / self.robot.control.rate_hz

    @property
    def arm_rad(self) -> Floats:
        """True angle of the arm (T + 1,)."""
        return np.asarray(self.states[:, S.THETA])

    @property
    def pendulum_rad(self) -> Floats:
        """True angle of the pendulum (T + 1,), not wrapped."""
        return np.asarray(self.states[:, S.ALPHA])

    @property
    def rotor_rad(self) -> Floats:
        """Angle of the motor's side of the gears (T + 1,), seen at the output shaft."""
        return np.asarray(self.states[:, S.ROTOR])

    @property
    def speeds_rad_s(self) -> Floats:
        """True speeds of arm and pendulum (T + 1, 2)."""
        return np.asarray(self.states[:, [S.THETA_SPEED, S.ALPHA_SPEED]])

    @property
    def measured_rad(self) -> Floats:
        """Angles of arm and pendulum as the encoders give them (T + 1, 2)."""
        return np.asarray(self.states[:, [S.ARM_MEASURED, S.PENDULUM_MEASURED]])

    @property
    def measured_speeds_rad_s(self) -> Floats:
        """Speeds (T + 1, 2) that the velocity filter makes of the measured angles."""
        cutoff_rad_s = filter_cutoff(self.robot, self.fidelity)
        estimator = VelocityFilter[Floats](1.0 / self.robot.control.rate_hz, cutoff_rad_s)
        estimator.reset(self.measured_rad[0])
        return np.array([estimator.update(pair) for pair in self.measured_rad])

    def track(self, name: str) -> Track:
        """The run as a view plays it: true angles, the command that was sent last."""
        command = np.concatenate(([0.0], self.commands))
        track = furuta_track(name, self.time_s, self.arm_rad, self.pendulum_rad, command)
        # not from upright, as for a policy: these pendulums hang, and there that angle jumps
        hanging = {"pendulum (°)": np.degrees(self.pendulum_rad)}
        others = {key: track.signals[key] for key in (ARM, COMMAND)}
        return replace(track, signals=hanging | others)


def simulate(
    robot: RobotDescription,
    commands: Sequence[float] | Floats,
    start: Start | None = None,
    fidelity: str | Iterable[str] = "full",
) -> Motion:
    """Send a fixed list of commands to the simulated plant, whatever it does."""
    from furutalib.maths.plant import advance_one, new_state, place

    begin = start or Start()
    parameters, state = pack(robot, fidelity), new_state(1)[0]
    place(
        parameters,
        state,
        begin.arm_angle_rad,
        begin.pendulum_angle_rad,
        begin.arm_speed_rad_s,
        begin.pendulum_speed_rad_s,
    )
    states = [state.copy()]
    for command in commands:
        advance_one(parameters, state, float(command))
        states.append(state.copy())
    return Motion(robot, fidelity, np.array(states), np.asarray(commands, float))


def unplugged(robot: RobotDescription) -> RobotDescription:
    """The same robot with a motor that neither drives nor brakes."""
    # a description has no torque constant of 0: such a motor would make no sense on a robot
    return robot.with_values({"motor.torque_constant_nm_a": 1e-300})


def accelerations(
    robot: RobotDescription, alpha: float, arm_speed: float, pendulum_speed: float, torque: float
) -> tuple[float, float]:
    """Accelerations of arm and pendulum in the ideal plant (rad/s2), taken from its motion.

    The compiled plant is the only place with the equations; this lets it move for a moment,
    twice, and extrapolates the mean acceleration to no time at all (Richardson). The motor gives
    `torque` (N m), without back-EMF.
    """
    volt_torque = robot.motor.torque_constant_nm_a / robot.motor.resistance_ohm
    # a supply that is strong enough, since a command cannot exceed 1
    volts = max(1.0, abs(torque) / volt_torque)
    ideal = {"motor.back_emf_constant_v_s": 1e-300, "supply.voltage_v": volts}
    start = Start(0.0, alpha, arm_speed, pendulum_speed)
    mean = []
    for moment_s in (_GLIMPSE_S, _GLIMPSE_S / 2):
        quick = robot.with_values({**ideal, "control.rate_hz": 1.0 / moment_s})
        motion = simulate(quick, [torque / volt_torque / volts], start, "ideal")
        mean.append((motion.speeds_rad_s[1] - motion.speeds_rad_s[0]) / moment_s)
    arm, pendulum = 2.0 * mean[1] - mean[0]
    return float(arm), float(pendulum)


def sign_diagram() -> Drawing:
    """The robot from above and from the tip of the arm: which way is positive."""
    description = (
        "Left: from above, the arm turns counter-clockwise for positive theta. Right: looking "
        "from the tip of the arm towards the motor, the pendulum hangs down at alpha = 0 and a "
        "positive alpha moves its weight to where a positive theta would carry it."
    )
    return Drawing(_SIGNS.replace("DESCRIPTION", description), description)
