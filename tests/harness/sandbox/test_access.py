"""Access rules and snapshots on the page: whom a user names is given access, and what the service answers is shown."""

import asyncio
from html import unescape
from pathlib import Path

import pytest

from harness.sandbox.forms import DEFAULT_CLIENT
from tests.harness.sandbox.hands import Hands, played_by_hand

_SHARE = {"location": "south", "name": "one"}


async def _looked(hands: Hands) -> str:
    return unescape((await hands.page.get("/access/south/one")).text)


async def _share(hands: Hands) -> None:
    await hands.ask("create")
    await asyncio.sleep(3)


def test_a_client_that_is_named_is_given_access_and_a_look_shows_it(tmp_path: Path) -> None:
    async def hands(hands: Hands) -> None:
        await _share(hands)
        await hands.post("/portal", ask="allow", client="10.0.0.0/8", access="ro", **_SHARE)
        await asyncio.sleep(3)
        await hands.post("/portal", ask="snapshot-create", **_SHARE)
        await asyncio.sleep(3)
        looked = await _looked(hands)
        assert '{"client":"10.0.0.0/8","access":"ro","state":"active"}' in looked.replace(" ", "")
        assert '{"name":"kept","state":"active"}' in looked.replace(" ", "")
        again = await hands.post(f"/portal/{hands.sandbox.portal.asked[1].op.number}/again")
        assert again == "allow south/one again: 202"
        await hands.post("/portal", ask="deny", client="10.0.0.0/8", **_SHARE)
        await asyncio.sleep(3)
        assert "10.0.0.0/8" not in await _looked(hands)

    played_by_hand(hands, tmp_path)


def test_a_client_that_is_not_named_is_one_that_no_host_is(tmp_path: Path) -> None:
    async def hands(hands: Hands) -> None:
        await _share(hands)
        await hands.post("/portal", ask="allow", client=" ", **_SHARE)
        await asyncio.sleep(3)
        assert f'"{DEFAULT_CLIENT}","access":"rw"' in (await _looked(hands)).replace(" ", "")

    played_by_hand(hands, tmp_path)


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("client", "<b>x</b>", "accepted: a host name, an address or a network, as 10.0.0.0/8"),
        ("client", "x" * 256, "accepted: a host name"),
        ("access", "all", "accepted: ro, rw"),
    ],
)
def test_what_the_api_would_not_take_is_refused(tmp_path: Path, field: str, value: str, accepted: str) -> None:
    async def hands(hands: Hands) -> None:
        answer = await hands.page.post("/portal", data={"ask": "allow", field: value, **_SHARE})
        assert answer.status_code == 422
        assert accepted in unescape(answer.text)
        assert unescape(answer.text).startswith(f"{field}: ")

    played_by_hand(hands, tmp_path)


def test_two_clients_of_a_share_are_no_broken_promise(tmp_path: Path) -> None:
    """The log of a cluster does not say whom an effect concerns, so that nobody is accused by it."""

    async def hands(hands: Hands) -> set[str]:
        await _share(hands)
        await hands.post("/portal", ask="allow", client="192.0.2.7", **_SHARE)
        await asyncio.sleep(3)
        await hands.post("/portal", ask="deny", client="192.0.2.8", **_SHARE)
        return await hands.at_rest()

    assert played_by_hand(hands, tmp_path) == set()


def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    async def hands(hands: Hands) -> None:
        answer = await hands.page.get("/access/nowhere/one")
        assert (answer.status_code, "no cluster" in answer.text) == (422, True)

    played_by_hand(hands, tmp_path)
