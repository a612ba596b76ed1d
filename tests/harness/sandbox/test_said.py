"""A share's story has each command and each reply word for word, as they went over SSH."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from connector.protocol import WireReply
from fake_clusters.exchanges import CommandExchange, ExchangeLog
from fake_clusters.plans import CutHow
from harness.sandbox.said import ending_of, said_for
from harness.sandbox.sandbox import Sandbox
from harness.virtual.world import VirtualConfig
from tests.harness.checkers.histories import attempt
from tests.harness.sandbox.standing import in_sandbox

_ONE = {"ask": "create", "location": "north", "name": "one", "size": "1 GiB"}
_REPLY = WireReply(status=3, stdout="", stderr="busy\n")


def _said(line: str, at: float) -> CommandExchange:
    return CommandExchange(line=line, began_at=at)


def test_an_exchange_belongs_to_the_command_of_its_request_id_else_of_its_time() -> None:
    first = attempt(1, 10.0, name="a", request_id="r1", ended_at=None)
    second = attempt(2, 12.0, name="a", request_id="r2", ended_at=12.5)
    rows = [_said("create a r1", 12.1), _said("show a", 12.2), _said("show b", 12.2), _said("show a", 9.0)]
    assert said_for([first, second], rows) == {1: [rows[0]], 2: [rows[1]]}


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (lambda row: row.answer(1.0, _REPLY, spoiled=False), "exit status 3"),
        (lambda row: row.answer(1.0, _REPLY, spoiled=True), "exit status 3; a fault changed it on its way"),
        (lambda row: row.answer(1.0, WireReply(status=None), spoiled=False), "no exit status"),
        (lambda row: row.break_off(1.0, CutHow.RESET), "the connection was cut: reset"),
        (lambda row: row.abandon(1.0), "the client left before an answer"),
        (lambda row: None, "no answer yet"),
    ],
)
def test_its_end_is_told_in_words(end: Callable[[CommandExchange], None], words: str) -> None:
    row = ExchangeLog().begin("show a", 0.0)
    end(row)
    assert ending_of(row) == words


def test_a_log_keeps_the_newest_and_no_more_of_a_text_than_a_reader_needs() -> None:
    log = ExchangeLog()
    for number in range(2000):
        log.begin(f"{number} {'x' * 9000}", float(number)).answer(
            number + 1.0, WireReply(status=0, stdout="y" * 9000), spoiled=False
        )
    rows = log.rows(shifted=-100.0)
    assert (len(rows), rows[-1].began_at, rows[-1].ended_at) == (500, 1899.0, 1900.0)
    assert rows[-1].reply is not None
    assert (len(rows[-1].line), len(rows[-1].reply.stdout)) == (4000, 4000)


def test_the_story_has_what_went_over_ssh_and_says_where_a_fault_changed_it(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/portal", data={**_ONE, "name": "another"})
        await asyncio.sleep(5)  # what the cluster can do is asked no more
        cut = {"kind": "truncated", "for": "while", "seconds": "2s"}
        assert (await client.post("/clusters/north/faults", data=cut)).status_code == 200
        assert (await client.post("/portal", data=_ONE)).text == "create north/one: 202"
        await asyncio.sleep(30)
        assert sandbox.table.counts() == {"active": 2}
        shown = (await client.get("/story/north/one")).text
        create = next(row.request_id for row in sandbox.commands if (row.verb, row.name) == ("create", "one"))
        made, *_, looked = shown.split('class="said"')[1:]
        assert f"$ share create one --size 1073741824 --request-id {create} " in made
        assert "&#34;done&#34;: &#34;create&#34;" in made
        assert "exit status 0; a fault changed it on its way" in made
        assert "$ share show one<" in looked
        assert "&#34;name&#34;: &#34;one&#34;" in looked

    in_sandbox(tmp_path, test, config=VirtualConfig(ssh=True))


def test_where_nothing_is_spelled_the_story_has_no_lines(tmp_path: Path) -> None:
    async def test(sandbox: Sandbox, client: httpx.AsyncClient) -> None:
        await client.post("/portal", data=_ONE)
        await asyncio.sleep(3)
        assert 'class="said"' not in (await client.get("/story/north/one")).text

    in_sandbox(tmp_path, test)
