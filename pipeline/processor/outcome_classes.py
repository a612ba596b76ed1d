"""What an outcome means to the processor: the catalogue's codes, seen as causes to act on."""

from collections.abc import Callable
from enum import StrEnum
from typing import assert_never

from connector.codes import CATALOGUE, Code
from connector.outcomes import Done, Failed, Outcome, Unknown

__all__ = ["Classify", "OutcomeClass", "classify", "describe", "is_absence"]


class OutcomeClass(StrEnum):
    """done: exit 0. taken: the name is in use. missing: no such share. refused: certainly not, and never will be.

    not_now: certainly not, but the same may succeed later. busy: the same, since the cluster has too much to do.
    unreached: nothing was sent. unknown: anything may be so.
    """

    DONE = "done"
    TAKEN = "taken"
    MISSING = "missing"
    REFUSED = "refused"
    NOT_NOW = "not-now"
    BUSY = "busy"
    UNREACHED = "unreached"
    UNKNOWN = "unknown"


Classify = Callable[[Outcome], OutcomeClass]

_NEWER_COMMAND_MAY = frozenset({Code.STALE, Code.EXPIRED})
"""Final for the same command, says the catalogue; the next try is a new one, with its own sequence and instant."""


def classify(outcome: Outcome) -> OutcomeClass:
    """What `outcome` means."""
    match outcome:
        case Done():
            return OutcomeClass.DONE
        case Unknown():
            return OutcomeClass.UNKNOWN
        case Failed():
            return _refusal(outcome)
        case _:
            assert_never(outcome)


def _refusal(failed: Failed) -> OutcomeClass:
    entry = CATALOGUE[failed.code]
    if entry.status is None or failed.site.startswith("ssh."):
        return OutcomeClass.UNREACHED
    if failed.code is Code.ALREADY_EXISTS:
        return OutcomeClass.TAKEN
    if failed.code is Code.NOT_FOUND:
        return OutcomeClass.MISSING
    if failed.code is Code.BUSY:
        return OutcomeClass.BUSY
    return OutcomeClass.NOT_NOW if entry.retry or failed.code in _NEWER_COMMAND_MAY else OutcomeClass.REFUSED


def is_absence(outcome: Outcome, *, was_there: bool) -> bool:
    """Whether this answer to a `show` or a `delete` means that there is no such share: there is none either of a name
    that the connector takes for no name at all, unless it has shown it before (was_there)."""
    if not isinstance(outcome, Failed):
        return False
    return outcome.code is Code.NOT_FOUND or (outcome.code is Code.INVALID and not was_there)


_MOST_WORDS = 200
"""Characters kept of a connector's message: it may be megabytes of noise."""


def describe(outcome: Outcome) -> str:
    """One line for people."""
    match outcome:
        case Done():
            return "done"
        case Failed() | Unknown():
            words = " ".join(outcome.message.split())[:_MOST_WORDS]
            return f"{outcome.code} at {outcome.site}" + (f": {words}" if words else "")
        case _:
            assert_never(outcome)
