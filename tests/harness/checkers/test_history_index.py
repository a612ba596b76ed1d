"""Evidence: indexes of a history that cost no more than its length."""

from connector.values import replace
from harness.checkers.grouping import grouped_by_name, named, repeats
from harness.checkers.history_index import HistoryIndex
from harness.checkers.record_timeline import Path
from reports.history import EffectKind, History, Hop, SeenShare
from tests.harness.checkers.histories import ON_CLUSTER, RECORD, attempt, change, clean, effect, op, reading


def test_a_question_about_moves_is_asked_once_per_path_and_answered_with_timelines_in_order() -> None:
    made = [
        change(number, 1.0, None, "active" if number % 3 == 0 else "pending", share=f"{number:02}")
        for number in range(99)
    ]
    asked: list[Path] = []

    def wanted(path: Path) -> bool:
        asked.append(path)
        return "active" in path.first

    found = HistoryIndex(History(changes=tuple(made))).timelines_along(wanted)
    assert [timeline.share for timeline in found] == [f"{number:02}" for number in range(0, 99, 3)]
    assert len(asked) == 2


def test_rows_are_found_by_place_and_name_and_nothing_is_found_elsewhere() -> None:
    rows = (op(1, 1.0), op(2, 2.0, name="b"), op(3, 3.0), op(4, 4.0, location="east"))
    groups = grouped_by_name(rows)
    assert [row.number for row in named(groups, "north", "a")] == [1, 3]
    assert named(groups, "north", "c") == named(groups, "west", "a") == ()


def test_only_what_comes_more_than_once_repeats() -> None:
    assert repeats(["a", "b", "a", "c", "c", "c"]) == {"a", "c"}


def test_the_sender_of_a_delete_is_sought_among_commands_and_not_among_clients() -> None:
    history = replace(
        clean(),
        effects=(effect(1, 2.0), effect(2, 3.0, EffectKind.DELETED, request_id="gone")),
        attempts=(
            attempt(1, 2.5, request_id="gone", share="A"),
            attempt(2, 2.6, request_id="gone", share="B", hop=Hop.CLIENT),
            attempt(3, 2.7, request_id="another", share="C"),
        ),
    )
    assert HistoryIndex(history).share_of_request == {"gone": "A"}


def test_the_newest_reading_of_a_round_counts_and_of_a_cluster_only_one_that_succeeded() -> None:
    other = SeenShare(location="north", name="b", share="B", state="active")
    history = History(
        readings=(
            reading("api", 1, RECORD),
            reading("api", 1, other),
            reading("north", 1, ON_CLUSTER),
            reading("north", 1, ok=False),
        )
    )
    index = HistoryIndex(history)
    assert index.records(1) == {"north": {"b": other}}
    assert index.on_clusters(1) == {"north": {"a": ON_CLUSTER}}
    assert index.records(2) == index.on_clusters(2) == {}


def test_what_is_shown_twice_in_one_reading_is_noticed() -> None:
    once, twice = HistoryIndex(History(readings=(reading("api", 1, RECORD), reading("api", 2, RECORD, RECORD)))).shown
    assert not once.has_duplicates
    assert twice.has_duplicates
