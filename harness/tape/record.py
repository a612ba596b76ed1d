"""The proxy: clients log in to it as if it were the device, and all that they do there goes onto the tape."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import asyncssh

from harness.errors import OutputError
from harness.tape.device import Device
from harness.tape.exchange import TapedExchange
from harness.tape.forwarding import ForwardedSession
from harness.tape.front import FrontLogin, TapeFront, open_front
from harness.tape.recording import SessionRecorder
from harness.tape.writer import TapeWriter

__all__ = ["TapeNumbers", "open_recorder", "recorder_factory"]


@dataclass(slots=True)
class TapeNumbers:
    """Of connections and sessions, from 1."""

    connections: Iterator[int] = field(default_factory=lambda: count(1))
    sessions: Iterator[int] = field(default_factory=lambda: count(1))


def recorder_factory(
    write: Callable[[TapedExchange], None], writer: TapeWriter, now: Callable[[], float], connection: int, session: int
) -> Callable[[str | None, str | None, Mapping[str, str]], SessionRecorder]:
    """What begins the recording of one session. write: what takes the exchanges."""

    def begin(command: str | None, terminal: str | None, environment: Mapping[str, str]) -> SessionRecorder:
        return SessionRecorder(
            write,
            writer.redactor,
            now,
            connection=connection,
            session=session,
            exec=command,
            terminal=terminal,
            environment=environment,
        )

    return begin


@asynccontextmanager
async def open_recorder(
    device: Device,
    writer: TapeWriter,
    *,
    port: int,
    host_key: asyncssh.SSHKey,
    on_exchange: Callable[[TapedExchange], None],
    on_problem: Callable[[str], None],
) -> AsyncIterator[tuple[TapeFront, "asyncio.Future[OutputError]"]]:
    """Where clients log in, and a future that gets the error with which the tape could not be written any more.

    At the end, sessions under way are written as cut by the recording. Raises `WorldError`.
    """
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[OutputError] = loop.create_future()
    numbers, started, sessions = TapeNumbers(), loop.time(), dict[ForwardedSession, None]()

    def write(exchange: TapedExchange) -> None:
        try:
            writer.write(exchange)
        except OutputError as error:
            if not failed.done():
                failed.set_result(error)
            return
        on_exchange(exchange)

    async with asyncio.TaskGroup() as group:

        def session(login: FrontLogin) -> ForwardedSession:
            assert login.login is not None
            begin = recorder_factory(write, writer, lambda: loop.time() - started, login.number, next(numbers.sessions))
            opened = ForwardedSession(login.login, begin, group, lambda closed: sessions.pop(closed, None))
            sessions[opened] = None
            return opened

        def login() -> FrontLogin:
            return FrontLogin(next(numbers.connections), device, writer.redactor, session, on_problem)

        async with open_front(login, port=port, host_key=host_key) as front:
            try:
                yield front, failed
            finally:
                for each in list(sessions):
                    each.stop()
