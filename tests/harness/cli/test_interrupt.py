"""The first Ctrl-C asks the run to end, the second ends it."""

import asyncio
import os
import signal

import pytest

from harness.cli.interrupt import until_interrupted


def test_work_that_is_not_interrupted_gives_its_result() -> None:
    async def work(stop: asyncio.Event) -> bool:
        return stop.is_set()

    assert until_interrupted(work) is False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_lets_the_work_end_by_itself(number: signal.Signals) -> None:
    async def work(stop: asyncio.Event) -> str:
        os.kill(os.getpid(), number)
        await stop.wait()
        return "reported"

    assert until_interrupted(work) == "reported"


def test_the_second_signal_ends_the_work_and_lets_it_clean_up() -> None:
    cleaned = []

    async def work(stop: asyncio.Event) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            await stop.wait()
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.Event().wait()
        finally:
            cleaned.append(True)

    with pytest.raises(KeyboardInterrupt):
        until_interrupted(work)
    assert cleaned == [True]


def test_a_run_that_shall_outlive_its_terminal_does() -> None:
    """As `nohup` starts it: with the signal ignored."""

    async def work(stop: asyncio.Event) -> bool:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.sleep(0)
        return stop.is_set()

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert until_interrupted(work) is False
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_errors_of_the_work_are_its_own() -> None:
    async def work(stop: asyncio.Event) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        until_interrupted(work)
