"""The errors of spoolproof.

SpoolproofError
├── StartError    the lab could not be started: no such Python, or the lab is not installed there in this version
├── InputError    what was asked for is not acceptable; says what is wrong and what is accepted
├── LabError      the lab failed while it worked, or ended by itself
├── WaitError     what was waited for did not come in time
├── ClosedError   the clusters have been closed already
└── OutputError   a scenario was run, and its files could not be written
"""

__all__ = ["ClosedError", "InputError", "LabError", "OutputError", "SpoolproofError", "StartError", "WaitError"]


class SpoolproofError(Exception):
    """The root of what this package raises; the message is for the user."""


class StartError(SpoolproofError):
    """The lab could not be started; names the Python and the reason."""


class InputError(SpoolproofError, ValueError):
    """What was asked for is not acceptable; says what is wrong and what is accepted."""


class LabError(SpoolproofError):
    """The lab failed while it worked, or ended by itself; quotes what it said last."""


class WaitError(SpoolproofError, TimeoutError):
    """What was waited for did not come in time; says what had come."""


class ClosedError(SpoolproofError):
    """The clusters were used after the end of their `with` statement."""


class OutputError(SpoolproofError):
    """A scenario was run, and its files could not be written; says which and why. verdict: of the run."""

    def __init__(self, message: str, *, verdict: str) -> None:
        super().__init__(message)
        self.verdict = verdict
