"""What an outcome means to the processor: the catalogue's codes, seen as causes to act on."""

from collections.abc import Callable
from enum import StrEnum
from typing import assert_never

from connector.codes import CATALOGUE, Code
from connector.outcomes import Done, Failed, Outcome, Unknown

__all__ = ["Classify", "Meaning", "classify", "describe"]


class Meaning(StrEnum):
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


Classify = Callable[[Outcome], Meaning]

_NEWER_COMMAND_MAY = frozenset({Code.STALE, Code.EXPIRED})
"""Final for the same command, says the catalogue; the next try is a new one, with its own sequence and instant."""


def classify(outcome: Outcome) -> Meaning:
    """What `outcome` means."""
    match outcome:
        case Done():
            return Meaning.DONE
        case Unknown():
            return Meaning.UNKNOWN
        case Failed():
            return _refusal(outcome)
        case _:
            assert_never(outcome)


def _refusal(failed: Failed) -> Meaning:
    entry = CATALOGUE[failed.code]
    if entry.status is None or failed.site.startswith("ssh."):
        return Meaning.UNREACHED
    if failed.code is Code.ALREADY_EXISTS:
        return Meaning.TAKEN
    if failed.code is Code.NOT_FOUND:
        return Meaning.MISSING
    if failed.code is Code.BUSY:
        return Meaning.BUSY
    return Meaning.NOT_NOW if entry.retry or failed.code in _NEWER_COMMAND_MAY else Meaning.REFUSED


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
