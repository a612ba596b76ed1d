"""What the processor can do next with a share: a closed union of frozen values."""

from dataclasses import dataclass

__all__ = [
    "Activate",
    "Fail",
    "GiveUp",
    "Leave",
    "Probe",
    "Release",
    "Remove",
    "SendCreate",
    "SendDelete",
    "SendResize",
    "Step",
    "WaitUntil",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Ask the cluster: `show`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCreate:
    """Command the create."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResize:
    """Command the resize."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDelete:
    """Command the delete, with our mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activate:
    """The share is active with what the cluster confirmed. reason: why a resize did not come about."""

    confirmed_size: int
    reason: str | None = None


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


Step = Probe | SendCreate | SendResize | SendDelete | Activate | Fail | GiveUp | Release | WaitUntil | Remove | Leave
