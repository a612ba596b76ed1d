"""Who gets in: by password, by key, by nothing at all, and who does not."""

import asyncio
from collections.abc import Callable

import asyncssh
import pytest

from fake_clusters.server.options import ServerOptions
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts


class Deafness:
    """A link that swallows what the client sends, once it is `deaf`."""

    def __init__(self) -> None:
        self.deaf = False

    def inbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
        if not self.deaf:
            deliver(data)

    def outbound(self, data: bytes, deliver: Callable[[bytes], None]) -> None:
        deliver(data)


async def _runs(fronts: Fronts, options: ServerOptions, **login: object) -> bool:
    connection = await fronts.connect(await fronts.open(options=options), **login)
    return (await connection.run("ping")).exit_status == 0


async def test_the_right_password_lets_in(fronts: Fronts) -> None:
    assert await _runs(fronts, ServerOptions(users={USER: PASSWORD}))


@pytest.mark.parametrize("login", [{"password": "wrong"}, {"username": "nobody"}, {"password": ""}])
async def test_any_other_password_or_user_does_not(fronts: Fronts, login: dict[str, str]) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await _runs(fronts, ServerOptions(users={USER: PASSWORD}), **login)


async def test_an_authorized_key_lets_in(fronts: Fronts) -> None:
    keys = ServerOptions(authorized_keys=(fronts.client.public,))
    assert await _runs(fronts, keys, password=None, client_keys=[fronts.client.path])


async def test_another_key_does_not(fronts: Fronts) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519")
    with pytest.raises(asyncssh.PermissionDenied):
        await _runs(
            fronts,
            ServerOptions(authorized_keys=(fronts.client.public,)),
            password=None,
            client_keys=[stranger],
        )


async def test_anyone_gets_in_where_nothing_is_asked(fronts: Fronts) -> None:
    assert await _runs(fronts, ServerOptions(anyone=True), username="whoever", password=None)


async def test_two_users_work_side_by_side(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(users={"ann": "a", "bob": "b"}))
    ann = await fronts.connect(front, username="ann", password="a")
    bob = await fronts.connect(front, username="bob", password="b")
    results = await asyncio.gather(ann.run("ping"), bob.run("ping"))
    assert [result.exit_status for result in results] == [0, 0]


async def test_too_many_wrong_passwords_end_the_connection(fronts: Fronts) -> None:
    guesses = iter(["a", "b", "c", "d", "e", "f", "g", "h"])
    given: list[str] = []

    class Guesser(asyncssh.SSHClient):
        def password_auth_requested(self) -> str:
            given.append(next(guesses))
            return given[-1]

    front = await fronts.open(options=ServerOptions(users={USER: PASSWORD}, password_tries=3))
    with pytest.raises(asyncssh.DisconnectError, match="Too many authentication failures"):
        await fronts.connect(front, password=None, client_factory=Guesser)
    assert given == ["a", "b", "c"]


async def test_a_client_that_does_not_log_in_is_closed_after_the_grace(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(anyone=True, login_grace=0.05))
    reader, writer = await asyncio.open_connection(*front.address)
    assert (await reader.readline()).startswith(b"SSH-2.0-")
    assert await reader.read() == b""
    writer.close()


async def test_a_client_that_logged_in_outlives_the_grace(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(anyone=True, login_grace=0.3))
    connection = await fronts.connect(front)
    reader, writer = await asyncio.open_connection(*front.address)
    await reader.read()  # the stranger's grace is over, so that of the client, who came first, would be too
    writer.close()
    assert (await connection.run("ping")).exit_status == 0


async def test_a_client_that_answers_no_sign_of_life_is_given_up(fronts: Fronts) -> None:
    link = Deafness()
    options = ServerOptions(anyone=True, keepalive=0.02, keepalive_tries=2)
    connection = await fronts.connect(await fronts.open(options=options, links=lambda number: link))
    assert (await connection.run("ping")).exit_status == 0
    link.deaf = True
    await connection.wait_closed()


async def test_a_client_that_answers_signs_of_life_is_kept(fronts: Fronts) -> None:
    options = ServerOptions(anyone=True, keepalive=0.02, keepalive_tries=2)
    front = await fronts.open(options=options)
    connection = await fronts.connect(front)
    other = await fronts.connect(front)
    for _ in range(10):
        await other.run("ping")
        await asyncio.sleep(0.02)
    assert (await connection.run("ping")).exit_status == 0
