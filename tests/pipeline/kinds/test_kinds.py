"""The table of kinds: complete, and each kind by what it commands, how its end is seen, and how it is asked for."""

import pytest

from connector.operations import (
    Access,
    AccessRule,
    Allow,
    CreateSnapshot,
    DeleteSnapshot,
    Deny,
    ShareView,
    Stamp,
    Verb,
)
from connector.values import replace
from pipeline.kinds.kind import Shown
from pipeline.kinds.table import KIND_OF_VERB, KINDS, kind_of
from pipeline.numbering import request_id
from pipeline.record import PartKind, SharePart, ShareRecord
from pipeline.states import LEGAL, Operation, ShareState
from tests.pipeline.processor.records import FRESH, SIZE

STAMP = Stamp(request_id="r")
RULE = SharePart(kind=PartKind.ACCESS_RULE, name="10.0.0.0/8", value="ro")
SNAPSHOT = SharePart(kind=PartKind.SNAPSHOT, name="monday")
BARE = Shown(view=ShareView(name="alpha", size=SIZE), snapshots=())
OPEN = replace(BARE, view=replace(BARE.view, rules=(AccessRule(client="10.0.0.0/8", access=Access.READ_ONLY),)))
KEPT = replace(BARE, snapshots=("monday",))


def under_way(operation: Operation, part: SharePart | None = None) -> ShareRecord:
    state = KINDS[operation].under_way
    return replace(FRESH, operation=operation, state=state, part=part, confirmed_size=SIZE, generation=2)


def test_there_is_a_kind_of_each_operation_and_each_verb_has_one() -> None:
    assert set(KINDS) == set(Operation)
    assert set(KIND_OF_VERB) == {Verb(operation.value) for operation in Operation if operation is not Operation.VERIFY}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.operation)
def test_a_kind_begins_and_is_under_way_in_states_that_the_arrows_join(kind: object) -> None:
    known = KINDS[kind.operation]  # type: ignore[attr-defined]  # of a parameter
    assert all(known.under_way in LEGAL[before] for before in known.begins_in or {None})


def test_no_two_kinds_are_asked_for_alike() -> None:
    asked = [(kind.request.method, kind.request.path) for kind in KINDS.values() if kind.request is not None]
    assert len(asked) == len(set(asked)) == len(KINDS) - 1  # a create is asked of the list of shares


@pytest.mark.parametrize(
    ("operation", "part", "command", "reached", "unreached"),
    [
        (
            Operation.ALLOW,
            RULE,
            Allow(name="alpha", client="10.0.0.0/8", access=Access.READ_ONLY, stamp=STAMP),
            OPEN,
            BARE,
        ),
        (Operation.DENY, replace(RULE, value=""), Deny(name="alpha", client="10.0.0.0/8", stamp=STAMP), BARE, OPEN),
        (
            Operation.SNAPSHOT_CREATE,
            SNAPSHOT,
            CreateSnapshot(name="alpha", snapshot="monday", stamp=STAMP),
            KEPT,
            BARE,
        ),
        (
            Operation.SNAPSHOT_DELETE,
            SNAPSHOT,
            DeleteSnapshot(name="alpha", snapshot="monday", stamp=STAMP),
            BARE,
            KEPT,
        ),
    ],
)
def test_a_change_of_a_part_is_reached_when_the_share_shows_it(
    operation: Operation, part: SharePart, command: object, reached: Shown, unreached: Shown
) -> None:
    record = under_way(operation, part)
    kind = kind_of(record)
    assert kind.command is not None
    assert kind.command(record, STAMP, None) == command
    assert kind.is_reached(record, reached)
    assert not kind.is_reached(record, unreached)
    gives = operation in {Operation.ALLOW, Operation.SNAPSHOT_CREATE}
    assert [each.name for each in kind.parts_after(record, reached)] == ([part.name] if gives else [])
    assert kind.parts_after(record, None) == kind.parts_after(record, reached)


def test_another_access_of_the_same_client_is_not_what_was_asked_for() -> None:
    record = under_way(Operation.ALLOW, replace(RULE, value="rw"))
    assert not kind_of(record).is_reached(record, OPEN)
    assert kind_of(record).parts_after(record, OPEN) == (RULE,)


def test_a_snapshot_of_that_name_is_in_the_way_before_the_first_command() -> None:
    kind = KINDS[Operation.SNAPSHOT_CREATE]
    record = under_way(Operation.SNAPSHOT_CREATE, SNAPSHOT)
    assert kind.in_the_way(record, KEPT) is not None
    assert kind.in_the_way(record, BARE) is None


def test_where_snapshots_cannot_be_listed_none_is_said_to_be_gone() -> None:
    record = under_way(Operation.SNAPSHOT_DELETE, SNAPSHOT)
    assert not kind_of(record).is_reached(record, replace(BARE, snapshots=None))


def test_a_verify_takes_over_what_the_cluster_shows() -> None:
    other = SharePart(kind=PartKind.SNAPSHOT, name="tuesday")
    record = replace(under_way(Operation.VERIFY), parts=(replace(RULE, name="gone"), other))
    kind = kind_of(record)
    assert kind.parts_after(record, replace(OPEN, snapshots=("monday",))) == (RULE, SNAPSHOT)
    assert kind.parts_after(record, replace(OPEN, snapshots=None)) == (RULE, other)


def test_a_change_that_is_sent_again_is_the_same_command_and_a_cleanup_is_a_new_one() -> None:
    record = replace(under_way(Operation.SNAPSHOT_DELETE, SNAPSHOT), sequence=7)
    again = replace(record, sequence=8)
    assert request_id(record, Verb.SNAPSHOT_DELETE) == request_id(again, Verb.SNAPSHOT_DELETE)
    leaving = replace(record, state=ShareState.DELETING, operation=Operation.DELETE)
    assert request_id(leaving, Verb.SNAPSHOT_DELETE) != request_id(replace(leaving, sequence=8), Verb.SNAPSHOT_DELETE)
