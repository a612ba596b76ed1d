"""One connection of the model's connector, and the calls on it."""

from collections.abc import Callable

from simpy import Event

from connector.operations import Reply
from connector.protocol import Refusal
from fake_clusters.model import ClusterModel, Ticket
from fake_clusters.plans import CutHow, OutputPlan

__all__ = ["Call", "Link"]


class Link:
    """As `connector.ssh.link.Link`: a place is free when its channel is closed; a retired link takes no more."""

    __slots__ = ("_changed", "_model", "_sessions", "abandoned", "busy", "calls", "lost", "number", "opened", "retired")

    def __init__(self, model: ClusterModel, number: int, sessions: int, changed: Callable[[], None]) -> None:
        self.number = number
        self.busy = 0
        self.opened = 0
        self.lost = False
        self.retired = False
        self.abandoned = False
        self.calls: dict[Call, None] = {}
        self._model = model
        self._sessions = sessions
        self._changed = changed

    @property
    def free(self) -> bool:
        return not self.lost and not self.retired and self.busy < self._sessions

    def vacate(self) -> None:
        self.busy -= 1
        if self.retired and not self.busy and not self.lost:
            self.lose()
        self._changed()

    def lose(self) -> None:
        """The connection is gone, and every call on it hears of it."""
        if self.lost:
            return
        self.lost = True
        for call in tuple(self.calls):
            call.lose()
        self._model.close_connection(self.number)
        self._changed()


class Call:
    """One command on its way; the model's listener for it. over: its answer is there, or `lost`: its connection is.

    ordinal: which channel of its link it has, from 1.
    """

    __slots__ = ("answer", "answered_at", "link", "lost", "ordinal", "output", "over", "ticket")

    def __init__(self, link: Link, over: Event) -> None:
        link.opened += 1
        self.ordinal = link.opened
        self.over = over
        self.lost = False
        self.answered_at = 0.0
        self.answer: Reply | Refusal | None = None
        self.output = OutputPlan()
        self.ticket: Ticket | None = None
        self.link = link

    def answered(self, answer: Reply | Refusal, output: OutputPlan) -> None:
        self.answered_at = self.over.env.now
        self.answer, self.output = answer, output
        self._end()

    def cut(self, how: CutHow) -> None:
        """However it is cut, this connection carries no answer any more."""
        self.link.lose()

    def lose(self) -> None:
        self.lost = True
        self._end()
        self.abandon()

    def abandon(self) -> None:
        if self.ticket is not None:
            self.ticket.abandon()

    def _end(self) -> None:
        if not self.over.triggered:
            self.over.succeed()
