"""A seeded defect: where it sits in a fake, and which clause has to notice it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from connector.dialects import Responder
from connector.operations import Reply, Request
from connector.protocol import Refusal
from fake_clusters.faults.rule import FaultRule
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec

__all__ = ["NO_DEFECT", "Answer", "Defect", "Hands"]

Answer = Reply | Refusal


class Hands(Protocol):
    """What a defect can reach of the cluster it sits in."""

    @property
    def at(self) -> float:
        """Seconds."""
        ...

    def apply(self, request: Request) -> Answer:
        """Carry out a command now, past everything."""
        ...

    def answer(self, request: Request) -> Answer:
        """What a command would be answered; nothing changes."""
        ...

    def later(self, seconds: float, act: Callable[[], object]) -> None: ...

    def disconnect(self) -> None:
        """Reset every connection."""
        ...

    @property
    def memory(self) -> dict[object, object]:
        """Whatever the defect has to remember."""
        ...


def _hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return request


def _tell(hands: Hands, request: Request, answer: Answer) -> Answer:
    return answer


def _spec(spec: ClusterSpec) -> ClusterSpec:
    return spec


def _options(options: ServerOptions) -> ServerOptions:
    return options


def _responder(responder: Responder) -> Responder:
    return responder


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """does: one sentence. hear: changes a command, or answers it in the cluster's place. tell: changes an answer.

    base: what the clause needs of a cluster, with the defect or without. spec: the limits that the cluster really has;
    what is declared of it stays that of `base`. leaks: whether it goes on counting a connection or channel that ended,
    by how far that had come. rules: faults. options, respond: of the SSH server in front.
    """

    clause: str
    does: str
    hear: Callable[[Hands, Request, int], Request | Answer] = _hear
    tell: Callable[[Hands, Request, Answer], Answer] = _tell
    base: Callable[[ClusterSpec], ClusterSpec] = _spec
    spec_change: Callable[[ClusterSpec], ClusterSpec] = _spec
    leaks: frozenset[str] = frozenset()
    rules: tuple[FaultRule, ...] = ()
    options: Callable[[ServerOptions], ServerOptions] = _options
    respond: Callable[[Responder], Responder] = _responder

    def spec(self, base: ClusterSpec) -> ClusterSpec:
        return self.spec_change(self.base(base))

    def without(self) -> "Defect":
        """The same cluster without the defect."""
        return Defect(clause=self.clause, does="nothing", base=self.base)


NO_DEFECT = Defect(clause="", does="nothing")
