"""What a run has for its checkers to judge from."""

from connector.values import replace
from harness.checkers.checker import Need, has
from harness.checkers.history_index import Bounds, HistoryIndex
from reports.allowances import Allowances, LogDetail
from reports.history import History
from tests.harness.checkers.histories import clean

DETAILS = [Need.WRITERS, Need.REASONS, Need.OWNERS]


def _has(history: History, *unlogged: LogDetail) -> list[str]:
    index = HistoryIndex(history, Bounds(allowances=Allowances(unlogged=unlogged)))
    return [str(need) for need in Need if has(index, need)]


def test_a_reading_from_before_the_load_is_no_final_reading() -> None:
    logs = ["change log", "command log", "effect log"]
    assert _has(clean()) == [*logs, "final readings", *DETAILS]
    assert _has(replace(clean(), readings=clean().readings[:2])) == [*logs, *DETAILS]
    assert _has(replace(clean(), has_notices=True)) == [*logs, "notices", "final readings", *DETAILS]


def test_only_a_log_that_is_there_can_lack_a_detail() -> None:
    without = History(has_changes=False, has_commands=False, has_effect_log=False)
    assert _has(without) == _has(without, *LogDetail) == DETAILS
    assert _has(clean(), LogDetail.WRITER)[-2:] == [Need.REASONS, Need.OWNERS]
    assert not set(DETAILS) & set(_has(clean(), *LogDetail))
