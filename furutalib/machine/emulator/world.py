"""The emulated robot: plant, encoders, counter chips, motor driver, supply; and time itself.

The plant is the clock: `sleep_until(t)` integrates it up to t with what the driver last put on the
pins, and the next SPI transfer counts the resulting angles. So nothing here sleeps, and the same
commands give the same readings on every run.
"""

import math
from collections import deque
from collections.abc import Callable
from pathlib import Path

from furutalib.facts.boards import Board
from furutalib.facts.machine import Machine
from furutalib.facts.robot import RobotDescription
from furutalib.machine.emulator.encoder import EmulatedEncoder
from furutalib.machine.emulator.lines import FileLines
from furutalib.machine.emulator.ls7366r import EmulatedLS7366R
from furutalib.machine.emulator.mc33926 import EmulatedBridge
from furutalib.machine.emulator.spi import FaultySpi
from furutalib.machine.emulator.supply import EmulatedSupply
from furutalib.machine.emulator.sysfs import EmulatedPwmTree
from furutalib.maths import plant
from furutalib.maths.plant_parameters import LONGEST_STEP_S, P, S, pack

SHORT_CIRCUIT_A = 12.0  # what a shorted motor draws: enough for the driver's over-current latch


class World:
    """Everything beyond the board's pins.

    Args:
        truth: the robot as it really is.
        machine: how it is wired, its signs among it.
        board: which pins and buses.
        folder: where the trees of PWM and GPIO files are made.
    """

    def __init__(
        self, truth: RobotDescription, machine: Machine, board: Board, folder: Path
    ) -> None:
        self.truth = truth
        self.now_s = 0.0
        self._p = pack(truth.with_values({"control.latency_s": 0.0}))
        self._p[P.STEPS] = 1
        self.supply = EmulatedSupply(truth.supply.voltage_v)
        self._state = plant.new_state(1)[0]
        self._coast_wiring = truth.drive.mode == "coast"
        self.board = board
        self.encoders = {
            "arm": EmulatedEncoder(truth.sensors.arm_counts_per_turn, int(machine.wiring.arm_sign)),
            "pendulum": EmulatedEncoder(
                truth.sensors.pendulum_counts_per_turn, int(machine.wiring.pendulum_sign)
            ),
        }
        self.chips = {name: EmulatedLS7366R() for name in self.encoders}
        self.spi = {name: FaultySpi(chip) for name, chip in self.chips.items()}
        self.pwm = EmulatedPwmTree(folder / "pwm", {port.device for port in board.pwm.values()})
        self.lines = FileLines(folder / "gpio")
        self.bridge = EmulatedBridge()
        self._motor_sign = machine.wiring.motor_sign
        self._on_the_way: deque[tuple[float, float]] = deque()  # (when it acts, duty)
        self._sent_duty = self._acting_duty = 0.0
        self.motor_fault = ""  # "", "disconnected", "reversed", "stalled", "shorted"
        self.extra_delay_s = 0.0  # by which the next sleep is too long, once
        self.watchers: list[Callable[[float], None]] = []  # told the time as it passes
        self._count()

    # ------------------------------------------------------------------ the clock
    def now(self) -> float:
        """Seconds since the world began."""
        return self.now_s

    def sleep_until(self, when_s: float) -> None:
        """Let the world run up to a time; later by `extra_delay_s`, once."""
        late, self.extra_delay_s = self.extra_delay_s, 0.0
        self.advance_to(when_s + late)

    def advance_to(self, when_s: float) -> None:
        """Integrate up to a time with what is on the pins now; a time gone by does nothing."""
        self.pwm.poll()
        self._read_pins()
        while self.now_s < when_s - 1e-12:
            step = min(LONGEST_STEP_S, when_s - self.now_s)
            if self._on_the_way:
                acts = self._on_the_way[0][0]
                if acts <= self.now_s + 1e-12:
                    self._acting_duty = self._on_the_way.popleft()[1]
                    continue
                step = min(step, acts - self.now_s)
            self._advance(step)
            for watcher in self.watchers:
                watcher(self.now_s)
        self._count()

    # ------------------------------------------------------------------ for people and tests
    def place(self, arm_angle_rad: float, pendulum_angle_rad: float) -> None:
        """Put the robot somewhere by hand, at rest; the counters count the way there."""
        plant.place(self._p, self._state, arm_angle_rad, pendulum_angle_rad)
        self._count()

    def turn_by(self, arm_rad: float = 0.0, pendulum_rad: float = 0.0) -> None:
        """Turn arm or pendulum by hand."""
        self.place(self.arm_angle_rad + arm_rad, self.pendulum_angle_rad + pendulum_rad)

    @property
    def arm_angle_rad(self) -> float:
        """The arm's true angle."""
        return float(self._state[S.THETA])

    @property
    def pendulum_angle_rad(self) -> float:
        """The pendulum's true angle; 0 hangs down."""
        return float(self._state[S.ALPHA])

    def state(self) -> dict[str, float]:
        """True angles (rad), speeds (rad/s), current (A) and time (s)."""
        return {
            "time_s": self.now_s,
            "arm_angle_rad": self.arm_angle_rad,
            "pendulum_angle_rad": self.pendulum_angle_rad,
            "arm_speed_rad_s": float(self._state[S.THETA_SPEED]),
            "pendulum_speed_rad_s": float(self._state[S.ALPHA_SPEED]),
            "current_a": self.current_a,
        }

    def motor_is_on(self) -> bool:
        """Whether the enable line is high and some PWM output is not 0: what is on the pins now."""
        self.pwm.poll()
        ports = self.board.pwm.values()
        pulsed = any(self.pwm.duty(port.device, port.channel) > 0.0 for port in ports)
        return pulsed and self.enabled()

    def enabled(self) -> bool:
        """Whether the enable line is high."""
        return self.lines.level(self.board.gpio.enable)

    @property
    def current_a(self) -> float:
        """The motor's current."""
        return float(self._state[S.CURRENT])

    def close(self) -> None:
        """Let go of the files of both trees."""
        self.pwm.close()
        self.lines.close()

    # ------------------------------------------------------------------ inside
    def _read_pins(self) -> None:
        """What the driver chip makes of its pins; a changed duty acts after the latency."""
        board, lines, bridge = self.board.gpio, self.lines, self.bridge
        first = self.pwm.duty(self.board.pwm["in1"].device, self.board.pwm["in1"].channel)
        bridge.enable, bridge.d1 = lines.level(board.enable), False  # D1 is wired to ground
        if self._coast_wiring:
            bridge.in1, bridge.in2 = lines.level(board.in1), lines.level(board.in2)
            bridge.d2_duty = first
        else:
            second = self.pwm.duty(self.board.pwm["in2"].device, self.board.pwm["in2"].channel)
            bridge.d2 = lines.level(board.d2)
            bridge.in1_duty, bridge.in2_duty = first, second
        # too low a supply takes SF low; whether none at all does is believed, not confirmed
        lines.drive(board.fault, bridge.fault_pin and not self.supply.off)
        duty = bridge.drive().duty
        if duty != self._sent_duty:
            self._sent_duty = duty
            self._on_the_way.append((self.now_s + self.truth.control.latency_s, duty))

    def _advance(self, step_s: float) -> None:
        drive = self.bridge.drive()
        free = drive.coast or self.supply.off or self.motor_fault == "disconnected"
        sign = self._motor_sign * (-1.0 if self.motor_fault == "reversed" else 1.0)
        p = self._p
        p[P.STEP_S] = step_s
        let_go_between_pulses = self._coast_wiring and self._acting_duty != 0.0
        p[P.COAST] = 1.0 if free or let_go_between_pulses else 0.0
        p[P.VOLTAGE] = self.supply.voltage_v
        before = float(self._state[S.THETA]), float(self._state[S.ROTOR])
        plant.advance_one(p, self._state, 0.0 if free else sign * self._acting_duty)
        if self.motor_fault == "stalled":
            self._state[S.THETA], self._state[S.ROTOR] = before
            self._state[S.THETA_SPEED] = self._state[S.ROTOR_SPEED] = 0.0
        shorted = self.motor_fault == "shorted" and drive.duty != 0.0 and not self.supply.off
        self.bridge.take_current(SHORT_CIRCUIT_A if shorted else abs(self.current_a))
        self.now_s += step_s

    def _count(self) -> None:
        """The encoders follow: the arm's sits on the motor's shaft, before the gears' play."""
        angles = {"arm": self._state[S.ROTOR], "pendulum": self._state[S.ALPHA]}
        for name, angle in angles.items():
            self.chips[name].count_to(self.encoders[name].position(float(angle)))
        if not math.isfinite(self.arm_angle_rad):
            raise FloatingPointError("the emulated plant diverged")
