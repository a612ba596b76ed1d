"""One process's part of a load: each arrival a greenlet of its own, at its instant, whatever became of the others."""

import resource
from collections import Counter
from collections.abc import Callable, Iterable

import gevent
from gevent.pool import Group

from harness.load.generator.connections import GeventHttpClient
from harness.load.generator.drive import run_here, sleep
from harness.load.generator.service_client import GeventServiceClient
from harness.load.generator.streams import RowStream, StreamingRecorder
from harness.load.plan import LoadPlan, api_of
from harness.load.wire import Dropped, Row
from harness.run.cpu_meter import CpuMeter
from harness.scenario.scenario import WorkloadKind
from harness.service.access import access_changes
from harness.service.service import CountsInUnits
from harness.workload.arrivals import Arrival
from harness.workload.client import Client
from harness.workload.clients import Clients
from reports.history import Op
from reports.journal import GeneratorNote

__all__ = ["Offering"]

_LATE_AT_ONCE = 64
"""Arrivals in a row that were late already: then whoever waits for answers has a turn."""
_SPARE_FILES = 64


class Offering:
    """number, of: which part. url: of the service. now: seconds since the load began. on_op, on_active: called with
    each completed op, and with each create when its clients see its share active."""

    def __init__(
        self,
        plan: LoadPlan,
        number: int,
        of: int,
        *,
        url: str,
        now: Callable[[], float],
        stream: RowStream,
        on_op: Callable[[Op], object],
        on_active: Callable[[Op, float], object],
    ) -> None:
        self._plan = plan
        self._arrivals: Iterable[Arrival] = plan.part(number, of)
        self._number = number
        self._now = now
        self._stream = stream
        policy, api = plan.scenario.client, api_of(plan.scenario)
        self._http = GeventHttpClient(url, connect=policy.connect, now=now)
        self._recorder = StreamingRecorder(now, stream, on_op)
        service = GeventServiceClient(self._http, api, numbered=plan.scenario.gateway_kind is not None)
        client = Client(service, policy, self._recorder, plan.seed, sleep=sleep)
        unit = api.size_unit if isinstance(api, CountsInUnits) else 1
        self._clients = Clients(
            client,
            self._recorder,
            policy,
            size_unit=unit,
            access_changes=access_changes(api),
            sleep=sleep,
            on_active=self._told(on_active),
        )
        self._group = Group()
        self._room = _allow_open_files() - _SPARE_FILES
        self._meter = CpuMeter()
        self._dropped = 0
        self._offered = False
        self._stopped = False
        self._closed = False

    @property
    def skipped(self) -> Counter[WorkloadKind]:
        """Arrivals that found no share to concern."""
        return self._clients.skipped

    def run(self) -> None:
        """Let the arrivals come, then wait for the clients."""
        self._offer()
        self._offered = True
        self._group.join()
        self.close()

    def stop(self) -> None:
        """No more arrivals."""
        self._stopped = True

    def close(self) -> None:
        """Send the clients home and all rows out. May be called again."""
        if self._closed:
            return
        self._stopped = self._closed = True
        self._group.kill()
        self._recorder.send_open()
        self._stream.add(Row(process=self._number, skipped={str(kind): n for kind, n in self.skipped.items()}))
        self._stream.add(self.look())
        self._stream.flush()
        self._http.close()

    def look(self) -> Row:
        """How far it has come."""
        self._meter.look(self._now())
        state = GeneratorNote(
            number=self._number,
            asked=self._recorder.asked,
            under_way=len(self._group),
            dropped=self._dropped,
            offered=self._offered,
            busy=self._meter.busy,
            cpu=self._meter.cpu,
            latest=self._plan.latest,
        )
        return Row(process=self._number, state=state)

    def _offer(self) -> None:
        late = 0
        for arrival in self._arrivals:
            wait = arrival.at - self._now()
            late = late + 1 if wait <= 0 else 0
            if wait > 0 or late % _LATE_AT_ONCE == _LATE_AT_ONCE - 1:
                gevent.sleep(max(wait, 0.0))
            if self._stopped:
                return
            self._arrive(arrival)

    def _arrive(self, arrival: Arrival) -> None:
        if len(self._group) >= self._room:
            self._dropped += 1
            lost = Dropped(
                number=arrival.number,
                at=arrival.at,
                op=str(arrival.kind),
                phase=arrival.phase,
                location=arrival.location,
            )
            self._stream.add(Row(process=self._number, dropped=lost))
            return
        come = self._clients.arrive(arrival)
        if come is not None:
            self._group.spawn(run_here, come[1])

    def _told(self, on_active: Callable[[Op, float], object]) -> Callable[[Op], object]:
        def told(op: Op) -> None:
            self._stream.add(Row(process=self._number, active=(op, self._now())))
            on_active(op, self._now())

        return told


def _allow_open_files() -> int:
    """As many open files as the system allows: every client has a connection of its own while it waits."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
