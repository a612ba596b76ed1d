"""The client at the prompt of a fake cluster, for every kind of shell."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from connector.codes import Code
from connector.dialects import load_dialect
from connector.operations import Create, Delete, DoneReply, List, ListReply, Ping, PingReply, Resize, Show, Stamp
from connector.outcomes import Done, Failed, Outcome, Unknown
from connector.protocol import Deadlines
from connector.sites import Site
from connector.ssh import SshConnector
from connector.targets import Target
from fake_clusters.plans import CommandPlan, Cut, CutHow, OutputPlan, When
from fake_clusters.server.front import SshFront
from fake_clusters.spec import ClusterSpec, InitialShare, LoginSpec
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts
from tests.shell_dialects import PERSONALITIES, with_shell

AMPLE = Deadlines(connect=30, login=30, channel=30, command=30)
every_shell = pytest.mark.parametrize("keys", PERSONALITIES.values(), ids=list(PERSONALITIES))


def _connector(front: SshFront, **more: int) -> SshConnector:
    host, port = front.address
    target = Target(
        name="north", host=host, port=port, username=USER, password=PASSWORD, host_key=front.fingerprints[0]
    )
    return SshConnector(target, load_dialect(front.model.spec.dialect), **more)  # type: ignore[arg-type]  # numbers alone


async def _front(
    fronts: Fronts, folder: Path, keys: str, *plans: CommandPlan, base: str = "native", **spec: Any
) -> SshFront:
    dialect = with_shell(folder, keys, base)
    return await fronts.open(*plans, spec=ClusterSpec(name="north", dialect=dialect, **spec))


@every_shell
@pytest.mark.parametrize("base", ["native", "filer"])
async def test_each_kind_of_command_is_done_and_read(fronts: Fronts, tmp_path: Path, keys: str, base: str) -> None:
    front = await _front(fronts, tmp_path, keys, base=base)
    stamp = Stamp(request_id="r-1")
    name = 'a "b" 3PAR-like> north cli% '
    async with _connector(front) as connector:
        assert await connector.perform(Ping(), AMPLE) == Done(reply=PingReply())
        assert await connector.perform(Create(name=name, size=1024, stamp=stamp), AMPLE) == Done(reply=DoneReply())
        shown = await connector.perform(List(), AMPLE)
        assert isinstance(shown, Done)
        assert isinstance(shown.reply, ListReply)
        assert [share.name for share in shown.reply.shares] == [name]
        refused = await connector.perform(Show(name="none"), AMPLE)
        assert isinstance(refused, Failed)
        assert refused.code is Code.NOT_FOUND
        done = await connector.perform(Delete(name=name, stamp=Stamp(request_id="r-2")), AMPLE)
        assert done == Done(reply=DoneReply())
    assert front.model.counters["channels"] == 1


@every_shell
async def test_a_long_list_is_read_whole_through_any_pager(fronts: Fronts, tmp_path: Path, keys: str) -> None:
    shares = tuple(InitialShare(name=f"share-{number}", size=1024) for number in range(50))
    front = await _front(fronts, tmp_path, keys, base="filer", shares=shares)
    async with _connector(front) as connector:
        shown = await connector.perform(List(), AMPLE)
    assert isinstance(shown, Done), shown
    assert isinstance(shown.reply, ListReply)
    assert len(shown.reply.shares) == 50


@every_shell
async def test_a_reply_that_drips_and_looks_like_the_prompt_is_read_to_its_end(
    fronts: Fronts, tmp_path: Path, keys: str
) -> None:
    """Byte by byte, so that what came ends with every prefix of the reply once."""
    marks = ["north cli% ", "3PAR-like> ", "array:\\> ", "[north]$ ", "north# ", "north::> ", "north(1)> ", "--More--"]
    shares = tuple(InitialShare(name=f"s{at}", size=1024, mark=mark) for at, mark in enumerate(marks))
    drip = CommandPlan(output=OutputPlan(rate=4000.0))
    front = await _front(fronts, tmp_path, keys, drip, shares=shares)
    async with _connector(front) as connector:
        shown = await connector.perform(List(), AMPLE)
    assert isinstance(shown, Done), shown
    assert isinstance(shown.reply, ListReply)
    assert [share.mark for share in shown.reply.shares] == marks


async def test_a_message_of_the_day_that_looks_like_a_prompt_is_no_prompt(fronts: Fronts, tmp_path: Path) -> None:
    motd = "north cli% \nnorth cli% help\nThe night shift changes the disks.\n"
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"], login=LoginSpec(motd=motd))
    async with _connector(front) as connector:
        assert await connector.perform(Ping(), AMPLE) == Done(reply=PingReply())


async def test_commands_that_run_at_once_have_a_shell_each_and_those_shells_are_kept(
    fronts: Fronts, tmp_path: Path
) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"], CommandPlan(service=0.1))
    async with _connector(front, connections=1, sessions=3) as connector:
        for _ in range(2):
            outcomes = await asyncio.gather(*(connector.perform(Ping(), AMPLE) for _ in range(5)))
            assert outcomes == [Done(reply=PingReply())] * 5
    assert front.model.counters["channels"] == 3


def _unknown(outcome: Outcome, code: Code) -> None:
    assert isinstance(outcome, Unknown), outcome
    assert (outcome.code, outcome.site) == (code, Site.CONNECTOR_REPLY)


SHORT = Deadlines(connect=30, login=30, channel=30, command=0.3)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (CommandPlan(lose_reply=True), Code.TIMEOUT),
        (CommandPlan(output=OutputPlan(keep=0.5)), Code.UNREADABLE),
        (CommandPlan(output=OutputPlan(garble=1.0)), Code.UNREADABLE),
        (CommandPlan(cut=Cut(when=When.AFTER_EFFECT, how=CutHow.RESET)), Code.LOST),
    ],
)
async def test_what_is_no_whole_reply_leaves_the_outcome_open_and_the_next_command_in_step(
    fronts: Fronts, tmp_path: Path, plan: CommandPlan, code: Code
) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"], plan, CommandPlan())
    create = Create(name="home", size=1024, stamp=Stamp(request_id="r-1"))
    async with _connector(front) as connector:
        _unknown(await connector.perform(create, SHORT), code)
        assert await connector.perform(Ping(), AMPLE) == Done(reply=PingReply())
        resize = Resize(name="home", size=2048, stamp=Stamp(request_id="r-2"))
        assert await connector.perform(resize, AMPLE) == Done(reply=DoneReply())


async def test_a_reply_over_the_limit_ends_the_shell(fronts: Fronts, tmp_path: Path) -> None:
    flood = CommandPlan(output=OutputPlan(extra=200_000))
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"], flood, CommandPlan())
    async with _connector(front, reply_limit=50_000) as connector:
        _unknown(await connector.perform(Ping(), AMPLE), Code.UNREADABLE)
        assert await connector.perform(Ping(), AMPLE) == Done(reply=PingReply())


async def test_a_name_that_cannot_be_typed_is_refused_before_anything_is_sent(fronts: Fronts, tmp_path: Path) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"])
    async with _connector(front) as connector:
        for key in "\n\r\x03\t\x7f":
            outcome = await connector.perform(Show(name=f"a{key}b"), AMPLE)
            assert isinstance(outcome, Failed)
            assert outcome.code is Code.NOT_FOUND  # no share can have it
    assert front.model.counters["connections"] == 0


async def test_a_server_whose_prompt_is_another_one_is_a_definite_failure_that_shows_it(
    fronts: Fronts, tmp_path: Path
) -> None:
    front = await _front(fronts, tmp_path, PERSONALITIES["terminal"])
    other = tmp_path / "other"
    other.mkdir()
    host, port = front.address
    target = Target(name="north", host=host, port=port, username=USER, password=PASSWORD, insecure=True)
    hasty = Deadlines(connect=30, login=30, channel=0.3, command=30)
    async with SshConnector(target, load_dialect(with_shell(other, 'prompt = "{cluster}=> "\n'))) as connector:
        outcome = await connector.perform(Ping(), hasty)
    assert isinstance(outcome, Failed)
    assert (outcome.code, outcome.site) == (Code.TIMEOUT, Site.SSH_CHANNEL)
    assert "north cli% " in outcome.message
