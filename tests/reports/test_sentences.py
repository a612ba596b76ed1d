"""The conclusion says what happened first, and nothing twice."""

from connector.values import replace
from reports.allowances import Allowances
from reports.history import History, Op, OpKind, OpResult, PartEnd, Purpose, Reading, SeenShare
from reports.journal import Journal
from reports.sentences import conclusion, played, some_of
from reports.verdicts import Anomaly, Finding, RowKind, Verdict, Witness
from tests.reports.sample import journal

_END = PartEnd(number=1, at=5.186, part="processor", signal="SIGKILL")
_WITNESS = Witness(kind=RowKind.PART_END, number=1, at=5.186, text="the processor ended: killed by SIGKILL")
_ENDED = Finding(
    invariant="V4",
    title="no part of the pipeline ends unplanned",
    verdict=Verdict.UNKNOWN,
    summary="1 anomaly, and so on",
    anomalies=(Anomaly(invariant="V4", message="the processor ended unplanned", witnesses=(_WITNESS,)),),
)
_FIRST = "The processor ended at 5.19 s, which nothing in the run had asked for: killed by SIGKILL. "


def _ended(verdict: Verdict, *findings: Finding) -> Journal:
    history = replace(journal().history, part_ends=(_END,))
    return replace(journal(), history=history, verdict=verdict, findings=(_ENDED, *findings))


def _doubt(invariant: str, summary: str) -> Finding:
    return Finding(invariant=invariant, title="t", verdict=Verdict.UNKNOWN, summary=summary)


def test_an_unplanned_end_is_told_first() -> None:
    assert conclusion(_ended(Verdict.UNKNOWN)) == f"{_FIRST}The run cannot tell."


def test_an_unplanned_end_is_told_before_what_the_pipeline_broke() -> None:
    broken = Finding(invariant="S1", title="at most one", verdict=Verdict.INVALID)
    assert conclusion(_ended(Verdict.INVALID, broken)) == f"{_FIRST}The service broke its promise: S1 (at most one)."


def test_what_may_be_its_consequence_is_named_with_its_invariant() -> None:
    stuck = replace(_doubt("L1", "1 anomaly, perhaps only because"), anomalies=(Anomaly(invariant="L1", message="m"),))
    assert conclusion(_ended(Verdict.UNKNOWN, stuck)).endswith("cannot tell: L1: 1 anomaly, perhaps only because.")


def test_a_doubt_that_three_findings_share_is_told_once() -> None:
    cut = tuple(_doubt(invariant, "the run was interrupted") for invariant in ("L1", "L2", "L3"))
    run = replace(journal(), verdict=Verdict.UNKNOWN, findings=(*cut, _doubt("V1", "too few faults")))
    assert conclusion(run) == "The run cannot tell: the run was interrupted; too few faults."


def test_what_the_service_is_allowed_stands_in_the_conclusion() -> None:
    run = replace(_ended(Verdict.UNKNOWN), history=History(), allowances=Allowances(keys=False, grace=60.0))
    assert conclusion(run).endswith("Allowed by its sheet: no idempotency keys (S6, S9); its sweep has 60 s (L2, S8).")


def test_a_service_that_sends_no_notices_lacks_no_log() -> None:
    untold = Finding(invariant="N1", title="notified", judged=False, summary="", lacks=("change log", "notices"))
    run = replace(_ended(Verdict.UNKNOWN), history=History(), findings=(untold,))
    assert conclusion(run).endswith(" Not judged: N1. Judged in a weaker form: no change log (see V2).")


def test_the_first_line_names_each_missing_log_once_and_none_that_was_judged() -> None:
    lacking = tuple(
        Finding(invariant=invariant, title="t", verdict=Verdict.VALID, summary="", lacks=("change log", "command log"))
        for invariant in ("S1", "S8", "L5")
    )
    run = replace(_ended(Verdict.UNKNOWN), history=History(), findings=lacking)
    assert " Not judged" not in conclusion(run)
    assert conclusion(run).endswith("Judged in a weaker form: no change log, no command log (see V2).")


def test_shares_of_a_service_without_a_change_log_are_counted_by_creates_and_not_by_names() -> None:
    def asked(number: int, kind: OpKind, at: float, share: str | None = None, status: int = 200) -> Op:
        return Op(
            number=number,
            client="c",
            kind=kind,
            purpose=Purpose.LOAD,
            location="north",
            name="a",
            intended_at=at,
            invoked_at=at,
            completed_at=at + 0.1,
            result=OpResult.OK if status == 200 else OpResult.FAIL,
            status=status,
            share=share,
        )

    ops = (
        asked(1, OpKind.CREATE, 1.0, "A"),
        asked(2, OpKind.DELETE, 2.0),
        asked(3, OpKind.GET, 3.0, status=404),
        asked(4, OpKind.CREATE, 4.0, "B"),
    )
    shown = SeenShare(location="north", name="a", share="B", state="active")
    rest = Reading(number=1, at=9.0, side="api", round=1, shares=(shown,))
    history = History(ops=ops, readings=(rest,), has_changes=False)
    run = replace(journal(), verdict=Verdict.VALID, history=history, findings=())
    assert "of 2 shares, 1 ended active and 1 removed;" in conclusion(run)


def test_a_design_is_one_of_the_reference_pipeline_and_all_else_is_a_service() -> None:
    assert played(replace(journal(), design="spool")) == "spool design"
    assert played(replace(journal(), design="process")) == "process service"
    assert played(replace(journal(), design="")) == ""


def test_names_in_a_sentence_are_few_and_short() -> None:
    assert some_of(["a", "b"]) == "'a', 'b'"
    assert some_of(["a", "x" * 200_000, "c"], most=2) == f"'a', '{'x' * 80}…' and 1 more"
