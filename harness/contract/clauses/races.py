"""Clauses about commands that come at the same time, each on a connection of its own."""

import asyncio

from connector.codes import Code
from connector.operations import Create, Show, ShowReply, Verb
from connector.outcomes import Done, Failed, Outcome, Unknown
from harness.contract.clause import Clause, must
from harness.contract.expect import reply_of, unexpected
from harness.contract.findings import NotClaimed, Undecided, Violation
from harness.contract.probe import ClauseProbe
from harness.contract.wording import outcome_words

__all__ = ["CLAUSES"]


async def creates(probe: ClauseProbe) -> None:
    """Of ten creates of one name at once from ten connections, one is done and the others are `already-exists`."""
    name, sizes = probe.name(), range(probe.parameters.repeats)
    asked = [probe.create(name, size=probe.parameters.size + number) for number in sizes]
    outcomes = await probe.all_at_once(asked)
    won = _one(outcomes)
    for request, outcome in zip(asked, outcomes, strict=True):
        if not isinstance(outcome, Done):
            _only(request, outcome, Code.ALREADY_EXISTS)
    share = await probe.there(name)
    if share.request_id not in {None, asked[won].stamp.request_id}:
        raise Violation(f"{asked[won].stamp.request_id} was answered as done, and show has {share.request_id}")


async def deletes(probe: ClauseProbe) -> None:
    """Of ten deletes of one share at once, one is done and the others are `not-found`."""
    made = await probe.make()
    asked = [probe.delete(made.name) for _ in range(probe.parameters.repeats)]
    outcomes = await probe.all_at_once(asked)
    _one(outcomes)
    for request, outcome in zip(asked, outcomes, strict=True):
        if not isinstance(outcome, Done):
            _only(request, outcome, Code.NOT_FOUND)
    await probe.gone(made.name)


async def create_and_delete(probe: ClauseProbe) -> None:
    """A create and a delete at once end in one of their two orders, and no answer says otherwise."""
    for _ in range(3):
        create = probe.create()
        create_outcome, delete_outcome = await probe.all_at_once([create, delete := probe.delete(create.name)])
        if probe.is_at_once(Verb.CREATE) or not isinstance(create_outcome, Unknown):
            reply_of(create, create_outcome)
        share = await probe.find(create.name)
        if isinstance(delete_outcome, Done) and share is not None:
            raise Violation("both were answered as done, and the share is there")
        if not isinstance(delete_outcome, Done):
            _only(delete, delete_outcome, Code.NOT_FOUND)
            if share is None and isinstance(create_outcome, Done):
                raise Violation("the delete was refused as not-found, and the share is not there")


async def resizes(probe: ClauseProbe) -> None:
    """Of resizes of one share at once, each is done, and the share has the size of one of them."""
    if not probe.is_at_once(Verb.RESIZE):
        raise NotClaimed("the dialect resizes by so much, from a size that it has looked at before")
    made = await probe.make()
    sizes = [probe.parameters.larger * (number + 1) for number in range(4)]
    asked = [probe.resize(made.name, size) for size in sizes]
    for request, outcome in zip(asked, await probe.all_at_once(asked), strict=True):
        reply_of(request, outcome)
    shown, rounding = (await probe.there(made.name)).size, probe.rounding
    if not any(size <= shown < size + rounding for size in sizes):
        raise Violation(f"{sizes} were asked for, and show has {shown}")


async def other_names(probe: ClauseProbe) -> None:
    """Ten creates of ten names at once are all done."""
    asked = [probe.create() for _ in range(probe.parameters.repeats)]
    for request, outcome in zip(asked, await probe.all_at_once(asked), strict=True):
        reply_of(request, outcome)
    listed = await probe.listed()
    if missing := [each.name for each in asked if each.name not in listed]:
        raise Violation(f"list does not have {missing}")


async def looks(probe: ClauseProbe) -> None:
    """Whoever looks while a share is made sees nothing, or a share of that name and size, and never loses it again."""
    create = probe.create()
    async with probe.connectors(2) as (looking, making):
        seen, made = await asyncio.gather(_look(probe, create, looking), probe.ask(create, via=making))
        reply_of(create, made)
    if "found" in seen and "not found" in seen[seen.index("found") :]:
        raise Violation(f"what a client saw, one after another: {', '.join(seen)}")
    await probe.there(create.name)


async def _look(probe: ClauseProbe, create: Create, via: object) -> list[str]:
    seen = []
    for _ in range(probe.parameters.repeats):
        outcome = await probe.ask(Show(name=create.name), via=via)  # type: ignore[arg-type]  # a connector
        if isinstance(outcome, Failed):
            _only(Show(name=create.name), outcome, Code.NOT_FOUND)
            seen.append("not found")
        else:
            reply = reply_of(Show(name=create.name), outcome)
            assert isinstance(reply, ShowReply)
            if reply.share.name != create.name or (reply.share.complete and reply.share.size < create.size):
                raise Violation(f"{create.name!r} of {create.size} bytes was asked for, and show has {reply.share}")
            seen.append("found")
    return seen


def _one(outcomes: list[Outcome]) -> int:
    """The position of the only one that is done."""
    won = [index for index, outcome in enumerate(outcomes) if isinstance(outcome, Done)]
    if len(won) > 1:
        raise Violation(f"{len(won)} of {len(outcomes)} were answered as done")
    if not won:
        words = ", ".join(sorted({outcome_words(each) for each in outcomes}))
        if all(isinstance(each, Failed) for each in outcomes):
            raise Violation(f"all were refused: {words}")
        raise Undecided(f"none was answered as done: {words}")
    return won[0]


def _only(request: object, outcome: Outcome, code: Code) -> None:
    if not isinstance(outcome, Failed) or outcome.code is not code:
        unexpected(request, outcome, f"it has to be refused as {code}", undecided=frozenset({Code.BUSY}))  # type: ignore[arg-type]  # a request


CLAUSES: tuple[Clause, ...] = (
    must("race.creates-of-one-name", creates, ambiguous=True),
    must("race.deletes-of-one-share", deletes, ambiguous=True),
    must("race.create-and-delete", create_and_delete, ambiguous=True),
    must("race.resizes-of-one-share", resizes, ambiguous=True),
    must("race.creates-of-other-names", other_names, ambiguous=True),
    must("race.looks-while-it-is-made", looks, ambiguous=True),
)
