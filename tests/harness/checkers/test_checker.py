"""What a run has for its checkers to judge from."""

from connector.values import replace
from harness.checkers.checker import Need, has
from harness.checkers.history_index import HistoryIndex
from reports.history import History
from tests.harness.checkers.histories import clean


def _has(history: History) -> list[str]:
    return [str(need) for need in Need if has(HistoryIndex(history), need)]


def test_a_reading_from_before_the_load_is_no_final_reading() -> None:
    logs = ["change log", "command log", "effect log"]
    assert _has(clean()) == [*logs, "final readings"]
    assert _has(replace(clean(), readings=clean().readings[:2])) == logs
    assert _has(History(has_changes=False, has_commands=False, has_effect_log=False)) == []
    assert _has(replace(clean(), has_notices=True)) == [*logs, "notices", "final readings"]
