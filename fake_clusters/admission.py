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
_ONE_STRANGER_TOO_MANY = ConnectionPlan(cut=CutHow.CLOSE, farewell="Exceeded MaxStartups")
"""As OpenSSH 9 does it."""

_REFUSED = ChannelPlan(refuse=True)


@dataclass(slots=True)
class _Guest:
    """One open connection."""

    logged_in: bool = False
    sessions: int = 0
    opened: int = 0


class Admission:
    """Counts what is open. What exceeds a limit is turned away undisturbed: no fault applies to it."""

    def __init__(self, spec: ClusterSpec, draws: Draws, counters: Counters) -> None:
        self._cluster = spec.name
        self._limits = spec.limits
        self._draws = draws
        self._counters = counters
        self._guests: dict[int, _Guest] = {}
        self._strangers = 0
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
        full = shut or (most is not None and len(self._guests) >= most)
        if full or self._is_dropped_early(number):
            self._counters.count(Total.CONNECTIONS_REFUSED)
            return number, _DROPPED if full else _ONE_STRANGER_TOO_MANY
        self._guests[number] = _Guest()
        self._strangers += 1
        self._counters.show(Gauge.OPEN_CONNECTIONS, len(self._guests))
        where = Coordinate(at=at, cluster=self._cluster, connection=number, attempt=number)
        return number, _timed(injector.apply(self._draws.connection(profile, number), where), profile, at)

    def logged_in(self, connection: int) -> None:
        guest = self._guests.get(connection)
        if guest is not None and not guest.logged_in:
            guest.logged_in = True
            self._strangers -= 1
            self._counters.count(Total.LOGINS)

    def close_connection(self, connection: int) -> None:
        guest = self._guests.pop(connection, None)
        if guest is None:
            return
        self._strangers -= not guest.logged_in
        self._sessions -= guest.sessions
        self._counters.show(Gauge.OPEN_CONNECTIONS, len(self._guests))
        self._counters.show(Gauge.SESSIONS, self._sessions)

    def open_channel(self, profile: Profile, injector: Injector, at: float, connection: int) -> ChannelPlan:
        guest = self._guests.get(connection)
        self._channels_seen += 1
        self._counters.count(Total.CHANNELS)
        if guest is None or (self._limits.sessions is not None and guest.sessions >= self._limits.sessions):
            self._counters.count(Total.CHANNELS_REFUSED)
            return _REFUSED
        guest.opened += 1
        drawn = self._draws.channel(profile, connection, guest.opened)
        where = Coordinate(at=at, cluster=self._cluster, connection=connection, attempt=self._channels_seen)
        plan = injector.apply(drawn, where)
        if profile.latency_phases:
            plan = replace(plan, delay=profile.time_for(plan.delay, at))
        plan.note(at, "delay")
        if plan.refuse:
            self._counters.count(Total.CHANNELS_REFUSED)
        else:
            guest.sessions += 1
            self._sessions += 1
            self._counters.show(Gauge.SESSIONS, self._sessions)
        return plan

    def close_channel(self, connection: int) -> None:
        guest = self._guests.get(connection)
        if guest is not None and guest.sessions:
            guest.sessions -= 1
            self._sessions -= 1
            self._counters.show(Gauge.SESSIONS, self._sessions)

    def close_all(self) -> None:
        for connection in tuple(self._guests):
            self.close_connection(connection)

    def _is_dropped_early(self, number: int) -> bool:
        """OpenSSH's MaxStartups: from `begin` strangers on `rate` percent are dropped, growing to all at `full`."""
        if self._limits.startups is None:
            return False
        begin, rate, full = self._limits.startups
        if self._strangers < begin:
            return False
        if self._strangers >= full:
            return True
        percent = rate + (100 - rate) * (self._strangers - begin) / (full - begin)
        return self._draws.startup(number) * 100 < percent


def _timed(plan: ConnectionPlan, profile: Profile, at: float) -> ConnectionPlan:
    """The plan with the time that each phase takes in the place of its work, as the speed is known to be."""
    if not profile.latency_phases:
        return plan
    banner = profile.time_for(plan.banner_delay, at)
    kex = profile.time_for(plan.kex_delay, at + banner)
    auth = profile.time_for(plan.auth_delay, at + banner + kex)
    return replace(plan, banner_delay=banner, kex_delay=kex, auth_delay=auth)
