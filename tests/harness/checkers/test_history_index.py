"""Indexes of a history that cost no more than its length."""

from itertools import count

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


OTHERS = effect(2, 3.0, EffectKind.CREATED_BY_OTHERS, name="b", request_id=None, mark=None)


def test_the_owner_of_an_effect_is_named_by_its_mark_or_else_by_its_request() -> None:
    rows = (
        effect(1, 2.0, mark="pool/spool/A"),
        effect(2, 2.0, mark="note", request_id="asked"),
        effect(3, 2.0, mark=None, request_id="asked"),
        effect(4, 2.0, mark="", request_id=None),
        effect(5, 2.0, request_id="unasked"),
        effect(6, 2.0, EffectKind.WIPED, request_id="wiped"),
    )
    attempts = tuple(
        attempt(number, 1.0, request_id=request, share=share)
        for number, (request, share) in enumerate(
            [("asked", "B"), ("unasked", "C"), ("wiped", "D"), ("asked", None), ("never", "E")]
        )
    )
    index = HistoryIndex(History(effects=rows, attempts=attempts))
    assert [index.owner_of(row) for row in rows] == ["A", "B", "B", None, "A", "A"]
    assert index.share_of_request == {"asked": "B", "wiped": "D"}


def test_shares_of_others_have_lives_of_their_own() -> None:
    index = HistoryIndex(replace(clean(), effects=(effect(1, 2.0), OTHERS)))
    assert [row.name for row in index.foreign_lifetimes] == ["b"]
    assert {name: len(rows) for name, rows in index.lifetimes["north"].items()} == {"a": 1, "b": 0}
    assert index.foreign == {("north", "b")}
    assert list(index.lifetimes_by_share) == ["A"]


def test_a_share_of_others_that_is_gone_is_none_any_more_and_one_from_before_the_load_stays_theirs() -> None:
    gone = effect(3, 4.0, EffectKind.DELETED, name="b", request_id=None, mark=None)
    assert HistoryIndex(replace(clean(), effects=(OTHERS, gone))).foreign == frozenset()
    before = History(readings=(reading("north", 0, ON_CLUSTER), reading("north", 1, RECORD)))
    assert HistoryIndex(before).foreign == HistoryIndex(before).preexisting == {("north", "a")}
    assert HistoryIndex(clean()).foreign_lifetimes == ()


def test_what_a_cluster_held_before_the_load_is_what_it_showed_then() -> None:
    index = HistoryIndex(
        History(
            readings=(
                reading("api", 0, RECORD),
                reading("north", 0, ON_CLUSTER),
                reading("south", 0, ok=False),
                reading("west", 1, ON_CLUSTER),
            )
        )
    )
    assert index.held_before == {"north": {"a": ON_CLUSTER}}
    assert index.sides == ["north", "south", "west"]
    assert index.on_clusters(1) == {"west": {"a": ON_CLUSTER}}
    assert index.records(1) == {}


def test_what_is_computed_once_is_not_computed_again() -> None:
    index, numbers = HistoryIndex(History()), count()
    assert [index.once("key", lambda: next(numbers)) for _ in range(2)] == [0, 0]


def test_a_create_was_first_asked_for_by_the_earliest_of_its_ops() -> None:
    index = HistoryIndex(History(ops=(op(2, 4.0), op(1, 1.0), op(3, 2.0))))
    assert index.first_asked == {"north": {"a": 1.0}}


def test_a_cluster_whose_shares_lie_in_two_places_shows_them_all() -> None:
    elsewhere = SeenShare(location="south", name="b")
    index = HistoryIndex(History(readings=(reading("north", 1, ON_CLUSTER, elsewhere),)))
    assert index.on_clusters(1) == {"north": {"a": ON_CLUSTER, "b": elsewhere}}
