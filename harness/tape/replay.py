"""The fake: clients log in to it, and a tape answers. What it has no answer to may go to a device behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import asyncssh

from harness.errors import OutputError
from harness.tape.device import Device
from harness.tape.exchange import TapedExchange
from harness.tape.forwarding import ForwardedSession
from harness.tape.front import FrontLogin, TapeFront, open_front
from harness.tape.matching import Deck, Miss
from harness.tape.playing import PlayedSession
from harness.tape.record import TapeNumbers, recorder_factory
from harness.tape.writer import TapeWriter

__all__ = ["Capture", "open_replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What becomes of a miss: it is asked of the device, and written onto the tape. on_exchange: called with each."""

    device: Device
    writer: TapeWriter
    on_exchange: Callable[[TapedExchange], None]


@asynccontextmanager
async def open_replay(
    deck: Deck,
    *,
    port: int,
    host_key: asyncssh.SSHKey,
    speed: float | None,
    capture: Capture | None,
    on_miss: Callable[[Miss], None],
    on_problem: Callable[[str], None],
) -> AsyncIterator[tuple[TapeFront, "asyncio.Future[OutputError]"]]:
    """As `open_recorder`. Without a device behind it everybody is let in. Raises `WorldError`."""
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[OutputError] = loop.create_future()
    numbers = _numbers_after(deck)
    end = max((each.over for each in deck.tape.exchanges), default=0.0)
    started = loop.time() - end

    def write(exchange: TapedExchange) -> None:
        assert capture is not None
        try:
            capture.writer.write(exchange)
        except OutputError as error:
            if not failed.done():
                failed.set_result(error)
            return
        capture.on_exchange(exchange)

    async with asyncio.TaskGroup() as group:

        def forward(login: FrontLogin, session: PlayedSession) -> bool:
            if capture is None or login.login is None or session.begun_at_prompt:
                return False
            number = next(numbers.sessions)
            begin = recorder_factory(write, capture.writer, lambda: loop.time() - started, login.number, number)
            forwarded = ForwardedSession(login.login, begin, group, lambda closed: None)
            forwarded.take_over(session.channel, session.command, session.terminal)
            session.taken_over = forwarded
            if session.received:
                forwarded.data_received(bytes(session.received), None)
            if session.ended:
                forwarded.eof_received()
            return True

        def session(login: FrontLogin) -> PlayedSession:
            return PlayedSession(
                deck, group, speed=speed, forward=lambda played: forward(login, played), on_miss=on_miss
            )

        def login() -> FrontLogin:
            device = None if capture is None else capture.device
            return FrontLogin(next(numbers.connections), device, deck.redactor, session, on_problem)

        async with open_front(login, port=port, host_key=host_key) as front:
            yield front, failed


def _numbers_after(deck: Deck) -> TapeNumbers:
    """New ones go on where those of the tape end."""
    exchanges = deck.tape.exchanges
    return TapeNumbers(
        connections=count(1 + max((each.connection for each in exchanges), default=0)),
        sessions=count(1 + max((each.session for each in exchanges), default=0)),
    )
