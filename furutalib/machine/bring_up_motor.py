"""Bring-up of what moves the arm: fault line, guardian, direction, and what stops it.

The arm's way is short whatever is wrong: the command rises slowly from 0, and is taken away as soon
as the arm has moved by a few counts, in whichever direction.
"""

from typing import NamedTuple

from furutalib.machine.bring_up_step import Deed, Found, Outcome, Question, Work

TICK_S = 0.01
PAUSE_S = 0.01  # for a level to arrive
MOVED_COUNTS = 3
HIGHEST = 0.6  # a motor that does not move at this command has something else
RISE_PER_S = 0.3
SLOWING_S = 0.5  # braked, after a push
BEYOND = 1.3  # times the command that moves the arm: it surely would move at that


class Pushed(NamedTuple):
    """What came of a push."""

    command: float  # when the arm moved, or the highest; without its sign
    moved: int  # counts of the arm, in its own sign
    fault: bool  # the motor driver switched itself off


def push(
    work: Work,
    direction: int,
    highest: float = HIGHEST,
    start: float = 0.0,
    rise_per_s: float = RISE_PER_S,
    armed: bool = True,
) -> Pushed:
    """Let the command rise until the arm moves; the motor is off before and after.

    `armed` False: with the enable line low, when nothing must move.
    """
    rig = work.rig
    if armed:
        rig.motor.brake()
        rig.guardian.arm()
    before, command, moved, fault = work.counts()["arm"], start, 0, False
    try:
        while command < highest and abs(moved) < MOVED_COUNTS and not fault:
            command = min(highest, command + rise_per_s * TICK_S)
            rig.motor.write(direction * command)
            _tick(work, armed)
            moved = work.counts()["arm"] - before
            fault = rig.motor.fault()
        rig.motor.brake()
        for _ in range(round(SLOWING_S / TICK_S)):
            _tick(work, armed)
        if abs(moved) < MOVED_COUNTS:  # it may have begun with the last command
            moved = work.counts()["arm"] - before
    finally:
        try:
            rig.motor.brake()
        finally:
            rig.guardian.disarm()
    return Pushed(command, moved, fault)


def _tick(work: Work, armed: bool) -> None:
    if armed:
        work.rig.guardian.beat()
    work.rig.wait(TICK_S)


def fault_line(work: Work) -> Outcome:
    """SF must be low while D2 is low, and high while D2 is high."""
    rig = work.rig
    work.hands.act(Deed.HANDS_OFF)
    rig.motor.brake()
    rig.guardian.arm()
    try:
        rig.motor.coast()
        rig.wait(PAUSE_S)
        disabled = rig.motor.status()
        rig.guardian.beat()
        rig.motor.brake()
        rig.wait(PAUSE_S)
        enabled = rig.motor.status()
    finally:
        rig.guardian.disarm()
    if disabled:
        return Outcome(
            False,
            "the fault line stays high although D2 is low",
            "A fault of the motor driver would not be seen.",
            "Is SF of the carrier connected to the fault pin, and D2 to its own? Is D2 really "
            "taken low (measure it)?",
        )
    if not enabled:
        return Outcome(
            False,
            "the fault line stays low although D2 is high and the motor is not driven",
            "The motor driver reports a fault, or cannot report that there is none.",
            "Has the carrier's VDD 3.3 V (SF is pulled up to it), is the motor's supply on, is "
            "the motor shorted?",
        )
    return Outcome(True, "the fault line is low while D2 is low, and high while D2 is high")


def guardian(work: Work) -> Outcome:
    """Without heartbeats the guardian must switch the motor off."""
    rig = work.rig
    limit_s = rig.machine.safety.heartbeat_s
    rig.motor.brake()
    rig.guardian.arm()
    began_s = rig.clock.now()
    try:
        while not rig.guardian.tripped() and rig.clock.now() < began_s + 2.0 * limit_s:
            rig.wait(TICK_S / 2.0)
        took_s, why = rig.clock.now() - began_s, rig.guardian.tripped()
    finally:
        rig.guardian.disarm()
    if not why:
        return Outcome(
            False,
            f"{took_s * 1e3:.0f} ms without a heartbeat, and the guardian has not tripped",
            "A program that hangs would leave the motor running.",
            "Do not go on. Is another program holding this computer up? Connect again and repeat.",
        )
    rig.guardian.clear()
    return Outcome(
        True,
        f"the guardian switched the motor off {took_s * 1e3:.0f} ms after the last heartbeat; "
        f"its limit is {limit_s * 1e3:.0f} ms",
    )


def motor_direction(work: Work) -> Outcome:
    """Which way a positive command turns the arm."""
    arm_sign = work.signs["arm"]
    turned = []
    for direction in (1, -1):
        pushed = push(work, direction)
        if pushed.fault or abs(pushed.moved) < MOVED_COUNTS:
            return _did_not_move(work, pushed)
        work.starts_at = max(work.starts_at, pushed.command)
        turned.append(arm_sign * pushed.moved)
    if turned[0] * turned[1] > 0:
        return Outcome(
            False,
            f"both directions of the command turned the arm the same way ({turned[0]} and "
            f"{turned[1]} counts)",
            "The motor can be driven one way only.",
            "Do IN1 and IN2 both arrive at the carrier, each at its own pin? Is an encoder wire "
            "loose, so that the counts only seem to go one way?",
        )
    sign = 1 if turned[0] > 0 else -1
    work.signs["motor"] = sign
    way = "counter-clockwise" if sign > 0 else "clockwise"
    how = f"a positive command on IN1 turned the arm {way}, from {work.starts_at:.2f} on"
    kept = "; that is no fault: the sign goes into the robot's file" if sign < 0 else ""
    return Outcome(True, how + kept, values={"wiring.motor_sign": Found(sign, how)})


def _did_not_move(work: Work, pushed: Pushed) -> Outcome:
    if pushed.fault:
        work.rig.motor.clear_fault()
        return Outcome(
            False,
            f"at the command {pushed.command:.2f} the motor driver switched itself off",
            "It saw far too much current (or heat, or too low a supply).",
            "Switch the motor's supply off. Are the motor's two wires, or OUT1 and OUT2, shorted? "
            "Is the supply able to give 2 A?",
        )
    found = f"up to the command {pushed.command:.2f} the arm moved by {pushed.moved} counts only"
    if work.hands.ask(Question.TURNS_EASILY):
        return Outcome(
            False,
            f"{found}, though it turns easily by hand",
            "No current reaches the motor.",
            "Is the motor's supply on, are the motor's wires at OUT1 and OUT2, does EN get its "
            "level from the guardian's line, do IN1 and IN2 arrive at the carrier?",
        )
    return Outcome(
        False,
        f"{found}, and it does not turn easily by hand either",
        "The arm is blocked, or rubs so much that the motor cannot turn it.",
        "Does a screw touch, does a cable hold it, do the gears mesh too tightly?",
    )


def emergency_stop(work: Work) -> Outcome:
    """Neither a low enable line nor a pressed stop may let a command through."""
    surely = min(1.0, BEYOND * work.starts_at)
    asleep = push(work, 1, highest=surely, start=work.starts_at, armed=False)
    if abs(asleep.moved) >= MOVED_COUNTS:
        return Outcome(
            False,
            f"the arm moved by {asleep.moved} counts while the enable line was low",
            "The guardian cannot stop the motor.",
            "Is EN connected to the enable line and to nothing else? On the carrier a jumper may "
            "hold it high: open it.",
        )
    work.hands.act(Deed.PRESS_STOP)
    stopped = push(work, 1, highest=surely, start=work.starts_at)
    work.hands.act(Deed.RELEASE_STOP)
    if abs(stopped.moved) >= MOVED_COUNTS:
        return Outcome(
            False,
            f"the arm moved by {stopped.moved} counts although the stop was pressed",
            "The stop does not stop the motor.",
            "The switch must interrupt the motor's supply (VIN of the carrier), not the board's.",
        )
    if work.rig.motor.fault():  # without its supply the driver reports a fault
        work.rig.motor.clear_fault()
    again = push(work, -1, highest=min(1.0, 2.0 * surely))
    if abs(again.moved) < MOVED_COUNTS:
        return _did_not_move(work, again)
    return Outcome(
        True,
        f"the command {surely:.2f} moves the arm, but neither with the enable line low nor with "
        "the stop pressed",
    )
