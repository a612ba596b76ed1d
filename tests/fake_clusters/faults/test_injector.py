"""Which calls a fault strikes, and what is logged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.injection import Injection
from connector.operations import Verb
from connector.sites import Site
from fake_clusters.calls import Coordinate
from fake_clusters.errors import FaultError
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector, Per
from fake_clusters.plans import AuthPlan, ChannelPlan, CommandPlan, ConnectionPlan
from fake_clusters.rules.rule import Window
from tests.fake_clusters.faults.calls import affected, command, connection, injector, rule

KEYS = [command(key=f"share-{number}") for number in range(400)]


def test_a_rule_without_conditions_strikes_every_call_of_its_kind() -> None:
    faults = injector(rule("reply_lost"))

    assert faults.apply(CommandPlan(), command()).lose_reply
    assert faults.apply(ConnectionPlan(), connection(1)) == ConnectionPlan()
    assert faults.apply(ChannelPlan(), connection(1)) == ChannelPlan()


def test_probability_strikes_about_that_share_and_the_same_calls_each_time() -> None:
    some = rule("hang", selector=CallSelector(probability=0.25))

    first, again = affected(injector(some), KEYS), affected(injector(some), KEYS)

    assert first == again
    assert 60 <= len(first) <= 140


def test_another_seed_another_label_and_another_cluster_strike_other_calls() -> None:
    some = CallSelector(probability=0.25)
    base = affected(injector(rule("hang", selector=some)), KEYS)

    assert affected(injector(rule("hang", selector=some), seed=8), KEYS) != base
    assert affected(injector(rule("hang", selector=some, label="other")), KEYS) != base
    assert affected(injector(rule("hang", selector=some), cluster="south"), KEYS) != base


def test_probability_depends_on_what_the_call_is_and_not_on_the_order_of_calls() -> None:
    some = rule("hang", selector=CallSelector(probability=0.25))
    forward = affected(injector(some), KEYS)

    backward = affected(injector(some), KEYS[::-1])

    assert [len(KEYS) - 1 - number for number in reversed(backward)] == forward


def test_a_retry_of_the_same_command_draws_anew() -> None:
    tries = [command(attempt=number) for number in range(1, 101)]

    hits = affected(injector(rule("hang", selector=CallSelector(probability=0.5))), tries)

    assert 25 <= len(hits) <= 75


def test_each_connection_draws_for_itself() -> None:
    faults = injector(rule("auth_rejected", selector=CallSelector(probability=0.5)))

    plans = [faults.apply(ConnectionPlan(), connection(number)).auth for number in range(1, 101)]

    assert 25 <= plans.count(AuthPlan.REJECT) <= 75


def test_first_strikes_the_first_calls_and_then_none() -> None:
    assert affected(injector(rule("hang", selector=CallSelector(first=3))), KEYS[:10]) == [0, 1, 2]


def test_first_counts_per_key_where_asked() -> None:
    calls = [command(key=key, attempt=attempt) for attempt in (1, 2, 3) for key in ("a", "b")]

    assert affected(injector(rule("hang", selector=CallSelector(first=1, per=Per.KEY))), calls) == [0, 1]


def test_every_strikes_each_nth_call() -> None:
    assert affected(injector(rule("hang", selector=CallSelector(every=3))), KEYS[:10]) == [2, 5, 8]


def test_every_counts_per_key_where_asked() -> None:
    calls = [command(key=key, attempt=attempt) for attempt in (1, 2, 3, 4) for key in ("a", "b")]

    assert affected(injector(rule("hang", selector=CallSelector(every=2, per=Per.KEY))), calls) == [2, 3, 6, 7]


def test_first_counts_only_calls_that_the_other_conditions_let_through() -> None:
    calls = [command(verb=verb) for verb in (Verb.SHOW, Verb.CREATE, Verb.SHOW, Verb.CREATE)]

    assert affected(injector(rule("hang", selector=CallSelector(first=1, verbs=(Verb.CREATE,)))), calls) == [1]


def test_keys_are_shell_patterns_and_any_of_them_is_enough() -> None:
    calls = [command(key=key) for key in ("home-1", "proj-1", "tmp", "Home-2")]

    assert affected(injector(rule("hang", selector=CallSelector(keys=("home-*", "t?p")))), calls) == [0, 2]


def test_a_command_without_a_key_matches_no_pattern() -> None:
    keyless = command(key=None, verb=Verb.LIST)

    assert affected(injector(rule("hang", selector=CallSelector(keys=("*",)))), [keyless]) == []


def test_verbs_and_attempts_narrow_the_calls() -> None:
    calls = [command(verb=verb, attempt=attempt) for attempt in (1, 2) for verb in (Verb.CREATE, Verb.DELETE)]
    both = CallSelector(verbs=(Verb.DELETE,), attempts=(2,))

    assert affected(injector(rule("hang", selector=both)), calls) == [3]


def test_a_time_window_is_half_open() -> None:
    calls = [command(at=at) for at in (4.9, 5.0, 11.9, 12.0)]

    assert affected(injector(rule("hang", window=Window(begins=5.0, ends=12.0))), calls) == [1, 2]


def test_a_fault_of_mutations_leaves_reads_alone() -> None:
    calls = [command(verb=verb) for verb in Verb]

    hits = affected(injector(rule("full")), calls)

    assert [calls[number].verb for number in hits] == [Verb.CREATE, Verb.RESIZE, Verb.SNAPSHOT_CREATE]


def test_a_rule_for_other_clusters_is_not_set() -> None:
    assert injector(rule("hang", clusters=("south",))).rules == ()
    assert len(injector(rule("hang", clusters=("south", "north"))).rules) == 1


def test_rules_apply_in_the_order_in_which_they_stand() -> None:
    slow, slower = rule("slow_service", label="a"), rule("error_exit", label="b")

    changed = injector(slow, slower).apply(CommandPlan(service=1.0), command())

    assert changed.refuse is not None
    assert changed.service == 1.0


def test_a_strike_is_logged_with_its_coordinate() -> None:
    log = InjectionLog()
    faults = injector(rule("reply_lost", label="lost"), log=log)

    plan = faults.apply(CommandPlan(), command(key="k", verb=Verb.RESIZE, attempt=3, at=1.5))
    assert log.rows() == ()
    plan.note(2.5, "lose_reply")

    assert log.rows() == (
        Injection(
            number=1,
            at=2.5,
            fault="reply_lost",
            label="lost",
            cluster="north",
            site=Site.CONNECTOR_REPLY,
            key="k",
            verb=Verb.RESIZE,
            attempt=3,
        ),
    )


def test_what_changes_nothing_is_no_strike() -> None:
    log = InjectionLog()
    faults = injector(rule("hang", label="one"), rule("hang", label="two"), rule("slow_service"), log=log)

    faults.apply(CommandPlan(), command()).note(0.0, "hang", "service")

    assert [row.label for row in log.rows()] == ["one"]


def test_what_is_never_carried_out_is_no_strike() -> None:
    log = InjectionLog()
    plan = injector(rule("hang"), rule("reply_lost"), rule("truncated"), log=log).apply(CommandPlan(), command())

    plan.note(1.0, "service")
    plan.note(2.0, "hang")
    plan.note(3.0, "hang")

    assert [(row.label, row.at) for row in log.rows()] == [("hang", 2.0)]


def test_what_happens_to_the_output_is_noted_by_whoever_sends_it() -> None:
    log = InjectionLog()
    plan = injector(rule("truncated"), rule("drip"), log=log).apply(CommandPlan(), command())

    plan.output.note(1.0, "rate")
    plan.output.note(2.0, "keep", "garble")

    assert [(row.label, row.at) for row in log.rows()] == [("drip", 1.0), ("truncated", 2.0)]


def test_a_fault_whose_change_another_replaces_is_no_strike() -> None:
    log = InjectionLog()
    plan = injector(rule("error_exit"), rule("full"), log=log).apply(CommandPlan(), command())

    plan.note(1.0, "refuse", "refuse_early", "effect")

    assert [row.label for row in log.rows()] == ["full"]


def test_faults_that_add_to_one_another_all_strike() -> None:
    log = InjectionLog()
    plan = injector(rule("channel_slow", label="a"), rule("channel_slow", label="b"), log=log).apply(
        ChannelPlan(), connection(1)
    )

    plan.note(1.0, "delay")

    assert [row.label for row in log.rows()] == ["a", "b"]


def test_numbers_are_unique_over_the_clusters_that_share_a_log() -> None:
    log = InjectionLog()
    for faults in (injector(rule("hang"), log=log), injector(rule("hang"), cluster="south", log=log)):
        faults.apply(CommandPlan(), command()).note(0.0, "hang")

    assert [(row.number, row.cluster) for row in log.rows()] == [(1, "north"), (2, "south")]


def test_a_label_can_be_set_once_and_taken_back() -> None:
    faults = injector(rule("hang"))

    with pytest.raises(FaultError, match="'hang' is taken"):
        faults.add(rule("hang"))
    assert faults.remove("hang").label == "hang"
    with pytest.raises(FaultError, match=r"no fault 'hang'.*none"):
        faults.remove("hang")
    assert affected(faults, KEYS[:3]) == []


def test_a_closed_port_follows_its_windows() -> None:
    log = InjectionLog()
    faults = injector(
        rule("refused", label="a", window=Window(begins=2.0, ends=4.0)),
        rule("refused", label="b", window=Window(begins=3.0, ends=5.0)),
        log=log,
    )

    assert [faults.refuses_connections(at) for at in (1.9, 2.0, 4.0, 4.9, 5.0)] == [False, True, True, True, False]
    assert [faults.next_turn(at) for at in (0.0, 2.0, 4.0, 5.0)] == [2.0, 3.0, 5.0, float("inf")]
    faults.note_refusing(3.5)
    assert [(row.label, row.site) for row in log.rows()] == [("a", Site.SSH_CONNECT), ("b", Site.SSH_CONNECT)]


SELECTORS = st.builds(
    CallSelector,
    probability=st.sampled_from([0.2, 0.7, 1.0]),
    first=st.none() | st.integers(1, 5),
    every=st.none() | st.integers(1, 4),
    per=st.sampled_from(Per),
    attempts=st.sampled_from([(), (1,), (2, 3)]),
)
CALLS = st.lists(st.builds(command, st.sampled_from("abc"), st.sampled_from(Verb), st.integers(1, 3)), max_size=30)


@given(mine=SELECTORS, other=SELECTORS, calls=CALLS)
def test_adding_another_fault_changes_no_strike_of_the_first(
    mine: CallSelector, other: CallSelector, calls: list[Coordinate]
) -> None:
    def injected(*rules: FaultRule) -> list[tuple[object, ...]]:
        log = InjectionLog()
        faults = injector(*rules, log=log)
        for call in calls:
            faults.apply(CommandPlan(), call).note(0.0, "lose_reply")
        return [(row.key, row.verb, row.attempt) for row in log.rows() if row.label == "mine"]

    alone = injected(rule("reply_lost", label="mine", selector=mine))
    first = injected(rule("hang", selector=other), rule("reply_lost", label="mine", selector=mine))
    last = injected(rule("reply_lost", label="mine", selector=mine), rule("hang", selector=other))

    assert alone == first == last


def test_before_the_origin_is_set_nothing_strikes_and_windows_count_from_it() -> None:
    log = InjectionLog()
    faults = FaultInjector(
        "north", [rule("hang", window=Window(begins=1.0)), rule("refused")], seed=7, log=log, origin=None
    )
    assert affected(faults, [command(at=50.0)]) == []
    assert not faults.refuses_connections(50.0)
    assert faults.next_turn(50.0) == float("inf")

    faults.origin = 100.0

    assert affected(faults, [command(at=100.9), command(at=101.0)]) == [1]
    assert [faults.refuses_connections(at) for at in (99.9, 100.0)] == [False, True]
    assert faults.next_turn(0.0) == 100.0
    faults.apply(CommandPlan(), command(at=101.0)).note(101.5, "hang")
    assert [row.at for row in log.rows()] == [1.5]


def test_rearming_counts_again_from_nothing() -> None:
    faults = injector(rule("hang", selector=CallSelector(first=1)))
    assert affected(faults, KEYS[:3]) == [0]

    faults.reset_counts()

    assert affected(faults, KEYS[:3]) == [0]


def test_a_port_that_stays_closed_is_one_strike_until_the_fault_is_set_again() -> None:
    log = InjectionLog()
    faults = injector(rule("refused"), log=log)
    for _ in range(3):
        faults.note_refusing(1.0)
    faults.add(faults.remove("refused"))
    faults.note_refusing(2.0)

    assert [row.at for row in log.rows()] == [1.0, 2.0]


def test_the_log_forgets_one_cluster_and_gives_no_number_twice() -> None:
    log = InjectionLog()
    north, south = injector(rule("hang"), log=log), injector(rule("hang"), cluster="south", log=log)
    for faults in (north, south, north):
        faults.apply(CommandPlan(), command()).note(0.0, "hang")
    log.clear("north")
    north.apply(CommandPlan(), command()).note(0.0, "hang")

    assert [(row.number, row.cluster) for row in log.rows()] == [(2, "south"), (4, "north")]
    assert log.rows(cluster="north", after=4) == ()
    assert [log.count("north"), log.count("south")] == [1, 1]


def test_any_key_that_a_client_may_send_can_be_struck() -> None:
    assert affected(injector(rule("hang", selector=CallSelector(probability=0.999))), [command(key="\udcff")]) == [0]
