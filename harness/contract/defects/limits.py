"""Defects of what a connector bears: clients that leave, lost replies, limits, slow and idle clients."""

from connector.operations import Create, Delete, Mutation, Ping, Request, Resize, Show, Verb
from fake_clusters.faults.partial_effect import PARTIAL_EFFECT
from fake_clusters.faults.rule import FaultRule
from fake_clusters.faults.selector import CallSelector
from fake_clusters.faults.truncated import TRUNCATED
from harness.contract.defects.defect import Answer, Defect, Hands
from harness.contract.defects.repeats import refuses_repetition
from harness.contract.defects.tricks import DONE, Hear, forgets, lies, limits

__all__ = ["DEFECTS"]

_FEW = 10
_SOON = 0.05
_QUIET = 0.1
"""Seconds that a connection may be idle with the defect."""


def _after_a_look(kind: type[Mutation]) -> Hear:
    """Answers at once, and does it only after somebody has looked."""

    def hear(hands: Hands, request: Request, connection: int) -> Request | Answer:
        if isinstance(request, kind):
            hands.memory[request.name] = request
            return DONE
        waiting = hands.memory.pop(request.name, None) if isinstance(request, Show) else None
        if isinstance(waiting, Mutation):
            hands.later(_SOON, lambda: hands.apply(waiting))
        return request

    return hear


def _after_a_delete(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Create):
        hands.memory[request.name] = request
        return DONE
    waiting = hands.memory.pop(request.name, None) if isinstance(request, Delete) else None
    if isinstance(waiting, Create):
        hands.later(_SOON, lambda: hands.apply(waiting))
    return request


def _drops_beyond(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if not isinstance(request, Create):
        return request
    number = hands.memory.get("creates", 0)
    assert isinstance(number, int)
    hands.memory["creates"] = number + 1
    return DONE if number >= _FEW else request


def _hangs_up(hands: Hands, request: Request, connection: int) -> Request | Answer:
    if isinstance(request, Ping) and hands.memory.setdefault("first", connection) != connection:
        hands.later(_QUIET, hands.disconnect)
    return request


def _leaks(clause: str, does: str, stage: str) -> Defect:
    return Defect(clause=clause, does=does, leaks=frozenset({stage}), spec_change=limits(connections=_FEW))


DEFECTS: tuple[Defect, ...] = (
    _leaks("leave.before-the-login", "counts connections that never logged in for ever", "connection"),
    _leaks("leave.after-the-login", "counts logins that ended for ever", "login"),
    _leaks("leave.with-an-open-session", "counts connections that ended with a session for ever", "session"),
    _leaks("leave.within-a-reply", "counts connections that ended in a reply for ever", "command"),
    Defect(
        clause="leave.after-a-create",
        does="leaves half-made shares",
        rules=(
            FaultRule(
                kind=PARTIAL_EFFECT, label="half", selector=CallSelector(), parameters=PARTIAL_EFFECT.parameters()
            ),
        ),
    ),
    Defect(clause="lost-reply.of-a-create", does="knows no request ids of creates", hear=forgets(Create)),
    Defect(clause="lost-reply.of-a-delete", does="refuses a delete that it knows", hear=refuses_repetition(Delete)),
    Defect(clause="lost-reply.of-a-resize", does="refuses a resize that it knows", hear=refuses_repetition(Resize)),
    Defect(clause="timeout.create-settles", does="makes shares long after the fence", hear=_after_a_look(Create)),
    Defect(clause="timeout.resize-settles", does="resizes long after the fence", hear=_after_a_look(Resize)),
    Defect(clause="timeout.delete-settles", does="deletes long after the fence", hear=_after_a_look(Delete)),
    Defect(clause="timeout.delete-past-the-fence", does="makes a share after its delete", hear=_after_a_delete),
    Defect(clause="timeout.finishes-or-stops", does="stops where it is to finish", hear=lies(Create)),
    Defect(clause="limit.sessions", does="takes half the sessions", spec_change=limits(sessions=5)),
    Defect(clause="limit.sessions-beyond", does="takes any number of sessions", spec_change=limits(sessions=None)),
    Defect(clause="limit.sessions-that-ended", does="counts sessions that ended", leaks=frozenset({"channel"})),
    Defect(clause="limit.connections", does="takes a few connections", spec_change=limits(connections=_FEW)),
    Defect(clause="limit.connections-beyond", does="takes any number", spec_change=limits(connections=None)),
    _leaks("limit.connections-that-ended", "counts connections that ended", "command"),
    Defect(clause="limit.commands", does="drops commands beyond a few, and says done", hear=_drops_beyond),
    Defect(
        clause="limit.slow-reader",
        does="sends half a reply",
        rules=(
            FaultRule(
                kind=TRUNCATED,
                label="half",
                selector=CallSelector(verbs=(Verb.LIST,)),
                parameters=TRUNCATED.parameters(),
            ),
        ),
    ),
    Defect(clause="limit.idle-connection", does="hangs up after a moment", hear=_hangs_up),
    Defect(clause="limit.idle-clients", does="takes four connections", spec_change=limits(connections=4)),
    Defect(clause="limit.share-size", does="makes shares of any size", spec_change=limits(share_size=None)),
)
