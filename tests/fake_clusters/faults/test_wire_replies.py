"""Each fault of a command's answer, as a plain client hears it; the effect is there all the same."""

import asyncio
import json
from pathlib import Path

import pytest

from connector.codes import CATALOGUE, Code
from fake_clusters.faults.error_exit import SENDABLE
from tests.fake_clusters.faults.farms import CREATE, DONE, LIST, PING, SHOW, Faulty, Opens, witnesses


@witnesses("reply_lost")
async def test_a_lost_reply_is_silence_after_the_effect_and_the_connection_lives(with_faults: Opens) -> None:
    faulty = await with_faults("reply_lost", verbs=["create"])
    connection = await faulty.hears_nothing(CREATE)
    assert faulty.kinds() == ["created"]
    assert (await faulty.run(SHOW, on=connection)).status == 0


@witnesses("hang")
async def test_a_hung_command_is_silence_without_an_effect_and_holds_its_place(key_directory: Path) -> None:
    async with Faulty.open(key_directory, {"kind": "hang", "verbs": ["create"]}, commands=1) as faulty:
        connection = await faulty.hears_nothing(CREATE)
        waiting = asyncio.ensure_future(faulty.run(LIST))
        await faulty.cluster.wait_for_count("queued", 1, timeout=5)
        assert not waiting.done()
        connection.abort()
        assert b'"count": 0' in (await waiting).stdout
        assert faulty.kinds() == []


@witnesses("error_exit")
@pytest.mark.parametrize("code", SENDABLE)
async def test_an_error_exit_is_the_dialects_status_for_the_code_and_nothing_is_done(
    with_faults: Opens, code: Code
) -> None:
    faulty = await with_faults("error_exit", code=code, verbs=["create"])
    heard = await faulty.run(CREATE)
    assert heard.status == CATALOGUE[code].status
    assert f'"code": "{code}"'.encode() in heard.stderr
    assert (await faulty.run(SHOW)).status == 11
    assert faulty.kinds() == []


async def test_an_early_error_does_not_wait_for_a_place(key_directory: Path) -> None:
    busy = {"kind": "error_exit", "code": "busy", "early": True, "verbs": ["create"]}
    async with Faulty.open(key_directory, {"kind": "hang", "verbs": ["list"]}, busy, commands=1) as faulty:
        await faulty.hears_nothing(LIST)
        assert (await faulty.run(CREATE)).status == 22


@witnesses("slow_service")
async def test_a_slow_command_is_answered_no_sooner_than_what_was_added(with_faults: Opens) -> None:
    faulty = await with_faults("slow_service", add="150ms", verbs=["create"])
    connection = await faulty.connect()
    began = asyncio.get_running_loop().time()
    assert (await faulty.run(CREATE, on=connection)).stdout == DONE
    assert asyncio.get_running_loop().time() - began >= 0.15


@witnesses("drip")
async def test_a_dripping_reply_comes_whole_at_its_rate(with_faults: Opens) -> None:
    faulty = await with_faults("drip", rate=100)
    connection = await faulty.connect()
    began = asyncio.get_running_loop().time()
    heard = await faulty.run(CREATE, on=connection)
    assert (heard.status, heard.stdout) == (0, DONE)
    assert asyncio.get_running_loop().time() - began >= (len(DONE) - 2) / 100


async def test_a_dripping_reply_comes_in_pieces(with_faults: Opens) -> None:
    faulty = await with_faults("drip", rate=60)
    process = await (await faulty.connect()).create_process(CREATE, encoding=None)
    pieces = []
    async with asyncio.timeout(5):
        while piece := await process.stdout.read(64):
            pieces.append(piece)
    assert b"".join(pieces) == DONE
    assert len(pieces) > 3


@witnesses("truncated")
@pytest.mark.parametrize(("keep", "length"), [(0.5, 9), (0.0, 0)])
async def test_a_truncated_reply_is_the_beginning_of_it_with_the_true_status(
    with_faults: Opens, keep: float, length: int
) -> None:
    faulty = await with_faults("truncated", keep=keep)
    heard = await faulty.run(CREATE)
    assert (heard.status, heard.stdout) == (0, DONE[:length])
    assert faulty.kinds() == ["created"]


@witnesses("garbled")
async def test_a_garbled_reply_has_its_length_but_not_its_bytes(with_faults: Opens) -> None:
    faulty = await with_faults("garbled", fraction=0.5)
    heard = await faulty.run(CREATE)
    wrong = sum(mine != theirs for mine, theirs in zip(heard.stdout, DONE, strict=True))
    assert heard.status == 0
    assert 0 < wrong < len(DONE)
    assert faulty.kinds() == ["created"]


@witnesses("oversized")
async def test_an_oversized_reply_is_noise_and_then_the_reply(with_faults: Opens) -> None:
    faulty = await with_faults("oversized", extra="300 kB")
    heard = await faulty.run(CREATE)
    assert heard.status == 0
    assert len(heard.stdout) == 300_000 + len(DONE)
    assert heard.stdout.endswith(DONE)
    assert faulty.kinds() == ["created"]


async def test_without_a_fault_the_same_commands_are_answered_at_once_and_as_they_should(key_directory: Path) -> None:
    async with Faulty.open(key_directory) as faulty:
        assert (await faulty.run(CREATE)).stdout == DONE
        assert (await faulty.run(SHOW)).status == 0
        assert (await faulty.run(PING)).status == 0
        assert faulty.cluster.injections() == ()


@witnesses("no_exit_status")
async def test_without_an_exit_status_the_whole_reply_comes_and_the_session_is_closed(with_faults: Opens) -> None:
    faulty = await with_faults("no_exit_status", verbs=["create"])
    connection = await faulty.connect()
    heard = await faulty.run(CREATE, on=connection)
    assert (heard.status, heard.stdout, heard.lost) == (None, DONE, False)
    assert faulty.kinds() == ["created"]
    assert (await faulty.run(SHOW, on=connection)).status == 0


def _names(listed: bytes) -> list[str]:
    document = json.loads(listed)
    assert document["count"] == len(document["shares"])
    return [share["name"] for share in document["shares"]]


@witnesses("incomplete_list")
async def test_an_incomplete_list_is_well_formed_and_lacks_the_newest_shares(with_faults: Opens) -> None:
    faulty = await with_faults("incomplete_list", missing=2, first=1)
    connection = await faulty.connect()
    for name in ("b", "c", "a"):
        command = CREATE.replace("s1", name).replace("r1", name)
        assert (await faulty.run(command, on=connection)).status == 0
    assert _names((await faulty.run(LIST, on=connection)).stdout) == ["b"]
    assert _names((await faulty.run(LIST, on=connection)).stdout) == ["a", "b", "c"]
    assert [row.label for row in faulty.cluster.injections()] == ["incomplete_list"]


@witnesses("stale_list")
async def test_a_stale_list_shows_what_was_there_some_time_ago(with_faults: Opens) -> None:
    faulty = await with_faults("stale_list", age="60s")
    connection = await faulty.connect()
    assert _names((await faulty.run(LIST, on=connection)).stdout) == []
    assert faulty.cluster.injections() == ()  # nothing to be stale about
    assert (await faulty.run(CREATE, on=connection)).status == 0
    assert (await faulty.run(SHOW, on=connection)).status == 0
    assert _names((await faulty.run(LIST, on=connection)).stdout) == []
    assert len(faulty.cluster.injections()) == 1
