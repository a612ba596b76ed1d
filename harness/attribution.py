"""Which hop gave up first: each timeout in a history gets one origin, and the fault that explains it where one does.

A client that met its own deadline is the origin, whatever the gateway did later; a client that was told 504 is not: the
gateway gave up before it, or, where the answer says so, an API that waits for clusters. Such an answer only passes on
that a command timed out, or that the gateway did: where the command, or the gateway's own log, is known, the timeout is
told there, once, and the client's op with it. What timed out without an answer that says so is a timeout of its own:
nobody waits for it, or whoever did was served by another try.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connector.codes import Code
from connector.sites import Site
from connector.values import replace
from harness.nemesis.switches import OFF, ON
from harness.toxics import TOXICS
from harness.toxics.links import CLIENT_GATEWAY, GATEWAY_API, processor_link
from reports.history import Attempt, History, Hop, Injection, NemesisAction, Timeout

__all__ = ["attribute", "passed_on", "timeouts_of"]

_SESSION = (Site.SSH_CONNECT, Site.SSH_BANNER, Site.SSH_KEX, Site.SSH_AUTH, Site.SSH_CHANNEL)
"""In the order in which a session meets them."""
_COMMAND = frozenset({Site.CONNECTOR_EXEC, Site.CONNECTOR_EFFECT, Site.CONNECTOR_REPLY})
_AT_CLUSTERS = frozenset({Hop.PROCESSOR, Hop.API})
"""Hops that give up waiting for a cluster; the API only in a design in which it calls the connector itself."""
_BEHIND = frozenset({Hop.GATEWAY, Hop.API})
"""Hops whose own timeouts a client may be told of in an answer."""
_STOPS = frozenset({"kill", "terminate", "pause", "crash"})
_SLACK = 0.05
"""Two clocks and the way between them: a strike may seem to come this much before the attempt that met it."""


def attribute(history: History) -> History:
    """The same history with its `timeouts` told."""
    return replace(history, timeouts=timeouts_of(history))


def timeouts_of(history: History) -> tuple[Timeout, ...]:
    """One timeout per attempt that ended in one and passes on no other's, in the order of their instants."""
    causes = _Causes(history)
    passing = passed_on(history.attempts)
    heard_by = {origin.number: answer.op for answer, origin in passing}
    passed = {answer.number for answer, _ in passing}
    found = [attempt for attempt in _timed_out(history.attempts) if attempt.number not in passed]
    return tuple(
        _timeout(number, attempt, heard_by.get(attempt.number, attempt.op), causes)
        for number, attempt in enumerate(found, start=1)
    )


def passed_on(attempts: Iterable[Attempt]) -> Sequence[tuple[Attempt, Attempt]]:
    """Clients' tries that were answered that a command timed out, or the gateway, each with what did: the last at that
    hop for its share and verb that ended while the client waited."""
    found = _timed_out(attempts)
    behind: dict[tuple[Hop, str, str, str], list[Attempt]] = defaultdict(list)
    for row in found:
        if row.hop in _BEHIND:
            behind[row.hop, row.location, row.name, row.verb].append(row)
    answers = [(row, hop) for row in found if row.hop is Hop.CLIENT and (hop := _origin(row)[0]) in _BEHIND]
    pairs = ((answer, _last_within(answer, hop, behind)) for answer, hop in answers)
    return [(answer, origin) for answer, origin in pairs if origin is not None]


def _last_within(
    answer: Attempt, hop: Hop, behind: Mapping[tuple[Hop, str, str, str], list[Attempt]]
) -> Attempt | None:
    """It is taken from `behind`: the next answer is about another."""
    rows = behind.get((hop, answer.location, answer.name, answer.verb), [])
    began, ended = answer.began_at - _SLACK, (answer.ended_at or answer.began_at) + _SLACK
    within = (row for row in reversed(rows) if began <= row.began_at and (row.ended_at or row.began_at) <= ended)
    origin = next(within, None)
    if origin is not None:
        rows.remove(origin)
    return origin


def _timed_out(attempts: Iterable[Attempt]) -> Sequence[Attempt]:
    """In the order of their ends."""
    return sorted(
        (attempt for attempt in attempts if attempt.code is Code.TIMEOUT and attempt.ended_at is not None),
        key=lambda attempt: (attempt.ended_at or 0.0, attempt.number),
    )


def _timeout(number: int, attempt: Attempt, op: int | None, causes: "_Causes") -> Timeout:
    assert attempt.ended_at is not None
    hop, site = _origin(attempt)
    return Timeout(
        number=number,
        at=attempt.ended_at,
        hop=hop,
        site=site,
        op=op,
        attempt=attempt.number,
        location=attempt.location,
        name=attempt.name,
        injected=causes.of_command(attempt, hop, site) if hop in _AT_CLUSTERS else causes.of_request(attempt),
    )


def _origin(attempt: Attempt) -> tuple[Hop, Site]:
    match attempt.hop:
        case Hop.CLIENT:
            site = attempt.site or Site.GATEWAY_REPLY
            if attempt.status is None:
                return Hop.CLIENT, site
            return (Hop.API if site in _COMMAND else Hop.GATEWAY), site
        case Hop.PROCESSOR | Hop.API:
            return attempt.hop, attempt.site or Site.CONNECTOR_REPLY
        case Hop.GATEWAY:
            return attempt.hop, attempt.site or Site.GATEWAY_REPLY


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stretch during which something, or the way to it, was held down."""

    label: str
    target: str
    begins: float
    ends: float


class _Causes:
    """What broke, indexed by whom it can have held up."""

    def __init__(self, history: History) -> None:
        self._of_call: Mapping[tuple[str, str | None, str | None], Sequence[Injection]] = _by_call(history.injections)
        self._stops = (*_stops(history.nemesis), *_cuts(history))
        self._api_commands = any(row.hop is Hop.API for row in history.attempts)

    def of_command(self, attempt: Attempt, hop: Hop, site: Site) -> str | None:
        """The strike on this very call; else, for a session that never came up, one on a connection at that time; else
        whatever held the cluster or its commander down."""
        if site in _COMMAND:
            strike = self._within(attempt, (attempt.location, attempt.name or None, attempt.verb), _COMMAND)
        else:
            strike = self._within(attempt, (attempt.location, None, None), _up_to(site))
        return (
            strike.label
            if strike is not None
            else self._held(attempt, {attempt.location, str(hop), processor_link(attempt.location)})
        )

    def of_request(self, attempt: Attempt) -> str | None:
        """What held down the API or the gateway, or the way to them, while somebody waited for an answer; else what
        the gateway's own log shows: the strike on the call for which the API kept it waiting, where the API calls."""
        held = self._held(attempt, {"api", "gateway", CLIENT_GATEWAY, GATEWAY_API})
        if held is not None or attempt.hop is not Hop.GATEWAY or not self._api_commands:
            return held
        strike = self._within(attempt, (attempt.location, attempt.name or None, attempt.verb), _COMMAND)
        return None if strike is None else strike.label

    def _within(
        self, attempt: Attempt, call: tuple[str, str | None, str | None], sites: frozenset[Site]
    ) -> Injection | None:
        """The last strike on `call` while the attempt lasted."""
        rows = self._of_call.get(call, ())
        first = bisect_left(rows, attempt.began_at - _SLACK, key=lambda row: row.at)
        last = bisect_right(rows, attempt.ended_at or attempt.began_at, key=lambda row: row.at)
        return next((row for row in reversed(rows[first:last]) if row.site in sites), None)

    def _held(self, attempt: Attempt, targets: set[str]) -> str | None:
        ended = attempt.ended_at or attempt.began_at
        for stop in self._stops:
            if stop.target in targets and stop.begins <= ended and stop.ends >= attempt.began_at:
                return stop.label
        return None


def _up_to(site: Site) -> frozenset[Site]:
    """Where a stall can begin that is noticed at `site`: there or before, never later."""
    return frozenset(_SESSION[: _SESSION.index(site) + 1]) if site in _SESSION else frozenset()


def _by_call(
    injections: Sequence[Injection],
) -> Mapping[tuple[str, str | None, str | None], Sequence[Injection]]:
    rows: dict[tuple[str, str | None, str | None], list[Injection]] = defaultdict(list)
    for row in sorted(injections, key=lambda row: (row.at, row.number)):
        rows[row.cluster, row.key, row.verb].append(row)
    return rows


def _stops(actions: Sequence[NemesisAction]) -> Iterator[_Stop]:
    """Each stop lasts until the next thing that is done to the same target."""
    ordered = sorted(actions, key=lambda action: (action.at, action.number))
    for index, action in enumerate(ordered):
        if action.action in _STOPS:
            later = (other.at for other in ordered[index + 1 :] if other.target == action.target)
            label = f"{action.action} {action.target}"
            yield _Stop(label=label, target=action.target, begins=action.at, ends=next(later, float("inf")))


def _cuts(history: History) -> Iterator[_Stop]:
    """Each stretch during which a toxic let nothing through on a link; one that only slows down explains no silence."""
    kinds = {row.label: row.fault for row in history.injections}
    actions = history.nemesis
    for index, action in enumerate(actions):
        kind = TOXICS.get(kinds.get(action.detail, ""))
        if action.action == ON and kind is not None and kind.stops:
            end = (OFF, action.target, action.detail)
            left = (row.at for row in actions[index:] if (row.action, row.target, row.detail) == end)
            yield _Stop(label=action.detail, target=action.target, begins=action.at, ends=next(left, float("inf")))
