"""Why a share is not at rest, in one sentence: a pure function of what is known of it, its cluster and its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.codes import CATALOGUE, Code
from connector.operations import Verb
from harness.sandbox.shares import ShareRow
from harness.service.operated import HeldUp, QueuedShare
from reports.history import Attempt, OpResult

__all__ = ["BreakerRule", "ClusterLoad", "WaitContext", "breaker_opens_until", "time_of_day", "why_it_waits"]

_BOUNDED = frozenset({"pending", "updating"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterLoad:
    """A cluster at this moment. places: commands that it serves at once."""

    name: str
    is_open: bool = True
    in_service: int = 0
    queued: int = 0
    places: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRule:
    """After so many commands in a row that did not reach the cluster it is left alone for `pause` seconds."""

    failures: int
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitContext:
    """now: seconds of the run. cluster: of the share. worker: what does the work, such as `processor`. worker_does:
    `down`, `paused`, or empty where it runs. under_way: commands of this cluster. width: how many the worker sends at
    once. breaker_until: when an open breaker lets the next command through. hold: what holds the cluster up. attempts:
    tries that an operation gets. due: how many shares wait for the cluster, by tenant. began: Unix seconds of the
    run's start."""

    now: float
    cluster: ClusterLoad
    worker: str = "processor"
    worker_does: str = ""
    under_way: int = 0
    width: int | None = None
    breaker_until: float | None = None
    hold: HeldUp | None = None
    attempts: int | None = None
    due: Mapping[str, int] = field(default_factory=dict)
    began: float = field(default=0.0)


def breaker_opens_until(commands: Sequence[Attempt], rule: BreakerRule) -> float | None:
    """When the breaker of a cluster lets the next command through, from the log of its commands; None: it is closed.

    commands: of one cluster, in the order in which they ended.
    """
    outages, until = 0, None
    for row in commands:
        if row.ended_at is None or row.result is OpResult.INFO:
            continue
        if _is_out_of_reach(row):
            outages += 1
            if outages >= rule.failures and (until is None or row.ended_at >= until):
                until = row.ended_at + rule.pause
        else:
            outages, until = 0, None
    return until


def _is_out_of_reach(row: Attempt) -> bool:
    """Whether nothing of it was sent."""
    if row.result is not OpResult.FAIL or row.code is None:
        return False
    return CATALOGUE[row.code].status is None or (row.site or "").startswith("ssh.")


def why_it_waits(share: ShareRow, at: WaitContext, queued: QueuedShare | None = None, dead: str | None = None) -> str:
    """One sentence; empty for a share that is at rest. queued: how it stands in the queue, where that is known. dead:
    why it is a dead letter."""
    if share.at_rest:
        return ""
    if dead is not None:
        return f"is a dead letter, which nobody works on until it is requeued: {dead}"
    last = share.last
    running = last is not None and last.ended_at is None
    if at.worker_does:
        return f"the {at.worker} is {at.worker_does}: nobody works on it until it is started again"
    if running:
        assert last is not None
        return _under_way(last, at, queued)
    if at.hold is not None and at.hold.kind == "pause":
        return _held(at.hold, at)
    if not at.cluster.is_open:
        return f"{at.cluster.name} takes no connections: it is tried again when it does"
    if at.breaker_until is not None and at.breaker_until > at.now:
        return f"the breaker of {at.cluster.name} is open for {_seconds(at.breaker_until - at.now)} more"
    if queued is not None and queued.over_budget:
        return f"the retry budget of {at.cluster.name} is used up: it is tried again {_next(queued, at)}"
    if last is not None and last.began_at >= share.since:
        return _between(last, at, _budget(share, at, queued), queued)
    return _not_begun(at, queued)


def _held(hold: HeldUp, at: WaitContext) -> str:
    until = "until that is lifted" if hold.until is None else f"until {_clock(hold.until, at)}"
    return f"{hold.location} is paused by {hold.who} {until}: {hold.reason}"


def _not_begun(at: WaitContext, queued: QueuedShare | None) -> str:
    """Nothing was sent for it in this state."""
    if at.width is not None and at.under_way >= at.width:
        others = {} if queued is None else {name: due for name, due in at.due.items() if name != queued.tenant}
        place = f"the {at.worker} sends {at.cluster.name} {at.width} commands at once"
        if queued is not None and others:
            return (
                f"waits for the turn of its tenant {queued.tenant}: {sum(others.values())} shares of other tenants "
                f"({', '.join(sorted(others))}) wait as well, and {place}"
            )
        return f"waits for a place: {place}"
    if queued is not None and queued.lease_until is not None and queued.lease_until > at.now:
        return f"a processor has taken it up, and keeps it at the longest until {_clock(queued.lease_until, at)}"
    if queued is not None and queued.due_at > at.now:
        return f"is taken up at {_clock(queued.due_at, at)}"
    return f"waits for the {at.worker} to take it up"


def _under_way(last: Attempt, at: WaitContext, queued: QueuedShare | None) -> str:
    cluster = at.cluster
    is_over = last.deadline is not None and last.deadline < at.now
    if is_over and queued is not None:
        kept = queued.due_at if queued.lease_until is None else queued.lease_until
        return f"whoever sent {last.verb} wrote no end of it; it is taken up again at {_clock(max(kept, at.now), at)}"
    if cluster.queued and cluster.in_service >= cluster.places:
        return f"waits for a place on {cluster.name}: {cluster.in_service} in service, {cluster.queued} in its queue"
    since = _seconds(at.now - last.began_at)
    left = (
        "" if last.deadline is None or last.deadline <= at.now else f", given up in {_seconds(last.deadline - at.now)}"
    )
    return f"{cluster.name} is carrying out {last.verb} since {since}{left}"


def _between(last: Attempt, at: WaitContext, budget: str, queued: QueuedShare | None) -> str:
    code = f" ({last.code})" if last.code is not None else ""
    if last.result is OpResult.INFO:
        looks = "" if queued is None else f", looks again {_next(queued, at)}"
        fenced = last.deadline is not None and last.deadline > at.now
        until = f"; fenced until {_clock(last.deadline or 0.0, at)}" if fenced else ""
        return f"the outcome of {last.verb} is unknown{code}{looks}{until}{budget}"
    if last.verb == Verb.SHOW and last.code is Code.NOT_FOUND:
        then = "" if queued is None else f", the next step comes {_next(queued, at)}"
        return f"{at.cluster.name} has no such share{then}"
    if last.result is OpResult.FAIL:
        again = "after a pause" if queued is None else _next(queued, at)
        return f"{last.verb} failed{code}, is tried again {again}{budget}"
    return f"{last.verb} was answered, the next step comes"


def _next(queued: QueuedShare, at: WaitContext) -> str:
    """When it is taken up. Whoever has it may go on at any moment, and where they have died, their lease ends."""
    if queued.lease_until is not None:
        return f"by {_clock(max(queued.lease_until, at.now), at)}"
    return f"at {_clock(max(queued.due_at, at.now), at)}"


def _budget(share: ShareRow, at: WaitContext, queued: QueuedShare | None) -> str:
    """How much of its tries is used up; a cleanup goes on until it is done."""
    if queued is None or at.attempts is None or share.state not in _BOUNDED:
        return ""
    return f"; {queued.attempt} of {at.attempts} tries are used up"


def _seconds(value: float) -> str:
    return f"{max(value, 0.0):.0f} s" if value >= 0.95 else "less than 1 s"


def _clock(instant: float, at: WaitContext) -> str:
    return time_of_day(at.began + instant)


def time_of_day(instant: float) -> str:
    """Of Unix seconds, in UTC."""
    seconds = int(instant) % 86_400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02} UTC"
