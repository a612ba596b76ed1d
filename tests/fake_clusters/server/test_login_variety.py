"""What clients meet as they log in: the methods on offer, a banner, a message of the day, an expired password."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import asyncssh
import paramiko
import pytest

from fake_clusters.plans import AuthPlan, ConnectionPlan
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterSpec, LoginMethod, LoginSpec
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts
from tests.fake_clusters.server.test_clients import OpenSsh, openssh

__all__ = ["openssh"]

NEW = "another secret"


class Client(asyncssh.SSHClient):
    """Answers questions, and notes what it is told and asked."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.banners: list[str] = []
        self.asked: list[tuple[str, list[str]]] = []

    def auth_banner_received(self, msg: str, lang: str) -> None:
        self.banners.append(msg)

    def kbdint_auth_requested(self) -> str:
        return ""

    def kbdint_challenge_received(self, name: str, instructions: str, lang: str, prompts: object) -> Sequence[str]:
        assert isinstance(prompts, Sequence)
        self.asked.append((instructions, [prompt for prompt, _ in prompts]))
        return self._answers.pop(0) if self._answers else []

    def password_change_requested(self, prompt: str, lang: str) -> tuple[str, str]:
        self.asked.append((prompt, []))
        return PASSWORD, NEW


async def _open(fronts: Fronts, plan: ConnectionPlan | None = None, **login: object) -> SshFront:
    settings: dict[str, Any] = {"methods": tuple(LoginMethod), **login}
    spec = ClusterSpec(name="north", login=LoginSpec(**settings))
    return await fronts.open(*([plan] if plan else []), spec=spec)


async def _enter(fronts: Fronts, front: SshFront, client: Client, **login: object) -> bool:
    """Whether the login and a command succeed."""
    try:
        connection = await fronts.connect(front, client_factory=lambda: client, **login)
    except asyncssh.PermissionDenied:
        return False
    return (await connection.run("ping")).exit_status == 0


BY_QUESTION = {"password": None, "preferred_auth": "keyboard-interactive"}
BY_PASSWORD = {"preferred_auth": "password"}


@pytest.mark.parametrize("methods", [tuple(LoginMethod), *((method,) for method in LoginMethod)])
async def test_the_methods_on_offer_are_those_of_the_cluster(fronts: Fronts, methods: tuple[LoginMethod, ...]) -> None:
    front = await _open(fronts, methods=methods)
    assert set(await asyncssh.get_server_auth_methods(*front.address, username=USER)) == set(methods)


async def test_only_what_somebody_can_use_is_on_offer(fronts: Fronts) -> None:
    front = await fronts.open(options=ServerOptions(authorized_keys=(fronts.client.public,)))
    assert await asyncssh.get_server_auth_methods(*front.address, username=USER) == ["publickey"]


async def test_the_answer_to_a_question_lets_in(fronts: Fronts) -> None:
    client = Client([PASSWORD])
    front = await _open(fronts, methods=(LoginMethod.KEYBOARD_INTERACTIVE,))
    assert await _enter(fronts, front, client, **BY_QUESTION)
    assert client.asked == [("", ["Password: "])]


@pytest.mark.parametrize("answers", [["wrong"], [""], [PASSWORD, PASSWORD], []])
async def test_any_other_answer_does_not(fronts: Fronts, answers: list[str]) -> None:
    assert not await _enter(fronts, await _open(fronts), Client(answers), **BY_QUESTION)


async def test_a_password_is_as_good_an_answer_for_a_client_that_has_one(fronts: Fronts) -> None:
    front = await _open(fronts, methods=(LoginMethod.KEYBOARD_INTERACTIVE,))
    assert (await (await fronts.connect(front)).run("ping")).exit_status == 0


async def test_a_rejected_login_turns_away_the_right_answer_and_the_right_change(fronts: Fronts) -> None:
    plan = ConnectionPlan(auth=AuthPlan.REJECT)
    assert not await _enter(fronts, await _open(fronts, plan), Client([PASSWORD]), **BY_QUESTION)
    assert not await _enter(fronts, await _open(fronts, plan, password_expired=True), Client(), **BY_PASSWORD)


async def test_wrong_answers_count_like_wrong_passwords(fronts: Fronts) -> None:
    spec = ClusterSpec(name="north", login=LoginSpec(methods=(LoginMethod.KEYBOARD_INTERACTIVE,)))
    front = await fronts.open(spec=spec, options=ServerOptions(users={USER: PASSWORD}, password_tries=1))
    with pytest.raises(asyncssh.DisconnectError, match="Too many authentication failures"):
        await fronts.connect(front, client_factory=lambda: Client(["wrong"]), **BY_QUESTION)


async def test_an_expired_password_lets_in_whoever_chooses_another(fronts: Fronts) -> None:
    front = await _open(fronts, password_expired=True)
    client = Client()
    assert await _enter(fronts, front, client, **BY_PASSWORD)
    assert client.asked == [("Your password has expired. Choose a new one.", [])]
    assert not await _enter(fronts, front, Client(), **BY_PASSWORD)
    assert await _enter(fronts, front, Client(), password=NEW, preferred_auth="password")


async def test_an_expired_password_is_asked_for_again_in_questions(fronts: Fronts) -> None:
    front = await _open(fronts, password_expired=True)
    client = Client([PASSWORD], [NEW, NEW])
    assert await _enter(fronts, front, client, **BY_QUESTION)
    assert client.asked[1][1] == ["New password: ", "Retype new password: "]
    assert await _enter(fronts, front, Client([NEW]), **BY_QUESTION)


@pytest.mark.parametrize("second", [[NEW, "something else"], [PASSWORD, PASSWORD], ["", ""], [NEW], []])
async def test_a_change_to_nothing_new_or_with_a_slip_is_refused(fronts: Fronts, second: list[str]) -> None:
    front = await _open(fronts, password_expired=True)
    assert not await _enter(fronts, front, Client([PASSWORD], second), **BY_QUESTION)


async def test_an_expired_password_keeps_no_key_out(fronts: Fronts) -> None:
    front = await _open(fronts, password_expired=True)
    connection = await fronts.connect(front, password=None, client_keys=[fronts.client.path])
    assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("anyone", [False, True])
async def test_a_banner_comes_before_the_login(fronts: Fronts, anyone: bool) -> None:
    options = ServerOptions(anyone=True) if anyone else None
    spec = ClusterSpec(name="north", login=LoginSpec(banner="Staff only.\n"))
    client = Client()
    assert await _enter(fronts, await fronts.open(spec=spec, options=options), client)
    assert client.banners == ["Staff only.\n"]


async def test_openssh_shows_the_banner_and_its_command_runs(openssh: OpenSsh, fronts: Fronts) -> None:
    status, output, complaint = await openssh.run(await _open(fronts, banner="Staff only.\n"), "ping")
    assert (status, output) == (0, '{"done": "ping"}\n')
    assert complaint.splitlines() == ["Staff only."]


async def test_a_message_of_the_day_is_for_terminals(openssh: OpenSsh, fronts: Fronts) -> None:
    front = await _open(fronts, motd="Maintenance on Sunday.")
    assert await openssh.run(front, "ping") == (0, '{"done": "ping"}\n', "")
    _, output, _ = await openssh.run(front, flags=("-tt", *openssh.by_key), typed=b"exit\r")
    assert output.startswith("Maintenance on Sunday.\r\nCluster north")


def _enters(port: int, *tries: Callable[[paramiko.Transport], object]) -> bool:
    """Whether the last try lets in, after those before it were refused."""
    transport = paramiko.Transport(("127.0.0.1", port))
    try:
        transport.start_client(timeout=30)
        for refused in tries[:-1]:
            with pytest.raises(paramiko.AuthenticationException):
                refused(transport)
        tries[-1](transport)
        return transport.is_authenticated()
    finally:
        transport.close()


async def test_paramiko_may_ask_for_the_login_service_before_each_try(fronts: Fronts) -> None:
    front = await _open(fronts)
    entered = await asyncio.to_thread(
        _enters,
        front.port,
        lambda transport: transport.auth_publickey(USER, paramiko.ECDSAKey.generate()),
        lambda transport: transport.auth_password(USER, "wrong"),
        lambda transport: transport.auth_password(USER, PASSWORD),
    )
    assert entered


async def test_paramiko_answers_questions_where_no_password_is_taken(fronts: Fronts) -> None:
    front = await _open(fronts, methods=(LoginMethod.KEYBOARD_INTERACTIVE,))
    assert await asyncio.to_thread(_enters, front.port, lambda transport: transport.auth_password(USER, PASSWORD))
