"""The twin's gateway: passes a request on once, within its limits and its time."""

from collections.abc import Generator
from typing import Any

from simpy import Event, Interrupt, Process

from connector.sites import Site
from harness.model.environment import FastEnvironment
from harness.model.twin.api import Api
from harness.model.twin.part import Part
from harness.model.twin.replies import broken_off, full, late
from harness.model.twin.waiting import Wait, ended, within
from harness.service.answer import Answer
from pipeline.settings import GatewaySettings
from reports.history import Op

__all__ = ["Gateway"]


class Gateway:
    """As `pipeline.gateway`. The service is not told when it gives up, and goes on."""

    def __init__(self, env: FastEnvironment, part: Part, api: Api, service: Part, settings: GatewaySettings) -> None:
        self.part = part
        self.under_way = 0
        self._env = env
        self._api = api
        self._service = service
        self._settings = settings
        self._handling: dict[Process, None] = {}
        service.when_killed.append(self._cut_off)

    def handle(self, op: Op) -> Wait[Answer]:
        """The answer to one request, the gateway's own where the service gives none in time."""
        yield from self.part.ready()
        if self.under_way >= self._settings.max_connections:
            return full()
        if not self._service.running:
            return broken_off()
        self.under_way += 1
        try:
            return (yield from self._pass_on(op))
        finally:
            self.under_way -= 1

    def _pass_on(self, op: Op) -> Wait[Answer]:
        handling = self._env.process(self._handle(op))
        self._handling[handling] = None
        handling.callbacks.append(lambda event: self._handling.pop(handling, None))
        patience = min(self._settings.read, self._settings.total)
        died = self._service.died
        came = yield from within(self._env, handling, patience, died)
        yield from self.part.ready()
        if came and handling.value is not None:
            answer: Answer = handling.value
            return answer
        return broken_off() if died.triggered else late(Site.GATEWAY_REPLY)

    def _handle(self, op: Op) -> Generator[Event, Any, Answer | None]:
        try:
            return (yield from self._api.handle(op))
        except Interrupt:
            return None

    def _cut_off(self) -> None:
        """The service is dead, and with it all that it was about to do."""
        for process in tuple(self._handling):
            ended(process)
        self._handling.clear()
