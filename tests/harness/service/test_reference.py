"""The pipeline's log is read to its end and put on the run's clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from connector.codes import Code
from connector.sites import Site
from harness.collect.clock import RunClock
from harness.errors import WorldError
from harness.http_client import HttpClient, open_httpx
from harness.service._reference.logs import AttemptLog, read_changes, read_commands
from harness.service._reference.readings import read_counts, read_records
from reports.history import Hop, OpResult
from tests.harness.workload.scripted import Action, Reply, Script, Seen, scripted_server

CLOCK = RunClock(clock=lambda: 1_000_010.0, began=1_000_000.0)


def _event(number: int) -> dict[str, Any]:
    return {
        "number": number,
        "at": 1_000_000.0 + number,
        "share": "s",
        "location": "north",
        "name": "a",
        "before": None,
        "after": "pending",
        "writer": "api",
        "fence": None,
        "reason": None,
    }


def _command(number: int, **fields: Any) -> dict[str, Any]:
    plain = {
        "number": number,
        "share": "s",
        "location": "north",
        "name": "a",
        "verb": "create",
        "tried": 1,
        "request_id": "r",
        "sequence": 7,
        "fence": 2,
        "began_at": 1_000_001.0,
        "ended_at": 1_000_002.0,
        "deadline": 1_000_003.0,
        "result": "ok",
        "code": None,
        "site": None,
        "message": None,
    }
    return plain | fields


@asynccontextmanager
async def _api(script: Script) -> AsyncIterator[HttpClient]:
    async with scripted_server(script) as server, open_httpx(server.url, connect=5.0) as http:
        yield http


def _log(http: HttpClient) -> AttemptLog:
    return AttemptLog(lambda after: read_commands(http, CLOCK, hop=Hop.PROCESSOR, after=after))


async def test_all_pages_are_read_and_instants_count_from_the_start_of_the_load() -> None:
    def serve(seen: Seen) -> Action:
        query = dict(parse_qsl(urlsplit(seen.path).query))
        after, limit = int(query.get("after", "0")), int(query["limit"])
        rows = [_event(number) for number in range(after + 1, min(after + limit, 2500) + 1)]
        return Reply(status=200, body={"events": rows, "next": rows[-1]["number"] if rows else after})

    async with _api(serve) as http:
        changes = await read_changes(http, CLOCK)
    assert [change.number for change in changes] == list(range(1, 2501))
    assert changes[0].at == 1.0


async def test_a_command_without_an_end_or_a_clear_one_is_unknown() -> None:
    rows = [
        _command(1),
        _command(2, ended_at=None, result=None),
        _command(3, result="unknown", code="timeout", site="connector.reply", message="slow"),
        _command(4, result="fail", code="quota", site="connector.exec"),
    ]
    async with _api(lambda _: Reply(status=200, body={"attempts": rows, "next": 4})) as http:
        commands = await read_commands(http, CLOCK, hop=Hop.API)
    assert [row.result for row in commands] == [OpResult.OK, OpResult.INFO, OpResult.INFO, OpResult.FAIL]
    assert [row.ended_at for row in commands] == [2.0, None, 2.0, 2.0]
    assert {row.deadline for row in commands} == {3.0}
    assert (commands[2].code, commands[2].site, commands[2].message) == (Code.TIMEOUT, Site.CONNECTOR_REPLY, "slow")
    assert {row.hop for row in commands} == {Hop.API}


async def test_commands_that_had_ended_are_not_asked_for_again() -> None:
    asked: list[int] = []
    rows = [_command(1), _command(2), _command(3, ended_at=None, result=None), _command(4)]

    def serve(seen: Seen) -> Action:
        asked.append(int(dict(parse_qsl(urlsplit(seen.path).query)).get("after", "0")))
        return Reply(status=200, body={"attempts": rows[asked[-1] :], "next": len(rows)})

    async with _api(serve) as http:
        log = _log(http)
        first = await log.read()
        rows[2:] = [_command(3, result="fail", code="quota"), _command(4), _command(5)]
        then = await log.read()
        last = await log.read()
    assert asked == [0, 2, 5]
    assert [row.result for row in first] == [OpResult.OK, OpResult.OK, OpResult.INFO, OpResult.OK]
    assert [(row.number, row.result) for row in then] == [
        (1, OpResult.OK),
        (2, OpResult.OK),
        (3, OpResult.FAIL),
        (4, OpResult.OK),
        (5, OpResult.OK),
    ]
    assert last == then


async def test_two_readers_at_once_get_each_command_once() -> None:
    rows = [_command(1), _command(2), _command(3)]

    def serve(seen: Seen) -> Action:
        after = int(dict(parse_qsl(urlsplit(seen.path).query)).get("after", "0"))
        return Reply(status=200, body={"attempts": rows[after:], "next": len(rows)})

    async with _api(serve) as http:
        log = _log(http)
        read = [*await asyncio.gather(log.read(), log.read()), await log.read()]
    assert [[row.number for row in commands] for commands in read] == [[1, 2, 3]] * 3


@pytest.mark.parametrize("body", [{}, {"events": 5}, {"events": [{"number": 1}]}, [1]])
async def test_what_is_not_such_a_list_is_named(body: Any) -> None:
    async with _api(lambda _: Reply(status=200, body=body)) as http:
        with pytest.raises(WorldError, match="/v1/events"):
            await read_changes(http, CLOCK)


async def test_records_are_read_over_all_pages() -> None:
    def serve(seen: Seen) -> Action:
        query = dict(parse_qsl(urlsplit(seen.path).query))
        first = int(query.get("cursor", "0")) + 1
        numbers = range(first, min(first + int(query["limit"]), 1501))
        shares = [{"id": f"s{n}", "location": "north", "name": f"n{n}", "size": n, "state": "active"} for n in numbers]
        full = len(shares) == int(query["limit"])
        return Reply(status=200, body={"shares": shares, "next": str(numbers[-1]) if full else None})

    async with _api(serve) as http:
        reading = await read_records(http, CLOCK, 1)
    assert (reading.ok, reading.round, reading.side, reading.at) == (True, 1, "api", 10.0)
    assert [share.share for share in reading.shares] == [f"s{n}" for n in range(1, 1501)]


async def test_an_api_that_cannot_be_read_gives_a_reading_that_says_so() -> None:
    async with _api(lambda _: Reply(status=503)) as http:
        assert not (await read_records(http, CLOCK, 2)).ok
        assert await read_counts(http) is None


async def test_counts_are_those_of_the_readiness_page() -> None:
    async with _api(lambda _: Reply(status=200, body={"counts": {"active": 3, "queued": 0}})) as http:
        assert await read_counts(http) == {"active": 3, "queued": 0}


async def test_the_run_clock_waits_for_an_instant_of_the_run() -> None:
    loop = asyncio.get_running_loop()
    clock = RunClock.starting_in(0.05, loop.time)
    assert clock.now() < 0
    await clock.until(0.0)
    assert clock.now() >= 0
    await clock.until(-5.0)
