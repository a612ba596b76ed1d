"""A comparison as a whole: it finds planted differences in few steps, and none between two that are alike."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from connector.operations import Create, Request, Show, ShowReply
from connector.values import replace
from harness.cli.exits import Exit
from harness.cli.fidelity import exit_of_fidelity
from harness.contract.defects import DEFECTS
from harness.contract.defects.defect import Answer, Defect
from harness.contract.defects.tricks import limits
from harness.contract.fakes import fake_target
from harness.errors import InputProblems, ServiceUnavailable
from harness.fidelity.declared import IntendedDifference
from reports.fidelity.wording import headline, notes
from reports.verdicts import Verdict
from tests.harness.fidelity.pairs import compare, two_fakes

PLANTED = ("repeat.create", "create.makes-the-share", "race.creates-of-one-name")
"""Of the defects of the contract, one that shows in one command, one at the end, and one in two commands at once."""


NOT_SHOWN = {
    "shell": "names are plain, long or of letters beyond ASCII: the contract itself holds both to each sign",
    "name": "the same, but for the names that sequences have",
    "input": "sequences are commands of the dialect, as its client spells them",
    "answer": "the same: what is read is compared, not how it was said",
    "login": "both are logged in to once, with the right key",
    "leave": "nobody leaves: what becomes of commands that were given up is a matter of time",
    "lost-reply": "the same",
    "timeout": "the same",
    "limit": "a target that is full or busy just now decides nothing",
    "command.leaves-other-shares": "no name of a sequence begins with another one",
    "mark.selects-in-list": "a list by one mark, with a share that has the other, comes in one of some hundred",
    "size.beyond-64-bits": "no size of a sequence is above what the target declares, but by a byte",
}
"""Themes and clauses of the contract whose defects no sequence shows, and why."""
SHOWN = {"name.longest", "name.too-long", "name.case", "name.umlauts", "limit.share-size"}
"""What is shown of them all the same."""
SHOWABLE = [id for id in DEFECTS if id in SHOWN or not {id, id.split(".")[0]} & NOT_SHOWN.keys()]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fidelity") / "keys"


async def test_two_fakes_of_one_kind_do_not_differ(keys: Path, tmp_path: Path) -> None:
    async with two_fakes(keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=110, pool=2_000)
    assert report.verdict is Verdict.VALID, headline(report)
    assert (report.played, report.pairs > 30) == (110, True)
    assert [census.left for census in report.shares] == [(), ()]
    assert list(tmp_path.rglob("*.ledger")) == []


@pytest.mark.parametrize("clause", PLANTED)
async def test_a_planted_difference_is_found_and_shrunk(clause: str, keys: Path, tmp_path: Path) -> None:
    async with two_fakes(DEFECTS[clause], keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=60, fail_fast=True)
    assert report.verdict is Verdict.INVALID, headline(report)
    assert report.shrunk is not None
    assert report.shrunk.length <= 5
    assert any(step.differs for step in report.shrunk.steps)
    assert [census.left for census in report.shares] == [(), ()]


async def test_few_sequences_cover_too_little_to_decide(keys: Path, tmp_path: Path) -> None:
    async with two_fakes(keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=3)
    assert report.verdict is Verdict.UNKNOWN
    assert "too little was covered" in headline(report)
    assert exit_of_fidelity(report) is Exit.UNKNOWN


async def test_an_intended_difference_is_no_difference_and_one_that_does_not_come_is_listed(
    keys: Path, tmp_path: Path
) -> None:
    seen = IntendedDifference(verb="show", reason="shows another request id on purpose")
    listed = IntendedDifference(verb="list", reason="lists another request id on purpose")
    never = IntendedDifference(verb="ping", real="done", fake="internal", reason="it does not ping at all")
    async with two_fakes(DEFECTS["create.shows-its-request"], keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=12, declared=(seen, listed, never))
    assert report.differences == ()
    assert seen.reason in {row.reason for row in report.intended}
    assert any("ping: done, and the fake internal" in each for each in report.stale)
    assert report.verdict is Verdict.UNKNOWN, "so few sequences say nothing of what did not come"


async def test_a_difference_that_does_not_come_again_decides_nothing(keys: Path, tmp_path: Path) -> None:
    def tell(hands: Any, request: Request, answer: Answer) -> Answer:
        if isinstance(answer, ShowReply) and hands.memory.setdefault("first", request) is request:
            return ShowReply(share=replace(answer.share, size=1))
        return answer

    async with two_fakes(Defect(clause="", does="is wrong once", tell=tell), keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=6)
    assert report.differences == ()
    assert report.unconfirmed
    assert report.verdict is Verdict.UNKNOWN


async def test_the_first_difference_is_one_that_comes_again(keys: Path, tmp_path: Path) -> None:
    def tell(hands: Any, request: Request, answer: Answer) -> Answer:
        shown = hands.memory.setdefault("shown", [])
        shown += [request] if isinstance(answer, ShowReply) else []
        if isinstance(answer, ShowReply) and (len(shown) == 1 or len(shown) > 20):
            return ShowReply(share=replace(answer.share, size=1))
        return answer

    async with two_fakes(Defect(clause="", does="is wrong once, then always", tell=tell), keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=40, fail_fast=True)
    assert report.verdict is Verdict.INVALID, headline(report)
    assert report.played > 1


async def test_targets_of_two_dialects_are_refused(keys: Path, tmp_path: Path) -> None:
    async with fake_target(keys=keys) as real, fake_target(keys=keys, dialect="filer") as fake:
        with pytest.raises(InputProblems, match="can be compared only in one dialect"):
            await compare((real, fake), tmp_path, sequences=1)


async def test_a_target_that_cannot_be_reached_is_one_line_and_nothing_is_left(keys: Path, tmp_path: Path) -> None:
    async with fake_target(keys=keys) as gone:
        pass
    async with fake_target(keys=keys) as real:
        with pytest.raises(ServiceUnavailable, match="the connection was refused") as caught:
            await compare((real, gone), tmp_path, sequences=1)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.rglob("*.ledger")) == []


async def test_a_target_that_is_full_decides_nothing(keys: Path, tmp_path: Path) -> None:
    full = Defect(clause="", does="is full", spec_change=limits(capacity=1))
    async with two_fakes(full, keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=6)
    assert report.differences == ()
    assert report.verdict is Verdict.UNKNOWN
    assert any("FAKE: full: 1 bytes are free" in note for note in notes(report)), list(notes(report))


async def test_a_target_that_is_lost_in_mid_run_ends_it_and_what_may_be_left_is_listed(
    keys: Path, tmp_path: Path
) -> None:
    def hear(hands: Any, request: Request, connection: int) -> Request:
        shows = hands.memory.setdefault("shows", [])
        shows += [request.name] if isinstance(request, Show) else []
        if len(shows) == 12:
            hands.later(0.0, lambda: hands.crash(1e6))
        return request

    async with two_fakes(Defect(clause="", does="goes away", hear=hear), keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=40)
    assert exit_of_fidelity(report) is Exit.SERVICE_UNAVAILABLE
    assert report.stopped is not None
    assert report.differences == ()
    real, fake = report.shares
    assert real.left == ()
    assert fake.left
    (ledger,) = tmp_path.rglob("*.ledger")
    assert all(name in ledger.read_text() for name in fake.left)


async def test_what_is_interrupted_is_cleaned_up(keys: Path, tmp_path: Path) -> None:
    stop = asyncio.Event()

    def hear(hands: Any, request: Request, connection: int) -> Request:
        if isinstance(request, Create):
            stop.set()
        return request

    async with two_fakes(Defect(clause="", does="nothing", hear=hear), keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=40, stop=stop)
    assert report.interrupted
    assert exit_of_fidelity(report) is Exit.INTERRUPTED
    assert [census.left for census in report.shares] == [(), ()]
    assert report.played < 40


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_fakes_do_not_differ_in_a_thousand_sequences(keys: Path, tmp_path: Path) -> None:
    async with two_fakes(keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=1000, pool=2_000)
    assert report.verdict is Verdict.VALID, headline(report)
    assert report.covered == len(report.situations)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("clause", SHOWABLE)
async def test_every_planted_difference_that_sequences_can_show_is_found(
    clause: str, keys: Path, tmp_path: Path
) -> None:
    async with two_fakes(DEFECTS[clause], keys=keys) as targets:
        report = await compare(targets, tmp_path, sequences=200, pool=400, fail_fast=True)
    assert report.verdict is Verdict.INVALID, headline(report)
    assert report.shrunk is not None
    assert report.shrunk.length <= 5
