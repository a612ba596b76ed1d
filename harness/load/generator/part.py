"""One generator process: waits for its command, offers its part, and reports."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import gevent
from gevent.event import AsyncResult, Event
from locust.env import Environment

from connector.values import replace
from harness.garbage import rarely_collected
from harness.load.boot import boot_id
from harness.load.generator.entries import fire_active, fire_op
from harness.load.generator.offering import Offering
from harness.load.generator.streams import RowStream
from harness.load.plan import LoadPlan
from harness.load.wire import Row, encode

__all__ = ["Begin", "LoadPart"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """The command to begin. number, of: which part of the arrivals. url: of the service.

    begins: an instant of the monotonic clock of the machine whose boot is `boot`. left: the seconds until then, when
    the command was sent, for other machines. latest: as in `LoadPlan`. digest: of the plan that the others have.
    """

    number: int
    of: int
    url: str
    begins: float
    left: float
    boot: str
    latest: float
    digest: str


class LoadPart:
    """send: takes lines of rows. wait: forever, once its load is over."""

    def __init__(self, environment: Environment, plan: LoadPlan, send: Callable[[bytes], object]) -> None:
        self._environment = environment
        self._plan = plan
        self._send = send
        self._command: AsyncResult[Begin] = AsyncResult()
        self._offering: Offering | None = None

    def begin(self, begin: Begin) -> None:
        """Begin, now or when its user is there."""
        if begin.digest != self._plan.digest:
            why = "a worker was started with another scenario or seed than the master"
            _log.error("%s", why)
            self._send(encode(Row(process=begin.number, lost=why)))
        else:
            self._command.set(begin)

    def stop(self) -> None:
        """No more arrivals."""
        if self._offering is not None:
            self._offering.stop()

    def play(self) -> None:
        """The one task of its user, until that is killed."""
        begin = self._command.get()
        here = time.monotonic()  # noqa: TID251 - the instants of a load are those of this clock
        begins = begin.begins if begin.boot and begin.boot == boot_id() else here + begin.left
        now = _since(begins)
        stream = RowStream(begin.number, self._send)
        self._offering = Offering(
            replace(self._plan, latest=begin.latest),
            begin.number,
            begin.of,
            url=begin.url,
            now=now,
            stream=stream,
            on_op=lambda op: fire_op(self._environment, op),
            on_active=lambda op, at: fire_active(self._environment, op, at),
        )
        reporting = gevent.spawn(stream.run, self._offering.look)
        try:
            with rarely_collected():
                self._offering.run()
            Event().wait()  # else Locust would have it play again
        finally:
            reporting.kill()
            self._offering.close()


def _since(begins: float) -> Callable[[], float]:
    clock = time.monotonic  # noqa: TID251 - as above
    return lambda: clock() - begins
