"""The model's pool of connections to one cluster: who gets a place when, as in `connector.ssh.pool`."""

from collections import deque
from dataclasses import dataclass

from simpy import Event

from connector.codes import Code
from connector.protocol import Deadlines
from connector.sites import Site
from fake_clusters.model import ClusterModel
from fake_clusters.plans import ConnectionPlan
from harness.model.environment import FastEnvironment
from harness.model.twin.link import Link
from harness.model.twin.login import Login
from harness.model.twin.part import Part
from harness.model.twin.stopped import Stopped
from harness.model.twin.waiting import Wait, within

__all__ = ["Grant", "Pool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A place on a link. fresh: the link was opened for it. waited: seconds in the queue."""

    link: Link
    fresh: bool
    waited: float


class Pool:
    """At most `connections` links, those being opened included, with `sessions` places on each.

    part: the process that it is in.
    """

    def __init__(self, env: FastEnvironment, model: ClusterModel, connections: int, sessions: int) -> None:
        self.part: Part | None = None
        self._env = env
        self._model = model
        self._connections = connections
        self._sessions = sessions
        self._links: list[Link] = []
        self._logins: dict[Login, None] = {}
        self._opening = 0
        self._queue: deque[Event] = deque()

    def lose_all(self) -> None:
        """Every connection is reset."""
        for login in tuple(self._logins):
            login.lose()
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
            login = yield from self._log_in(deadlines)
            link = Link(self._model, login.number, self._sessions, self.serve)
            link.busy += 1
            self._links.append(link)
        finally:
            self._opening -= 1
            self.serve()
        plan = login.plan
        if plan.cut is not None:
            self._env.call_at(login.began + plan.cut_after, lambda _: self._cut(link, plan))
        return link

    def _cut(self, link: Link, plan: ConnectionPlan) -> None:
        """However it is cut: a client that is told the end closes its own side."""
        if not link.lost:
            plan.note(self._env.now, "cut", "cut_after")
            link.lose()

    def _log_in(self, deadlines: Deadlines) -> Wait[Login]:
        """The phases one after the other, under one deadline, as far as their plan lets them come."""
        if self._model.refuses_connections():
            raise Stopped(Code.REFUSED, Site.SSH_CONNECT, "the connection was refused")
        number, plan = self._model.open_connection()
        login = Login(self._env, number, plan, seconds=deadlines.login)
        self._logins[login] = None
        try:
            yield from login.run()
            if self.part is not None:
                yield from self.part.ready()
            if self._env.now > login.late:
                raise login.out_of_time()
        except BaseException:
            self._model.close_connection(number)
            raise
        finally:
            del self._logins[login]
        self._model.authenticated(number)
        return login

    def _can_grant(self) -> bool:
        return any(link.free for link in self._links) or len(self._links) + self._opening < self._connections

    def _grant(self) -> Link | None:
        link = min((link for link in self._links if link.free), key=lambda link: link.busy, default=None)
        if link is None:
            self._opening += 1
        else:
            link.busy += 1
        return link
