"""What follows a safety trip where nobody stands beside the robot: go on, or call a person."""

from furutalib.facts.errors import RunError
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.robot import Robot
from furutalib.machine.safety import SafeRobot

EMERGENCY_STOP = "emergency stop"  # the cause of a trip that a person has made


def clear_trip(robot: Robot) -> None:
    """Clear a trip, so that the next reset can bring the robot to rest.

    Where the angle of the arm cannot be trusted any more, a hand must turn the arm into its
    middle; an emulated robot has one.

    Raises:
        RunError: a person is needed: somebody pressed the emergency stop, or that hand.
        ChipError: a chip does not answer.
    """
    if not isinstance(robot, SafeRobot) or robot.trip is None:
        return
    trip, by_hand = robot.trip, not robot.arm_is_known
    emulated = isinstance(robot, EmulatedRobot)
    if trip.cause == EMERGENCY_STOP or (by_hand and not emulated):
        raise RunError(f"{trip}; then go on with the run")
    robot.clear()
    if by_hand and isinstance(robot, EmulatedRobot):
        robot.bench.place(0.0, 0.0)
