"""The model's pool of connections to one cluster: who gets a place when, as in `connector.ssh.pool`."""

from collections import deque
from dataclasses import dataclass
from math import nextafter

from simpy import Event

from connector.codes import Code
from connector.outcomes import Failed, Unknown, refusal
from connector.protocol import Deadlines
from connector.sites import Site
from fake_clusters.model import ClusterModel
from fake_clusters.plans import AuthPlan, BannerPlan, ConnectionPlan, KexPlan
from harness.model.environment import FastEnvironment
from harness.model.twin.link import Link
from harness.model.twin.waiting import Wait, at, within

__all__ = ["Grant", "Pool", "Stopped"]

_NEVER = float("inf")


class Stopped(Exception):
    """A call ended without an answer. gone: on another connection it may go through."""

    def __init__(self, code: Code, site: Site, message: str, *, sent: bool = False, gone: bool = False) -> None:
        super().__init__(message)
        self.outcome: Failed | Unknown = refusal(code, site, message, sent=sent)
        self.gone = gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A place on a link. fresh: the link was opened for it. waited: seconds in the queue."""

    link: Link
    fresh: bool
    waited: float


class Pool:
    """At most `connections` links, those being opened included, with `sessions` places on each."""

    def __init__(self, env: FastEnvironment, model: ClusterModel, connections: int, sessions: int) -> None:
        self._env = env
        self._model = model
        self._connections = connections
        self._sessions = sessions
        self._links: list[Link] = []
        self._opening = 0
        self._queue: deque[Event] = deque()

    def lose_all(self) -> None:
        """Every connection is reset."""
        for link in tuple(self._links):
            link.lose()

    def take(self, deadlines: Deadlines, patience: float) -> Wait[Grant]:
        """A place, after waiting for at most `patience` seconds. Raises `Stopped`."""
        began = self._env.now
        if not self._queue and self._can_grant():
            link = self._grant()
        else:
            link = yield from self._wait(patience)
        waited = self._env.now - began
        if link is not None:
            return Grant(link=link, fresh=False, waited=waited)
        return Grant(link=(yield from self._open(deadlines)), fresh=True, waited=waited)

    def serve(self) -> None:
        """Forget what is lost, then grant what can be granted, in the order of the queue."""
        self._links = [link for link in self._links if not link.lost]
        while self._queue and self._can_grant():
            self._queue.popleft().succeed(self._grant())

    def _wait(self, patience: float) -> Wait[Link | None]:
        turn = self._env.event()
        self._queue.append(turn)
        try:
            came = yield from within(self._env, turn, patience)
        except BaseException:
            self._withdraw(turn)
            raise
        if not came:
            self._withdraw(turn)
            message = f"no free session within {patience:g} s: all {self._connections} connections are busy"
            raise Stopped(Code.TIMEOUT, Site.SSH_CHANNEL, message)
        link: Link | None = turn.value
        return link

    def _withdraw(self, turn: Event) -> None:
        """Whoever is interrupted, or too late, with a grant in hand gives it back."""
        if not turn.triggered:
            self._queue.remove(turn)
        elif turn.value is None:
            self._opening -= 1
            self.serve()
        else:
            turn.value.vacate()

    def _open(self, deadlines: Deadlines) -> Wait[Link]:
        try:
            number = yield from self._log_in(deadlines)
            link = Link(self._model, number, self._sessions, self.serve)
            link.busy += 1
            self._links.append(link)
        finally:
            self._opening -= 1
            self.serve()
        return link

    def _log_in(self, deadlines: Deadlines) -> Wait[int]:
        """The phases one after the other, under one deadline, as far as their plan lets them come."""
        if self._model.refuses_connections():
            raise Stopped(Code.REFUSED, Site.SSH_CONNECT, "the connection was refused")
        began = self._env.now
        number, plan = self._model.open_connection()
        ends, stop = _course(plan, began)
        late = began + deadlines.login
        if ends >= late:
            ends, stop = late, _late(plan, late, began, deadlines.login)
        try:
            if ends > began:
                yield at(self._env, ends)
            else:  # who needs a connection at the same instant opens one of his own
                yield self._env.settled()
            if stop is None and self._model.refuses_connections() and not self._model.is_up:
                stop = Stopped(Code.REFUSED, Site.SSH_AUTH, "the connection was reset")
        except BaseException:
            self._model.close_connection(number)
            raise
        if stop is not None:
            self._model.close_connection(number)
            raise stop
        self._model.authenticated(number)
        return number

    def _can_grant(self) -> bool:
        return any(link.free for link in self._links) or len(self._links) + self._opening < self._connections

    def _grant(self) -> Link | None:
        link = min((link for link in self._links if link.free), key=lambda link: link.busy, default=None)
        if link is None:
            self._opening += 1
        else:
            link.busy += 1
        return link


def _course(plan: ConnectionPlan, began: float) -> tuple[float, Stopped | None]:
    """When a login comes to its end by itself, and what stops it; each instant is the sum of the one before."""
    banner = began + plan.banner_delay
    kex = banner + plan.kex_delay
    auth = kex + plan.auth_delay
    cut = began + plan.cut_after if plan.cut is not None else _NEVER
    if cut <= auth:
        return cut, Stopped(Code.REFUSED, _site(plan, cut, began), "the connection was reset")
    if plan.banner is BannerPlan.GARBAGE:
        return banner, Stopped(Code.REFUSED, Site.SSH_BANNER, "the server speaks another protocol")
    if plan.kex in (KexPlan.OTHER_HOST_KEY, KexPlan.BAD_SIGNATURE):
        return kex, Stopped(Code.UNTRUSTED, Site.SSH_KEX, "the host key is not trusted")
    if plan.auth is AuthPlan.REJECT:
        return auth, Stopped(Code.REFUSED, Site.SSH_AUTH, "the login was refused")
    stalls = (
        plan.silent or plan.banner is BannerPlan.MISSING or KexPlan.STALL is plan.kex or AuthPlan.STALL is plan.auth
    )
    return (_NEVER if stalls else auth), None


def _site(plan: ConnectionPlan, instant: float, began: float) -> Site:
    """What is under way at an instant of a login."""
    if plan.silent or plan.banner is not BannerPlan.NORMAL or instant < began + plan.banner_delay:
        return Site.SSH_BANNER
    if plan.kex is not KexPlan.NORMAL or instant < began + plan.banner_delay + plan.kex_delay:
        return Site.SSH_KEX
    return Site.SSH_AUTH


def _late(plan: ConnectionPlan, late: float, began: float, seconds: float) -> Stopped:
    """What ends just at the deadline is under way still."""
    site = _site(plan, nextafter(late, began), began)
    return Stopped(Code.TIMEOUT, site, f"the login did not end within {seconds:g} s")
