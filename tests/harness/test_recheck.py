"""A saved journal is worth what its history is, whatever verdict it bears."""

import asyncio
from pathlib import Path

import pytest

from connector.values import replace
from harness.cli.entry import invoke
from harness.journal import run_scenario
from harness.recheck import recheck
from harness.run.progress import Step
from harness.scenario.parse import parse_scenario
from harness.service.reference import with_design
from harness.world_name import WorldName
from pipeline.settings import Design
from reports.history import History
from reports.journal import Journal, write_journal
from reports.verdicts import Verdict
from tests.harness.scenario.samples import CALM, EVERYTHING

GATED = CALM.replace("[workload]", 'gates = ["count(create.accept) > 5"]\nexpect = {}\n\n[workload]', 1)


def _ignore(step: Step) -> None:
    pass


async def _journal(text: str = GATED, design: Design = Design.SPOOL) -> Journal:
    scenario = with_design(parse_scenario(text, "calm.toml"), design)
    return await run_scenario(
        scenario, seed=1, progress=_ignore, stop=asyncio.Event(), command="", world=WorldName.VIRTUAL
    )


@pytest.mark.parametrize("design", list(Design))
@pytest.mark.parametrize("text", [GATED, EVERYTHING.replace("rate = 20", "rate = 4")], ids=["calm", "troubled"])
async def test_a_journal_as_it_was_written_is_judged_as_it_was(text: str, design: Design) -> None:
    journal = await _journal(text, design)
    assert recheck(journal) == (journal, None)


async def test_a_verdict_without_its_history_is_not_repeated() -> None:
    journal = await _journal()
    assert journal.verdict is Verdict.VALID
    emptied, remark = recheck(replace(journal, history=History()))
    assert emptied.verdict is Verdict.UNKNOWN
    assert remark == "judged again, its history is unknown; the file says valid"
    assert not emptied.gates[0].passed


async def test_a_verdict_that_was_put_in_place_of_another_is_not_repeated() -> None:
    journal = await _journal()
    lost = replace(journal, history=replace(journal.history, changes=()))
    again, remark = recheck(lost)
    assert again.verdict is Verdict.INVALID
    assert remark is not None


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"scenario_text": ""}, "clusters: is required"), ({"design": "cloud"}, "'cloud' is not a valid Design")],
)
async def test_a_journal_that_cannot_be_judged_again_says_so(changed: dict[str, str], why: str) -> None:
    journal = replace(await _journal(), **changed)  # type: ignore[arg-type]  # texts all
    again, remark = recheck(journal)
    assert again is journal
    assert remark is not None
    assert remark.startswith("not judged again, the verdict is the file's: ")
    assert why in remark


async def test_reports_and_comparisons_say_where_the_file_says_otherwise(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    journal = await _journal()
    emptied, path = replace(journal, history=History()), tmp_path / "emptied.json"
    write_journal(path, emptied)
    assert await asyncio.to_thread(invoke, ["report", str(path)]) == 0
    shown = capfd.readouterr().out
    assert "UNKNOWN" in shown
    assert "note: judged again, its history is unknown; the file says valid" in shown
    for format, name in (("html", "report.html"), ("junit", "junit.xml")):
        assert await asyncio.to_thread(invoke, ["report", str(path), "--format", format]) == 0
        assert "judged again, its history is unknown" in (tmp_path / name).read_text()
    capfd.readouterr()
    assert await asyncio.to_thread(invoke, ["compare", str(path), str(path)]) == 0
    assert f"{path}: judged again, its history is unknown; the file says valid" in capfd.readouterr().err
