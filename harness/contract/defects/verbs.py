"""Defects of what the operations do."""

from connector.codes import Code
from connector.operations import (
    CapabilitiesReply,
    Capability,
    Create,
    Delete,
    List,
    ListReply,
    Ping,
    Request,
    Resize,
    ShareView,
    Show,
    ShowReply,
)
from connector.protocol import Refusal
from connector.values import replace
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.tricks import DONE, exists, fresh, lies, no, share, without

__all__ = ["DEFECTS"]


def _no_pong(hands: Hands, request: Request, connection: int) -> Request | Answer:
    return no(Code.INTERNAL, "ping is not implemented") if isinstance(request, Ping) else request


def _one_capability_less(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(answer, CapabilitiesReply):
        return CapabilitiesReply(capabilities=answer.capabilities - {Capability.MARK})
    return answer


def _empty_list(hands: Hands, request: Request, answer: Answer) -> Answer:
    return ListReply() if isinstance(answer, ListReply) else answer


def _other_request(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(answer, ShowReply):
        return ShowReply(share=replace(answer.share, request_id="another"))
    return answer


def _replaces(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Create) and exists(hands, request.name):
        hands.apply(Delete(name=request.name, stamp=fresh()))
    return request


def _burns_names(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Delete):
        hands.memory[request.name] = True
    if isinstance(request, Create) and request.name in hands.memory:
        return no(Code.ALREADY_EXISTS, "the name was used before")
    return request


def _shows_nothing_as_a_share(hands: Hands, request: Request, answer: Answer) -> Answer:
    if isinstance(request, Show) and isinstance(answer, Refusal):
        return ShowReply(share=ShareView(name=request.name, size=1))
    return answer


def _grows_when_seen(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Show) and (found := share(hands, request.name)) is not None:
        hands.apply(Resize(name=found.name, size=found.size + 1, stamp=fresh()))
    return request


def _never_shrinks(hands: Hands, request: Request, connection: int) -> Request | Answer:
    found = share(hands, request.name) if isinstance(request, Resize) else None
    return DONE if isinstance(request, Resize) and found is not None and request.size < found.size else request


def _makes_on_resize(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Resize) and not exists(hands, request.name):
        return hands.apply(Create(name=request.name, size=request.size, stamp=fresh()))
    return request


def _nothing_to_delete_is_done(hands: Hands, request: Request, answer: Answer) -> Answer:
    return DONE if isinstance(request, Delete) and isinstance(answer, Refusal) else answer


def _deletes_by_prefix(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Delete):
        listed = hands.answer(List())
        assert isinstance(listed, ListReply)
        for each in listed.shares:
            if each.name.startswith(request.name) and each.name != request.name:
                hands.apply(Delete(name=each.name, stamp=fresh()))
    return request


DEFECTS: tuple[Defect, ...] = (
    Defect(clause="ping.answers", does="answers ping with internal", hear=_no_pong),
    Defect(
        clause="capabilities.as-declared",
        does="does not report what it has",
        base=without(),
        tell=_one_capability_less,
    ),
    Defect(clause="create.makes-the-share", does="answers creates as done and makes nothing", hear=lies(Create)),
    Defect(clause="create.is-listed", does="lists nothing", tell=_empty_list),
    Defect(clause="create.shows-its-request", does="shows another request id", tell=_other_request),
    Defect(clause="create.on-an-existing-name", does="replaces a share that exists", hear=_replaces),
    Defect(clause="create.after-a-delete", does="never gives a name twice", hear=_burns_names),
    Defect(clause="show.of-an-unknown-name", does="shows what is not there", tell=_shows_nothing_as_a_share),
    Defect(clause="show.changes-nothing", does="grows a share that is looked at", hear=_grows_when_seen),
    Defect(clause="resize.grows", does="answers resizes as done and does nothing", hear=lies(Resize)),
    Defect(clause="resize.shrinks", does="answers as done what it cannot shrink", hear=_never_shrinks),
    Defect(clause="resize.of-an-unknown-name", does="makes what it is to resize", hear=_makes_on_resize),
    Defect(clause="delete.removes-the-share", does="answers deletes as done and does nothing", hear=lies(Delete)),
    Defect(clause="delete.of-an-unknown-name", does="deletes what is not there", tell=_nothing_to_delete_is_done),
    Defect(clause="command.leaves-other-shares", does="deletes by prefix", hear=_deletes_by_prefix),
)
