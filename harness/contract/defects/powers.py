"""Defects of marks, access rules and snapshots."""

from connector.codes import Code
from connector.operations import (
    Allow,
    Capability,
    Create,
    CreateSnapshot,
    Delete,
    DeleteSnapshot,
    Deny,
    List,
    ListReply,
    ListSnapshots,
    Mutation,
    Request,
    SnapshotsReply,
)
from connector.protocol import Refusal
from connector.values import replace
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.tricks import DONE, fresh, lies, no, share, without

__all__ = ["DEFECTS"]


def _drops_marks(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return replace(request, mark=None) if isinstance(request, Create | Delete) else request


def _selects_by_prefix(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, List) and request.mark is not None:
        listed, mark = hands.answer(List()), request.mark
        assert isinstance(listed, ListReply)
        return ListReply(shares=tuple(each for each in listed.shares if (each.mark or "").startswith(mark)))
    return request


def _lists_marked_alone(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(answer, ListReply):
        return ListReply(shares=tuple(each for each in answer.shares if each.mark is not None))
    return answer


def _unmarked_delete(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return replace(request, mark=None) if isinstance(request, Delete) else request


def _lists_all(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return List() if isinstance(request, List) else request


def _first_rule_stays(hands: Hands, request: Request, connection: int) -> Request | Answer:
    found = share(hands, request.name) if isinstance(request, Allow) else None
    known = isinstance(request, Allow) and found and request.client in {rule.client for rule in found.rules}
    return DONE if known else request


def _denies_all(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Deny) and (found := share(hands, request.name)) is not None:
        for rule in found.rules:
            hands.apply(Deny(name=request.name, client=rule.client, stamp=fresh()))
    return request


def _no_rule_to_deny(hands: Hands, request: Request, connection: int) -> Request | Answer:
    found = share(hands, request.name) if isinstance(request, Deny) else None
    if isinstance(request, Deny) and found and request.client not in {rule.client for rule in found.rules}:
        return no(Code.NOT_FOUND, "no such rule")
    return request


def _allows_anything(hands: Hands, request: Request, answer: Answer) -> Answer:
    return DONE if isinstance(request, Allow) and isinstance(answer, Refusal) else answer


def _keeps_rules(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(request, Allow):
        hands.memory[request.name] = request
    kept = hands.memory.get(request.name) if isinstance(request, Create) else None
    if isinstance(kept, Allow):
        hands.apply(replace(kept, stamp=fresh()))
    return answer


def _snapshots_of(hands: Hands, name: str) -> list[str]:
    reply = hands.answer(ListSnapshots(name=name))
    return [each.snapshot for each in reply.snapshots] if isinstance(reply, SnapshotsReply) else []


def _unsnapshots_all(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, DeleteSnapshot):
        for each in _snapshots_of(hands, request.name):
            if each != request.snapshot:
                hands.apply(DeleteSnapshot(name=request.name, snapshot=each, stamp=fresh()))
    return request


def _snapshot_again(hands: Hands, request: Request, answer: Answer) -> Answer:
    return DONE if isinstance(request, CreateSnapshot) and isinstance(answer, Refusal) else answer


def _unsnapshots_anything(hands: Hands, request: Request, answer: Answer) -> Answer:
    return DONE if isinstance(request, DeleteSnapshot) and isinstance(answer, Refusal) else answer


def _deletes_snapshots_too(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Delete):
        for each in _snapshots_of(hands, request.name):
            hands.apply(DeleteSnapshot(name=request.name, snapshot=each, stamp=fresh()))
    return request


def _refuses_older(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Mutation) and request.stamp.sequence is not None:
        newest = hands.memory.get(request.name, 0)
        assert isinstance(newest, int)
        if request.stamp.sequence < newest:
            return no(Code.STALE, "older than what was seen")
        hands.memory[request.name] = request.stamp.sequence
    return request


def _refuses_late(hands: Hands, request: Request, connection: int) -> Request | Answer:
    late = isinstance(request, Mutation) and request.stamp.not_after is not None
    return no(Code.EXPIRED, "too late") if late else request


_RULES, _SNAPSHOTS = without(Capability.ACCESS_RULES), without(Capability.SNAPSHOTS)

DEFECTS: tuple[Defect, ...] = (
    Defect(clause="mark.is-kept", does="keeps no marks", hear=_drops_marks),
    Defect(clause="mark.selects-in-list", does="selects by the letters of a mark", hear=_selects_by_prefix),
    Defect(clause="mark.list-without-one", does="lists marked shares alone", tell=_lists_marked_alone),
    Defect(clause="mark.protects-from-delete", does="deletes whatever the mark", hear=_unmarked_delete),
    Defect(clause="mark.unclaimed", does="lists all for any mark", base=without(Capability.MARK), hear=_lists_all),
    Defect(clause="access.allow-makes-a-rule", does="allows nobody", hear=lies(Allow)),
    Defect(clause="access.allow-replaces", does="keeps the first rule of a client", hear=_first_rule_stays),
    Defect(clause="access.deny-removes-the-rule", does="denies everybody", hear=_denies_all),
    Defect(clause="access.deny-without-a-rule", does="refuses to deny without a rule", hear=_no_rule_to_deny),
    Defect(clause="access.of-an-unknown-name", does="allows on what is not there", tell=_allows_anything),
    Defect(clause="access.ends-with-the-share", does="keeps rules of deleted shares", tell=_keeps_rules),
    Defect(clause="access.unclaimed", does="answers as done what it has not", base=_RULES, hear=lies(Allow)),
    Defect(clause="snapshot.is-made", does="makes no snapshots", hear=lies(CreateSnapshot)),
    Defect(clause="snapshot.is-deleted", does="deletes all snapshots", hear=_unsnapshots_all),
    Defect(clause="snapshot.of-an-existing-name", does="takes a snapshot's name twice", tell=_snapshot_again),
    Defect(clause="snapshot.of-an-unknown-name", does="deletes what is not there", tell=_unsnapshots_anything),
    Defect(clause="snapshot.keeps-the-share", does="deletes snapshots with their share", hear=_deletes_snapshots_too),
    Defect(
        clause="snapshot.unclaimed", does="answers as done what it has not", base=_SNAPSHOTS, hear=lies(CreateSnapshot)
    ),
    Defect(
        clause="sequence.unclaimed",
        does="heeds sequences and does not claim it",
        base=without(Capability.SEQUENCE),
        hear=_refuses_older,
    ),
    Defect(
        clause="not-after.unclaimed",
        does="heeds not-after and does not claim it",
        base=without(Capability.NOT_AFTER),
        hear=_refuses_late,
    ),
)
