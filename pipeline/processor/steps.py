"""What the processor can do next with a share: a closed union of frozen values."""

from dataclasses import dataclass

from connector.operations import Verb
from pipeline.record import SharePart

__all__ = [
    "Activate",
    "Clear",
    "Fail",
    "GiveUp",
    "Leave",
    "Lose",
    "Probe",
    "Release",
    "Remove",
    "Send",
    "Step",
    "WaitUntil",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Ask the cluster: `show`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Command the cluster. verb: of the kind that is under way, of the delete that cleans up, or of the resize that
    overtakes what was given up."""

    verb: Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """Remove these snapshots of a share that is to go: no connector deletes a share that has any."""

    snapshots: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate:
    """The share is active with what the cluster confirmed. reason: why an update did not come about.

    parts: what the share has; None: as the record says.
    """

    confirmed_size: int
    reason: str | None = None
    parts: tuple[SharePart, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose:
    """Make it durable that the share is gone from its cluster. The record stays."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """Make it durable that the create failed and the record goes."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUp:
    """Make it durable that the update is given up: what is wanted from here on is the size that the cluster shows.

    A resize to it overtakes all those that may still land. reason: why the update did not come about.
    """

    size: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Give the record back and try again after a backoff.

    settled: the newest command certainly has no effect any more. refund: the cluster did not take it up, so it
    counts as no attempt. inconclusive: the cluster was asked and nothing was learnt.
    """

    error: str
    settled: bool = False
    refund: bool = False
    inconclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitUntil:
    """Give the record back and look again at this instant (Unix seconds). settled: as for `Release`."""

    instant: float
    error: str | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Remove the record and write the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """There is nothing to do."""


Step = Probe | Send | Clear | Activate | Lose | Fail | GiveUp | Release | WaitUntil | Remove | Leave
