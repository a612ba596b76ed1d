"""Defects of commands that come again, come together, are seen by others, or come too late."""

from connector.codes import Code
from connector.operations import (
    Allow,
    Create,
    CreateSnapshot,
    Delete,
    List,
    Mutation,
    Request,
    Resize,
    Show,
)
from connector.protocol import Refusal
from connector.values import replace
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.tricks import (
    DONE,
    Hear,
    exists,
    forgets,
    fresh,
    lies,
    no,
    seen_before,
    share,
    unsequenced,
)

__all__ = ["DEFECTS", "refuses_repetition"]

_SHORT = 1.0
"""Seconds within which two commands are taken for one."""


def _remembers_per_connection(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if not isinstance(request, Create):
        return request
    first = hands.memory.setdefault(request.stamp.request_id, connection)
    return request if first == connection else replace(request, stamp=fresh())


def _brings_back(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Create) and seen_before(hands, request) and not exists(hands, request.name):
        return replace(request, stamp=fresh())
    return request


def refuses_repetition(*kinds: type[Mutation]) -> Hear:
    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        repeated = isinstance(request, kinds) and seen_before(hands, request)
        return no(Code.INVALID, "this request was seen before") if repeated else request

    return hear


def _second_rule(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Allow) and seen_before(hands, request):
        hands.apply(replace(request, client=f"{request.client}-again", stamp=fresh()))
    return request


def _any_size(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return DONE if isinstance(request, Create) and seen_before(hands, request) else request


def _any_name(hands: Hands, request: Request, connection: int) -> Request | Answer:
    repeated = isinstance(request, Create) and seen_before(hands, request)
    return replace(request, stamp=fresh()) if isinstance(request, Create) and repeated else request


def _keeps_refusals_told(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(request, Mutation) and isinstance(answer, Refusal):
        hands.memory[request.stamp.request_id] = answer
    return answer


def _keeps_refusals_heard(hands: Hands, request: Request, connection: int) -> Request | Answer:
    kept = hands.memory.get(request.stamp.request_id) if isinstance(request, Mutation) else None
    return kept if isinstance(kept, Refusal) else request


def _recent(kind: type[Mutation]) -> Hear:
    """Takes one command for the other where both come within a short time."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if not isinstance(request, kind):
            return request
        last = hands.memory.get(request.name)
        hands.memory[request.name] = hands.at
        return DONE if isinstance(last, float) and hands.at - last < _SHORT else request

    return hear


def _adds_up(hands: Hands, request: Request, connection: int) -> Request | Answer:
    found = share(hands, request.name) if isinstance(request, Resize) else None
    return replace(request, size=request.size + found.size) if isinstance(request, Resize) and found else request


def _every_second(kind: type[Request], instead: Answer) -> Hear:
    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if not isinstance(request, kind):
            return request
        number = hands.memory.get("number", 0)
        assert isinstance(number, int)
        hands.memory["number"] = number + 1
        return instead if number % 2 else request

    return hear


def _caches(kind: type[Request]) -> Hear:
    """Answers from what the connection saw first."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if not isinstance(request, kind):
            return request
        key = f"{connection} {request}"
        return hands.memory.setdefault(key, hands.answer(request))  # type: ignore[return-value]  # an answer

    return hear


def _first_connection_alone(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if not isinstance(request, Resize):
        return request
    return request if hands.memory.setdefault(request.name, connection) == connection else DONE


def _vanishes(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Create):
        hands.later(0.05, lambda: hands.apply(Delete(name=request.name, stamp=fresh())))
    return request


def _counts_done_alone(hands: Hands, request: Request, connection: int) -> Request | Answer:
    refused = isinstance(request, Create) and exists(hands, request.name)
    return replace(request, stamp=fresh()) if isinstance(request, Create) and refused else request


def _one_counter(hands: Hands, request: Request, connection: int) -> Request | Answer:
    sequence = request.stamp.sequence if isinstance(request, Mutation) else None
    newest = hands.memory.get("newest", 0)
    assert isinstance(newest, int)
    if sequence is not None:
        hands.memory["newest"] = max(newest, sequence)
    return no(Code.STALE, "older than what was seen") if sequence is not None and sequence < newest else request


def _wants_sequences(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Resize) and request.stamp.sequence is None:
        return no(Code.STALE, "no sequence")
    return request


def _timeless(kind: type[Mutation]) -> Hear:
    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if isinstance(request, kind):
            return replace(request, stamp=replace(request.stamp, not_after=None))
        return request

    return hear


def _always_late(hands: Hands, request: Request, connection: int) -> Request | Answer:
    late = isinstance(request, Mutation) and request.stamp.not_after is not None
    return no(Code.EXPIRED, "too late") if late else request


_NOT_FOUND = no(Code.NOT_FOUND)

DEFECTS: tuple[Defect, ...] = (
    Defect(clause="repeat.create", does="knows no request ids of creates", hear=forgets(Create)),
    Defect(
        clause="repeat.create-on-another-connection",
        does="knows the request ids of a connection alone",
        hear=_remembers_per_connection,
    ),
    Defect(clause="repeat.create-at-once", does="knows no request ids of creates", hear=forgets(Create)),
    Defect(clause="repeat.create-after-its-delete", does="makes again what was deleted", hear=_brings_back),
    Defect(clause="repeat.resize", does="refuses a resize that it knows", hear=refuses_repetition(Resize)),
    Defect(clause="repeat.resize-after-a-newer-one", does="resizes again", hear=forgets(Resize)),
    Defect(clause="repeat.delete", does="refuses a delete that it knows", hear=refuses_repetition(Delete)),
    Defect(clause="repeat.delete-after-a-new-create", does="deletes again", hear=forgets(Delete)),
    Defect(clause="repeat.allow", does="makes a second rule", hear=_second_rule),
    Defect(clause="repeat.snapshot-create", does="knows no request ids of snapshots", hear=forgets(CreateSnapshot)),
    Defect(clause="repeat.with-another-size", does="looks at the request id alone", hear=_any_size),
    Defect(clause="repeat.with-another-name", does="takes a request id twice", hear=_any_name),
    Defect(
        clause="repeat.after-a-refusal",
        does="keeps refusals",
        hear=_keeps_refusals_heard,
        tell=_keeps_refusals_told,
    ),
    Defect(clause="race.creates-of-one-name", does="looks first, makes later", hear=_recent(Create)),
    Defect(clause="race.deletes-of-one-share", does="looks first, deletes later", hear=_recent(Delete)),
    Defect(clause="race.create-and-delete", does="answers a delete that it does not do", hear=lies(Delete)),
    Defect(clause="race.resizes-of-one-share", does="adds resizes up", hear=_adds_up),
    Defect(clause="race.creates-of-other-names", does="loses every second create", hear=_every_second(Create, DONE)),
    Defect(clause="race.looks-while-it-is-made", does="shows it now and then", hear=_every_second(Show, _NOT_FOUND)),
    Defect(clause="seen.create-by-show", does="shows what the connection saw first", hear=_caches(Show)),
    Defect(clause="seen.create-by-list", does="lists what the connection saw first", hear=_caches(List)),
    Defect(clause="seen.delete", does="shows what the connection saw first", hear=_caches(Show)),
    Defect(clause="seen.resize", does="heeds the first connection alone", hear=_first_connection_alone),
    Defect(clause="seen.later", does="loses shares after a while", hear=_vanishes),
    Defect(clause="sequence.older-resize", does="heeds no sequence of resizes", hear=unsequenced(Resize)),
    Defect(clause="sequence.older-delete", does="heeds no sequence of deletes", hear=unsequenced(Delete)),
    Defect(clause="sequence.create-older-than-a-delete", does="heeds no sequence of creates", hear=unsequenced(Create)),
    Defect(clause="sequence.of-a-refused-command", does="counts what was done alone", hear=_counts_done_alone),
    Defect(clause="sequence.of-another-name", does="has one counter for all names", hear=_one_counter),
    Defect(clause="sequence.newer", does="wants a sequence of everybody", hear=_wants_sequences),
    Defect(clause="sequence.repeated", does="refuses as stale what was done", hear=_one_counter),
    Defect(clause="not-after.create-too-late", does="heeds no instant of creates", hear=_timeless(Create)),
    Defect(clause="not-after.resize-too-late", does="heeds no instant of resizes", hear=_timeless(Resize)),
    Defect(clause="not-after.in-time", does="finds everything too late", hear=_always_late),
)
