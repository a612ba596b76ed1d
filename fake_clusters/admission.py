"""Who is let in: connections, logins and channels, within what the cluster can bear."""

from dataclasses import dataclass

from connector.values import replace
from fake_clusters.calls import Coordinate, Injector
from fake_clusters.counters import Counters, Gauge, Total
from fake_clusters.draws import Draws
from fake_clusters.plans import ChannelPlan, ConnectionPlan, CutHow
from fake_clusters.profile import Profile
from fake_clusters.spec import ClusterSpec

__all__ = ["Admission"]

_DROPPED = ConnectionPlan(cut=CutHow.RESET)
_TOO_MANY_STARTUPS = ConnectionPlan(cut=CutHow.CLOSE, last_line="Exceeded MaxStartups")
"""As OpenSSH 9 does it."""

_REFUSED = ChannelPlan(refuse=True)


@dataclass(slots=True)
class _OpenConnection:
    """One open connection. resting: how many of its sessions are shells at their prompt."""

    logged_in: bool = False
    sessions: int = 0
    resting: int = 0
    opened: int = 0


class Admission:
    """Counts what is open. What exceeds a limit is turned away undisturbed: no fault applies to it."""

    def __init__(self, spec: ClusterSpec, draws: Draws, counters: Counters) -> None:
        self._cluster = spec.name
        self._limits = spec.limits
        self._draws = draws
        self._counters = counters
        self._open: dict[int, _OpenConnection] = {}
        self._unauthenticated = 0
        self._sessions = 0
        self._connections_seen = 0
        self._channels_seen = 0

    def open_connection(
        self, profile: Profile, injector: Injector, at: float, *, shut: bool
    ) -> tuple[int, ConnectionPlan]:
        """The connection's number, from 1, and what is going to happen to it. shut: turn it away."""
        self._connections_seen += 1
        number = self._connections_seen
        self._counters.count(Total.CONNECTIONS)
        most = self._limits.connections
        full = shut or (most is not None and len(self._open) >= most)
        if full or self._is_dropped_early(number):
            self._counters.count(Total.CONNECTIONS_REFUSED)
            return number, _DROPPED if full else _TOO_MANY_STARTUPS
        self._open[number] = _OpenConnection()
        self._unauthenticated += 1
        self._counters.show(Gauge.OPEN_CONNECTIONS, len(self._open))
        where = Coordinate(at=at, cluster=self._cluster, connection=number, attempt=number)
        return number, _timed(injector.apply(self._draws.connection(profile, number), where), profile, at)

    def logged_in(self, connection: int) -> None:
        found = self._open.get(connection)
        if found is not None and not found.logged_in:
            found.logged_in = True
            self._unauthenticated -= 1
            self._counters.count(Total.LOGINS)

    def close_connection(self, connection: int) -> None:
        found = self._open.pop(connection, None)
        if found is None:
            return
        self._unauthenticated -= not found.logged_in
        self._sessions -= found.sessions - found.resting
        self._counters.show(Gauge.OPEN_CONNECTIONS, len(self._open))
        self._counters.show(Gauge.SESSIONS, self._sessions)

    def open_channel(self, profile: Profile, injector: Injector, at: float, connection: int) -> ChannelPlan:
        found = self._open.get(connection)
        self._channels_seen += 1
        self._counters.count(Total.CHANNELS)
        if found is None or (self._limits.sessions is not None and found.sessions >= self._limits.sessions):
            self._counters.count(Total.CHANNELS_REFUSED)
            return _REFUSED
        found.opened += 1
        plan = self._draws.channel(profile, connection, found.opened)
        if not injector.is_idle:
            where = Coordinate(at=at, cluster=self._cluster, connection=connection, attempt=self._channels_seen)
            plan = injector.apply(plan, where)
        if profile.latency_phases:
            plan = replace(plan, delay=profile.time_for(plan.delay, at))
        plan.note(at, "delay")
        if plan.refuse:
            self._counters.count(Total.CHANNELS_REFUSED)
        else:
            found.sessions += 1
            self._sessions += 1
            self._counters.show(Gauge.SESSIONS, self._sessions)
        return plan

    def close_channel(self, connection: int) -> None:
        found = self._open.get(connection)
        if found is not None and found.sessions:
            found.sessions -= 1
            self._sessions -= 1
            self._counters.show(Gauge.SESSIONS, self._sessions)

    def rest_channel(self, connection: int, change: int) -> None:
        """So many shells more (or fewer) of a connection are at their prompt: kept for the next command, as a
        connection is, and no open sessions until then. The limit counts them."""
        found = self._open.get(connection)
        if found is not None:
            found.resting += change
            self._sessions -= change
            self._counters.show(Gauge.SESSIONS, self._sessions)

    def close_all(self) -> None:
        for connection in tuple(self._open):
            self.close_connection(connection)

    def _is_dropped_early(self, number: int) -> bool:
        """MaxStartups: from `begin` unauthenticated connections on, `rate` percent are dropped; at `full`, all."""
        if self._limits.startups is None:
            return False
        begin, rate, full = self._limits.startups
        if self._unauthenticated < begin:
            return False
        if self._unauthenticated >= full:
            return True
        percent = rate + (100 - rate) * (self._unauthenticated - begin) / (full - begin)
        return self._draws.startup(number) * 100 < percent


def _timed(plan: ConnectionPlan, profile: Profile, at: float) -> ConnectionPlan:
    """The plan with the time that each phase takes in the place of its work, as the speed is known to be."""
    if not profile.latency_phases:
        return plan
    banner = profile.time_for(plan.banner_delay, at)
    kex = profile.time_for(plan.kex_delay, at + banner)
    auth = profile.time_for(plan.auth_delay, at + banner + kex)
    return replace(plan, banner_delay=banner, kex_delay=kex, auth_delay=auth)
