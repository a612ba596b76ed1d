"""One command within the cluster, from its arrival to its end, and what its caller holds of it."""

from collections.abc import Callable
from enum import Enum, auto
from math import inf
from typing import Protocol

from connector.operations import Request
from connector.protocol import Refusal
from fake_clusters.calls import CallListener
from fake_clusters.plans import CommandPlan

__all__ = ["FINISHED", "Job", "JobStage", "Ticket"]


class Ticket(Protocol):
    """The caller's handle of a command."""

    def abandon(self) -> None:
        """The channel has closed and the caller no longer waits. Does nothing once the command is over."""
        ...


class FinishedTicket:
    """The do-nothing ticket of a command that never started."""

    def abandon(self) -> None:
        return


FINISHED = FinishedTicket()


class JobStage(Enum):
    """waiting: for a place; serving; hung: holds its place for ever; over: answered, lost, or done without a word."""

    WAITING = auto()
    SERVING = auto()
    HUNG = auto()
    OVER = auto()


class Job:
    """The command itself. unheard: the caller gave up or its connection was cut. given_up_at: when it gave up, infinity
    where it has not. refusal: found when it started."""

    __slots__ = ("_give_up", "given_up_at", "listener", "plan", "refusal", "request", "stage", "unheard")

    def __init__(
        self, request: Request, plan: CommandPlan, listener: CallListener, give_up: Callable[["Job"], None]
    ) -> None:
        self.request = request
        self.plan = plan
        self.listener = listener
        self.stage = JobStage.WAITING
        self.refusal: Refusal | None = None
        self.unheard = False
        self.given_up_at = inf
        self._give_up = give_up

    def abandon(self) -> None:
        self._give_up(self)
