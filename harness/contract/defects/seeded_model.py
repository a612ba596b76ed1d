"""A cluster model with a defect in it: what it hears, what it tells, what it forgets to count down."""

from collections.abc import Callable
from typing import Any

from connector.operations import Request
from fake_clusters.calls import CallListener
from fake_clusters.environment import catch_up
from fake_clusters.model import ClusterModel
from fake_clusters.plans import ChannelPlan, CutHow, OutputPlan
from fake_clusters.ticket import FINISHED, Ticket
from harness.contract.defects.defect import Answer, Defect

__all__ = ["SeededModel"]


class SeededModel(ClusterModel):
    """See `Defect`. It is what a defect reaches the cluster by (`Hands`)."""

    def __init__(self, *arguments: Any, defect: Defect, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._defect = defect
        self._stages: dict[int, str] = {}
        self.memory: dict[object, object] = {}

    @property
    def at(self) -> float:
        return self.now

    def apply(self, request: Request) -> Answer:
        return self._state.apply(request, now=float(self._env.now))

    def answer(self, request: Request) -> Answer:
        return self._state.answer(request)

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        def due(event: object) -> None:
            act()

        self._env.timeout(seconds).callbacks.append(due)

    def submit(self, request: Request | None, connection: int, listener: CallListener) -> Ticket:
        catch_up(self._env)
        self._stages[connection] = "command"
        if request is None:
            return super().submit(request, connection, listener)
        heard = self._defect.hear(self, request, connection)
        if not isinstance(heard, Request):
            listener.answered(heard, OutputPlan())
            return FINISHED
        return super().submit(
            heard, connection, _Teller(listener, lambda answer: self._defect.tell(self, heard, answer))
        )

    def authenticated(self, connection: int) -> None:
        self._stages[connection] = "login"
        super().authenticated(connection)

    def open_channel(self, connection: int) -> ChannelPlan:
        if self._stages.get(connection) == "login":
            self._stages[connection] = "session"
        return super().open_channel(connection)

    def close_channel(self, connection: int) -> None:
        if "channel" not in self._defect.leaks:
            super().close_channel(connection)

    def close_connection(self, connection: int) -> None:
        if self._stages.pop(connection, "connection") not in self._defect.leaks:
            super().close_connection(connection)


class _Teller:
    """Changes an answer on its way."""

    def __init__(self, listener: CallListener, change: Callable[[Answer], Answer]) -> None:
        self._listener = listener
        self._change = change

    def answered(self, answer: Answer, output: OutputPlan) -> None:
        self._listener.answered(self._change(answer), output)

    def cut(self, how: CutHow) -> None:
        self._listener.cut(how)
