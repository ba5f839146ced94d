"""Bring-up with the motor off: do the chips answer, and do the counts follow a hand?"""

import math

from furutalib.facts.amt103 import EDGES, setting_for
from furutalib.machine.bring_up_step import Deed, Found, Outcome, Work

READINGS = 200  # of each chip, so that a wire that works nearly always is found too
FEWEST_COUNTS = {"arm": 8, "pendulum": 20}  # that a quarter turn must make
ARM_HAND = 0.03  # of a turn: how well a hand turns the arm back to a mark
PENDULUM_HAND = 0.011  # better, since it comes to hang; as near as switch positions can be told
MOTOR_EDGES = 48  # counts per turn of the motor's encoder, before the gears


def chips(work: Work) -> Outcome:
    """Configure both counters, open the motor driver's pins, ask the guardian."""
    for counter in work.rig.counters:
        counter.configure()
        right = sum(counter.verify() for _ in range(READINGS))
        if right < READINGS:
            return Outcome(
                False,
                f"{counter.name} was read {READINGS} times; {READINGS - right} answers were wrong",
                "The wires to it work, but not reliably: sooner or later a count would be wrong.",
                "Shorten its SPI wires, keep them away from the motor's, look for a loose plug or "
                "a missing ground, or lower wiring.spi_clock_hz.",
            )
    _ = work.rig.motor  # raises if a pin is missing
    why = work.rig.guardian.tripped()
    if why:
        return Outcome(
            False, f"the guardian of the motor says: {why}", "The motor cannot be switched on."
        )
    return Outcome(
        True,
        f"both counters hold what was written to them, read {READINGS} times, and the motor "
        "driver's pins are there",
    )


def arm_direction(work: Work) -> Outcome:
    """Which way the arm's counts go."""
    work.hands.act(Deed.ARM_MIDDLE)
    return _direction(work, "arm", Deed.ARM_LEFT, Deed.ARM_MIDDLE)


def pendulum_direction(work: Work) -> Outcome:
    """Which way the pendulum's counts go."""
    return _direction(work, "pendulum", Deed.PENDULUM_LEFT, Deed.PENDULUM_HANGS)


def _direction(work: Work, name: str, there: Deed, back: Deed) -> Outcome:
    changes = work.counted(there)
    work.hands.act(back)
    change, least = changes[name], FEWEST_COUNTS[name]
    if abs(change) < least:
        return _hardly_changed(name, changes)
    sign = 1 if change > 0 else -1
    work.signs[name] = sign
    way = "rose" if sign > 0 else "fell"
    how = f"the counts {way} by {abs(change)} in a quarter turn to the left"
    kept = (
        ""
        if sign > 0
        else (
            "; that is no fault: the sign goes into the robot's file, and A and B may stay "
            "as they are plugged"
        )
    )
    return Outcome(True, how + kept, values={f"wiring.{name}_sign": Found(sign, how)})


def _hardly_changed(name: str, changes: dict[str, int]) -> Outcome:
    other = next(each for each in changes if each != name)
    found = f"the {name}'s count changed by {changes[name]} in a quarter turn"
    if abs(changes[other]) >= FEWEST_COUNTS[other]:
        found += f", the {other}'s by {changes[other]}"
    return Outcome(
        False,
        found,
        f"The {name}'s counter answers, but its encoder does not reach it.",
        f"Is the {name}'s encoder plugged in, does it have 5 V and ground, do A and B arrive at "
        f"the counter, does its disc turn with the shaft? If the {other}'s count changed instead, "
        "the two counters (or their chip selects) are exchanged.",
    )


def arm_turn(work: Work) -> Outcome:
    """Counts in a full turn of the arm."""
    described = work.rig.description.sensors.arm_counts_per_turn
    work.hands.act(Deed.ARM_BACK)
    counted = abs(work.counted(Deed.ARM_TURN)["arm"])
    work.hands.act(Deed.ARM_MIDDLE)
    found = f"one full turn of the arm made {counted} counts; the robot's file says {described:g}"
    if abs(counted - described) <= max(2.0, ARM_HAND * described):
        return _confirmed("arm", described, counted, found)
    return Outcome(
        False,
        found,
        "Every angle of the arm would be wrong by this ratio.",
        f"{counted} counts fit a motor encoder of {MOTOR_EDGES} counts per turn behind a gear of "
        f"{counted / MOTOR_EDGES:.1f}:1. If that is your motor, write its exact number into the "
        "robot's file (sensors.arm_counts_per_turn, motor.gear_ratio). If not, counts get lost: "
        "look at the encoder's plug and its 5 V.",
    )


def pendulum_turn(work: Work) -> Outcome:
    """Counts in a full turn of the pendulum; which position of the DIP switches that is."""
    described = work.rig.description.sensors.pendulum_counts_per_turn
    counted = abs(work.counted(Deed.PENDULUM_TURN)["pendulum"])
    found = (
        f"one full turn of the pendulum made {counted} counts; the robot's file says {described:g}"
    )
    if abs(counted - described) <= max(2.0, PENDULUM_HAND * described):
        return _confirmed("pendulum", described, counted, found)
    return Outcome(
        False,
        found,
        f"Every angle of the pendulum would be wrong by the factor {counted / described:.3g}: "
        "upright would not be upright.",
        _about_switches(counted, described),
    )


def _about_switches(counted: int, described: float) -> str:
    here, wanted = setting_for(counted), setting_for(described)
    lost = "If they stand otherwise, counts get lost: look at the encoder's plug and its 5 V."
    if here is None:
        return (
            f"No position of the AMT103's switches gives {counted} counts ({EDGES} per pulse). Did "
            "the pendulum make exactly one turn? If it did, counts get lost: look at the "
            "encoder's plug and its 5 V."
        )
    text = (
        f"That is what an AMT103 gives with its DIP switches 1-2-3-4 at {here.switches} (1 = on): "
        f"{here.pulses} pulses, {here.counts} counts. {lost} "
    )
    if wanted:
        text += f"Set them to {wanted.switches} for {described:g} counts, or "
    else:
        text += "You can "
    return text + (
        f"write sensors.pendulum_counts_per_turn = {here.counts} into the robot's file. "
        "Then begin again."
    )


def _confirmed(name: str, described: float, counted: int, found: str) -> Outcome:
    off = math.copysign(abs(counted / described - 1.0) * 100.0, counted - described)
    how = f"one full turn by hand made {counted} counts, {off:+.1f} %"
    return Outcome(True, found, values={f"sensors.{name}_counts_per_turn": Found(described, how)})
