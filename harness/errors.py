"""The errors of the harness.

HarnessError
├── GateError       a gate that cannot be read
├── CapacityError   a scenario whose capacity cannot be searched for
├── InputProblems   several files that cannot be read
├── NoScenario      neither a file nor the name of a shipped scenario
├── NoMutant        no seeded bug of that name
├── NoSheet         no service sheet or adapter of that name, or one that cannot be used here
├── OutputError     results that cannot be written
├── NotReference    what is asked for needs the reference pipeline, and the scenario has another service
├── WrongWorld      a world that cannot play the service under test
├── MissingPart     a part of the harness that this installation does not have
└── WorldError      the world did not come up, or broke by itself: no verdict can come of it
    ├── GeneratorFailed     a process that played the load ended in the middle of it
    ├── NotBegun            the load was stopped before it began
    └── ServiceUnavailable  the service under test does not come up, or does not answer as its sheet says
        └── PartEnded       a part of it ended before it was ready
"""

__all__ = [
    "CapacityError",
    "GateError",
    "GeneratorFailed",
    "HarnessError",
    "InputProblems",
    "MissingPart",
    "NoMutant",
    "NoScenario",
    "NoSheet",
    "NotBegun",
    "NotReference",
    "OutputError",
    "PartEnded",
    "ServiceUnavailable",
    "WorldError",
    "WrongWorld",
]


class HarnessError(Exception):
    """The root of what this package raises; the message is one line for the user."""


class GateError(HarnessError):
    """A gate is not acceptable; says what is wrong with it and what is accepted."""


class CapacityError(HarnessError):
    """The capacity of a scenario cannot be searched for, or no rate holds its gates; says why."""


class InputProblems(HarnessError):
    """Several files cannot be read; says each problem on a line of its own."""


class NoScenario(HarnessError):
    """Neither a file nor the name of a shipped scenario; names those that are shipped."""


class NoMutant(HarnessError):
    """There is no seeded bug of that name; names those that there are."""


class NoSheet(HarnessError):
    """There is no such service sheet or adapter, or it cannot be used here; says what is accepted or missing."""


class OutputError(HarnessError):
    """Results cannot be written; names the place and the reason."""


class MissingPart(HarnessError):
    """A part of the harness is not installed; names it."""


class WorldError(HarnessError):
    """The world did not come up or broke by itself; names the part and quotes its last words."""


class GeneratorFailed(WorldError):
    """A process that played the load ended in the middle of it, so the history lacks what it asked."""


class NotBegun(WorldError):
    """Somebody stopped the load while its generators were awaited."""


class ServiceUnavailable(WorldError):
    """The service under test does not come up, cannot be reached, or does not answer as its sheet says."""


class PartEnded(ServiceUnavailable):
    """A part ended before it was ready. At a restart in mid-run that is a finding about the service, not an error."""


class NotReference(HarnessError):
    """What is asked for needs the reference pipeline, and the scenario has another service; names both."""


class WrongWorld(HarnessError):
    """A world that cannot play the service under test; names those that can."""


def first_world_error(group: BaseExceptionGroup[BaseException]) -> BaseException | None:
    """What a user can do something about, out of the groups in which tasks wrap it."""
    found = group.subgroup(WorldError)
    return None if found is None else first_leaf(found)


def first_leaf(error: BaseException) -> BaseException:
    """The first in a group of groups that is none itself."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
