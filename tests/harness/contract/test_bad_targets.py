"""Targets that cannot be tested, or are lost in mid-run: one clear line, the right exit code, nothing left unsaid."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from connector.dialects import ReadCommand, load_dialect
from connector.operations import Create, Request
from connector.protocol import WireReply
from connector.values import replace
from harness.cli.contract import exit_of_report
from harness.cli.entry import exit_of_error
from harness.cli.exits import Exit
from harness.contract.clause import must
from harness.contract.clauses import CLAUSES
from harness.contract.defects.defect import Defect
from harness.contract.defects.tricks import SpelledResponder, limits
from harness.contract.fakes import fake_target
from harness.contract.findings import Violation
from harness.contract.probe import ClauseProbe
from harness.contract.target import ContractTarget
from harness.errors import ServiceUnavailable
from reports.contract.results import ClauseState
from reports.contract.wording import headline, notes
from tests.harness.contract.fakes import clause, report_on
from tests.harness.contract.shares import names_on


async def _refused(target: ContractTarget, folder: Path) -> str:
    """The one line with which the run ends."""
    with pytest.raises(ServiceUnavailable) as caught:
        await report_on(target, folder)
    end = exit_of_error(caught.value)
    assert end is not None
    assert end.code is Exit.SERVICE_UNAVAILABLE
    assert "\n" not in end.line
    assert list(folder.glob("*.ledger")) == []
    return end.line


async def test_a_login_that_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    async with fake_target() as target:
        other = replace(target, target=replace(target.target, client_key=str(key)))
        line = await _refused(other, tmp_path)
    assert "cannot be tested: the login was refused" in line


async def test_another_host_key(tmp_path: Path) -> None:
    async with fake_target() as target:
        other = replace(target, target=replace(target.target, host_key="SHA256:another"))
        line = await _refused(other, tmp_path)
    assert "is not the pinned SHA256:another" in line
    assert "change host_key or known_hosts" in line


async def test_a_port_where_nobody_listens(tmp_path: Path) -> None:
    async with fake_target(keys=tmp_path / "keys") as target:
        gone = target
    assert "the connection was refused" in await _refused(gone, tmp_path)


@asynccontextmanager
async def _saying(words: bytes) -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_server_that_speaks_something_else_than_ssh(tmp_path: Path) -> None:
    async with _saying(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 1000 + b"\0") as port, fake_target() as target:
        other = replace(target, target=replace(target.target, port=port))
        assert "cannot be tested: " in await _refused(other, tmp_path)


async def test_a_connector_that_speaks_another_dialect(tmp_path: Path) -> None:
    async with fake_target() as target:
        line = await _refused(replace(target, dialect=load_dialect("filer")), tmp_path)
    assert "unreadable at connector.reply" in line


async def test_a_target_that_is_full_decides_nothing_and_says_why(tmp_path: Path) -> None:
    full = Defect(clause="", does="is full", spec_change=limits(capacity=1))
    async with fake_target(defect=full) as target:
        report = await report_on(target, tmp_path, [clause("create.makes-the-share"), clause("ping.answers")])
    (result,) = report.in_state(ClauseState.UNKNOWN)
    assert "full: 1 bytes are free" in result.message
    assert exit_of_report(report) is Exit.UNKNOWN
    assert report.shares.left == ()


async def test_a_target_that_is_lost_in_mid_run_ends_it_and_what_may_be_left_is_listed(tmp_path: Path) -> None:
    def hear(hands: Any, request: Request, connection: int) -> Request:
        creates = hands.memory.setdefault("creates", [])
        creates += [request.name] if isinstance(request, Create) else []
        if len(creates) == 30:
            hands.later(0.0, lambda: hands.crash(1e6))
        return request

    async with fake_target(defect=Defect(clause="", does="goes away", hear=hear)) as target:
        report = await report_on(target, tmp_path)
    assert exit_of_report(report) is Exit.SERVICE_UNAVAILABLE
    assert report.stopped is not None
    assert "the target was lost in mid-run" in headline(report)
    assert report.in_state(ClauseState.FAILED) == ()
    assert report.in_state(ClauseState.ERROR) == ()
    passed, rest = report.in_state(ClauseState.PASSED), report.in_state(ClauseState.NOT_RUN)
    assert passed
    assert len(rest) > len(CLAUSES) / 2
    (ledger,) = tmp_path.glob("*.ledger")
    assert report.shares.left
    assert all(name in ledger.read_text() for name in report.shares.left)
    assert any("contract sweep" in note for note in notes(report))


async def test_what_does_not_hold_as_the_target_goes_away_is_not_decided(tmp_path: Path) -> None:
    def hear(hands: Any, request: Request, connection: int) -> Request:
        if isinstance(request, Create):
            hands.later(0.0, lambda: hands.crash(1e6))
        return request

    async def is_cut_off(probe: ClauseProbe) -> None:
        """It is answered."""
        await probe.ask(probe.create())
        raise Violation("the connection was lost")

    async with fake_target(defect=Defect(clause="", does="goes away", hear=hear)) as target:
        report = await report_on(target, tmp_path, [must("ping.answers", is_cut_off)])
    assert report.stopped is not None
    assert report.in_state(ClauseState.FAILED) == ()
    (result,) = report.in_state(ClauseState.UNKNOWN)
    assert result.message == "the target is gone; before that: the connection was lost"


async def test_what_a_target_that_speaks_garbage_holds_is_removed_all_the_same(tmp_path: Path) -> None:
    said = 0

    def write(command: ReadCommand | None, wire: WireReply) -> WireReply:
        nonlocal said
        said += 1
        return wire if said < 30 else WireReply(status=0, stdout="\x07garbage")

    garbage = Defect(clause="", does="loses its words", respond=lambda inner: SpelledResponder(inner, write=write))
    async with fake_target(defect=garbage) as target:
        report = await report_on(target, tmp_path, [clause("answer.of-many-shares"), *CLAUSES[:20]])
        assert exit_of_report(report) is Exit.SERVICE_UNAVAILABLE
        assert "the target was lost" in " ".join([headline(report), *notes(report)])
        assert report.shares.made
        assert report.shares.left, "nobody can tell that they are gone"
        said = 0
        assert await names_on(target) == []


async def test_a_target_that_comes_back_is_cleaned_after_all(tmp_path: Path) -> None:
    def hear(hands: Any, request: Request, connection: int) -> Request:
        if isinstance(request, Create) and hands.memory.setdefault("down", None) is None:
            hands.memory["down"] = True
            hands.later(0.0, lambda: hands.crash(0.3))
        return request

    async with fake_target(defect=Defect(clause="", does="falls over", hear=hear)) as target:
        report = await report_on(target, tmp_path, [clause("create.makes-the-share")])
    assert report.stopped is None
    assert report.shares.left == ()
    assert exit_of_report(report) is Exit.UNKNOWN
