"""The errors that furutalib raises on purpose.

Each is also a builtin error, so code that knows nothing of furutalib still catches it.
A message says what is wrong, which value, which limit, and what to do next.
"""


class FurutaError(Exception):
    """Base of every error that furutalib raises on purpose."""


class ConfigurationError(FurutaError, ValueError):
    """A description or a setting is missing, unknown or out of range."""


class ActionError(FurutaError, ValueError):
    """An action has the wrong shape, is not finite or lies outside [-1, 1]."""


class SequenceError(FurutaError, RuntimeError):
    """A call came too early or too late: a step before the reset, or after the end."""


class RewardError(FurutaError, ValueError):
    """A reward function returned something that is not a reward."""


class PolicyError(FurutaError, ValueError):
    """A policy folder is damaged or does not fit where it is to be used."""


class RunError(FurutaError, RuntimeError):
    """A training run cannot start, continue or be read."""


class ResetError(FurutaError, RuntimeError):
    """The pendulum could not be brought to hang at rest."""


class SafetyTrip(FurutaError, RuntimeError):
    """Safety has switched the motor off; it stays off until somebody clears the trip."""


class WireError(FurutaError, OSError):
    """A bus, a line or a PWM channel is missing, may not be used or does not work."""


class LineBusyError(FurutaError, OSError):
    """Somebody else holds this GPIO line; a line has one owner."""


class ChipError(FurutaError, RuntimeError):
    """A chip does not answer, or not as its data sheet says."""


class GuardianError(FurutaError, RuntimeError):
    """The guardian of the motor's enable line is dead, silent, or has switched the motor off."""


class TelemetryError(FurutaError, RuntimeError):
    """The record of an episode cannot be written or read."""


class IdentificationError(FurutaError, RuntimeError):
    """Recordings do not tell what a robot's parameters are."""
