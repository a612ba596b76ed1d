"""The clauses as a whole, and each against the fake with the defect that it has to notice."""

from pathlib import Path

import pytest

from connector.dialects import DIALECTS
from harness.contract.clauses import CLAUSES
from harness.contract.defects import DEFECTS
from reports.contract.results import ClauseLevel, ClauseState
from reports.contract.wording import headline
from reports.verdicts import Verdict
from tests.harness.contract.fakes import held

IDS = [clause.id for clause in CLAUSES]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


def test_there_are_enough_clauses_and_a_third_are_about_ambiguity() -> None:
    assert len(CLAUSES) >= 60
    assert sum(clause.ambiguous for clause in CLAUSES) >= len(CLAUSES) / 3


def test_each_clause_has_an_id_of_its_own_and_one_sentence() -> None:
    assert len(set(IDS)) == len(IDS)
    for clause in CLAUSES:
        assert clause.sentence.endswith("."), clause.id
        assert "\n" not in clause.sentence, clause.id
    assert len({clause.sentence for clause in CLAUSES}) == len(CLAUSES)


def test_every_clause_has_its_defect_and_no_defect_is_without_a_clause() -> None:
    assert set(DEFECTS) == set(IDS)


@pytest.mark.parametrize("id", IDS)
async def test_a_clause_notices_its_defect(id: str, keys: Path, tmp_path: Path) -> None:
    report = await held(tmp_path, id, defect=DEFECTS[id], keys=keys)
    (result,) = report.in_state(ClauseState.FAILED)
    assert result.id == id
    assert result.message
    must = next(clause for clause in CLAUSES if clause.id == id).level is ClauseLevel.MUST
    assert report.verdict is (Verdict.INVALID if must else Verdict.UNKNOWN)
    assert report.shares.left == () or id in {"delete.removes-the-share", "race.create-and-delete"}


@pytest.mark.parametrize("id", [id for id in IDS if id.endswith(".unclaimed")])
async def test_a_clause_about_what_is_not_claimed_passes_without_its_defect(
    id: str, keys: Path, tmp_path: Path
) -> None:
    report = await held(tmp_path, id, defect=DEFECTS[id].without(), keys=keys)
    assert [result.id for result in report.in_state(ClauseState.PASSED)] == [id]


async def test_the_native_fake_keeps_every_clause(keys: Path, tmp_path: Path) -> None:
    report = await held(tmp_path, keys=keys)
    assert report.verdict is Verdict.VALID
    others = {result.id: result.state for result in report.results if result.state is not ClauseState.PASSED}
    assert others == {id: ClauseState.NOT_CLAIMED for id in IDS if id.endswith(".unclaimed")}
    assert report.shares.left == ()
    assert list(tmp_path.iterdir()) == [], "the ledger of a run that left nothing is gone"


@pytest.mark.soak
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "native"])
async def test_a_fake_of_any_dialect_keeps_every_clause(dialect: str, keys: Path, tmp_path: Path) -> None:
    report = await held(tmp_path, keys=keys, dialect=dialect)
    assert report.verdict is Verdict.VALID, headline(report)
    assert report.shares.left == ()


SAMPLE = (
    "command.leaves-other-shares",
    "repeat.create",
    "repeat.delete",
    "race.create-and-delete",
    "race.deletes-of-one-share",
    "race.resizes-of-one-share",
    "lost-reply.of-a-resize",
    "limit.share-size",
    "size.zero",
    "size.resize-to-zero",
    "name.longest",
    "name.too-long",
    "shell.in-a-mark",
    "input.unknown-command-in-words",
    "answer.definite-refusals",
)
"""What dialects of several commands, of sizes by so much, without resizes or at a prompt did not keep once."""


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "native"])
async def test_a_fake_of_any_dialect_keeps_a_sample_of_the_clauses(dialect: str, keys: Path, tmp_path: Path) -> None:
    report = await held(tmp_path, *SAMPLE, keys=keys, dialect=dialect)
    assert report.verdict is Verdict.VALID, headline(report)
    assert report.shares.left == ()
