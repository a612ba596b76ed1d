"""A run of the suite: what it decides, in which order, and what it leaves."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from connector.operations import Capability
from connector.values import replace
from harness.contract.clause import Clause, must, should
from harness.contract.clauses import CLAUSES
from harness.contract.defects import DEFECTS
from harness.contract.exemptions import Exemption
from harness.contract.fakes import fake_target
from harness.contract.findings import Undecided, Violation
from harness.contract.probe import ClauseProbe
from harness.contract.suite import SuiteOptions, run_suite
from reports.contract.results import ClauseState, ContractReport
from reports.contract.wording import headline
from reports.verdicts import Verdict
from tests.harness.contract.fakes import clause, held, report_on
from tests.harness.contract.shares import shares_of_others


async def _passes(probe: ClauseProbe) -> None:
    """It passes."""


async def _fails(probe: ClauseProbe) -> None:
    """It fails."""
    raise Violation("as it was to")


async def _wonders(probe: ClauseProbe) -> None:
    """It cannot be decided."""
    raise Undecided("nobody knows")


async def _breaks(probe: ClauseProbe) -> None:
    """It breaks."""
    raise RuntimeError("a bug of ours")


async def _of(folder: Path, *clauses: Clause, strict: bool = False, **changes: object) -> ContractReport:
    async with fake_target() as target:
        options = SuiteOptions(clauses=clauses, all=clauses, ledger=folder, strict=strict)
        changed = replace(target, **changes)  # type: ignore[arg-type]  # fields of a target
        return await run_suite(changed, options, on_result=lambda result: None, stop=asyncio.Event())


PASSES, FAILS = must("a.passes", _passes), must("a.fails", _fails)


@pytest.mark.parametrize(
    ("clauses", "verdict", "words"),
    [
        ((PASSES,), Verdict.VALID, "conforms"),
        ((PASSES, FAILS), Verdict.INVALID, "does not conform: 1 clause failed (a.fails)"),
        ((PASSES, should("a.fails", _fails)), Verdict.VALID, "conforms; 1 recommendation not met (a.fails)"),
        ((PASSES, must("a.wonders", _wonders)), Verdict.UNKNOWN, "not decided: 1 clause unknown (a.wonders)"),
        ((PASSES, should("a.wonders", _wonders)), Verdict.VALID, "conforms"),
        ((PASSES, must("a.breaks", _breaks)), Verdict.UNKNOWN, "the suite itself broke in 1 clause (a.breaks)"),
        ((should("a.passes", _passes),), Verdict.UNKNOWN, "not decided: no clause ran that is a must"),
        ((must("a.passes", _passes, unclaimed=Capability.MARK),), Verdict.UNKNOWN, "no clause ran that is a must"),
        ((), Verdict.UNKNOWN, "no clause ran that is a must"),
    ],
)
async def test_the_verdict_is_that_of_the_musts(
    clauses: Sequence[Clause], verdict: Verdict, words: str, tmp_path: Path
) -> None:
    report = await _of(tmp_path, *clauses)
    assert report.verdict is verdict
    assert words in headline(report)


async def test_a_recommendation_counts_where_that_is_asked_for(tmp_path: Path) -> None:
    report = await _of(tmp_path, PASSES, should("a.fails", _fails), strict=True)
    assert report.verdict is Verdict.INVALID


def _exempt(clause: str, *, scope: str = "*", expires: date = date.max) -> tuple[Exemption, ...]:
    return (Exemption(clause=clause, scope=scope, reason="it is known", expires=expires),)


async def test_an_exempted_failure_is_told_in_the_headline(tmp_path: Path) -> None:
    report = await _of(tmp_path, PASSES, FAILS, exemptions=_exempt("a.fails"))
    assert headline(report) == "conforms except 1 (a.fails)"
    (result,) = report.in_state(ClauseState.EXEMPTED)
    assert result.exemption == "it is known"


async def test_an_exemption_of_a_clause_that_passes_is_a_failure(tmp_path: Path) -> None:
    report = await _of(tmp_path, PASSES, exemptions=_exempt("a.passes"))
    assert report.verdict is Verdict.INVALID
    assert "its exemption is to be removed" in report.results[0].message


async def test_an_exemption_that_is_over_exempts_nothing(tmp_path: Path) -> None:
    report = await _of(tmp_path, PASSES, FAILS, exemptions=_exempt("a.fails", expires=date(2020, 1, 1)))
    assert report.verdict is Verdict.INVALID
    assert "its exemption ended on 2020-01-01" in report.results[1].message


async def test_an_exemption_is_for_the_targets_of_its_scope(tmp_path: Path) -> None:
    assert (
        await _of(tmp_path, PASSES, FAILS, exemptions=_exempt("a.fails", scope="filer*"))
    ).verdict is Verdict.INVALID
    assert (await _of(tmp_path, PASSES, FAILS, exemptions=_exempt("a.fails", scope="fake*"))).verdict is Verdict.VALID


async def test_the_order_is_of_the_seed(tmp_path: Path) -> None:
    async def order(seed: int) -> list[str]:
        heard: list[str] = []
        clauses = [must(f"a.{number}", _passes) for number in range(8)]
        async with fake_target() as target:
            options = SuiteOptions(clauses=clauses, all=clauses, ledger=tmp_path, seed=seed, jobs=1)
            await run_suite(target, options, on_result=lambda each: heard.append(each.id), stop=asyncio.Event())
        return heard

    first, again, other = [await order(seed) for seed in (1, 1, 2)]
    assert first == again != other
    assert sorted(first) == sorted(other)


async def test_clauses_about_limits_have_the_target_to_themselves(tmp_path: Path) -> None:
    running = 0
    together: list[int] = []

    async def counts(probe: ClauseProbe) -> None:
        """It counts who runs beside it."""
        nonlocal running
        running += 1
        together.append(running)
        await asyncio.sleep(0.01)
        running -= 1

    await _of(tmp_path, *(must(f"a.{number}", counts) for number in range(4)))
    assert max(together) > 1
    together.clear()
    await _of(tmp_path, *(must(f"a.{number}", counts, alone=True) for number in range(4)))
    assert max(together) == 1


async def test_a_run_that_is_stopped_removes_what_it_made_and_reports_the_rest(tmp_path: Path) -> None:
    stop = asyncio.Event()

    async def makes_and_waits(probe: ClauseProbe) -> None:
        """It makes a share and is never over."""
        await probe.make()
        stop.set()
        await asyncio.Event().wait()

    clauses = [must("a.waits", makes_and_waits), *(must(f"a.{number}", _passes) for number in range(3))]
    async with fake_target() as target:
        options = SuiteOptions(clauses=clauses, all=clauses, ledger=tmp_path, jobs=4)
        report = await run_suite(target, options, on_result=lambda result: None, stop=stop)
    assert report.interrupted
    assert report.verdict is Verdict.UNKNOWN
    assert report.results[0].state is ClauseState.NOT_RUN
    assert report.shares.made == 1
    assert report.shares.left == ()
    assert list(tmp_path.iterdir()) == []


async def test_a_name_is_on_disk_before_its_create_is_sent(tmp_path: Path) -> None:
    async def looks_into_the_ledger(probe: ClauseProbe) -> None:
        """Its names are on disk."""
        create = probe.create()
        (ledger,) = tmp_path.glob("*.ledger")
        assert create.name in ledger.read_text()

    report = await _of(tmp_path, must("a.looks", looks_into_the_ledger))
    assert report.verdict is Verdict.VALID


async def test_what_cannot_be_removed_is_listed_and_its_ledger_kept(tmp_path: Path) -> None:
    report = await held(tmp_path, "create.makes-the-share", defect=DEFECTS["delete.removes-the-share"])
    (left,) = report.shares.left
    (ledger,) = tmp_path.glob("*.ledger")
    assert left in ledger.read_text()
    assert report.shares.after == (left,)


async def test_shares_with_snapshots_are_removed_too(tmp_path: Path) -> None:
    report = await held(tmp_path, "snapshot.keeps-the-share", "repeat.snapshot-create")
    assert report.verdict is Verdict.VALID
    assert report.shares.left == ()


async def test_what_was_on_the_cluster_before_is_listed_and_stays(tmp_path: Path) -> None:
    async with fake_target() as target, shares_of_others(target, "somebody-elses"):
        report = await report_on(target, tmp_path, [clause("delete.removes-the-share")])
    assert report.shares.before == report.shares.after == ("somebody-elses",)
    assert report.shares.missing == ()


def test_every_clause_says_in_its_id_what_it_is_about() -> None:
    assert all(each.theme and each.id.count(".") == 1 for each in CLAUSES)
