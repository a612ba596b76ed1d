"""Clauses about names: at and beyond their limits, in every script, and with what names of files may not have."""

from functools import partial
from unicodedata import normalize

from connector.codes import Code
from connector.outcomes import Done, Failed
from harness.contract.clause import Clause, must, should
from harness.contract.clauses.exactly import exact_or_refused
from harness.contract.expect import unexpected
from harness.contract.findings import NotClaimed, Undecided, Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES", "ODD_NAMES"]

ODD_NAMES: dict[str, tuple[str, str]] = {
    "name.umlauts": ("{}-äöüß", "letters of other alphabets than English"),
    "name.wide-characters": ("{}-共有-𝒮-📁", "characters beyond the first 65,536"),
    "name.combining-characters": ("{}-e\u0301", "a letter and a combining accent"),
    "name.right-to-left": ("{}-\u05e9\u05d9\u05ea\u05d5\u05e3", "letters that run from right to left"),
    "name.leading-dash": ("--{}", "dashes at its beginning, as an option has"),
    "name.slash": ("{}/x", "a slash"),
    "name.parent-folder": ("../{}", "the way to the parent folder"),
    "name.trailing-dot": ("{}.", "a dot at its end"),
    "name.trailing-space": ("{} ", "a space at its end"),
    "name.inner-spaces": ("{}  x", "two spaces in a row"),
    "name.tab": ("{}\tx", "a tab"),
    "name.line-end": ("{}\nx", "a line end"),
    "name.carriage-return": ("{}\rx", "a carriage return"),
    "name.escape-sequence": ("{}\x1b[2Jx", "a terminal's escape sequence"),
    "name.percent": ("{}%2e%s%n", "percent signs, as formats and URLs have"),
    "name.comma-and-colon": ("{},x:y", "a comma and a colon, as tables have"),
    "name.of-an-option": ("{}=--size", "an equals sign and an option's name"),
}
"""By id: the name, and what it has in it."""


async def _odd(probe: ClauseProbe, pattern: str) -> None:
    core = probe.core()
    await exact_or_refused(probe, pattern.replace("{}", core), core)


async def longest(probe: ClauseProbe) -> None:
    """A name of the declared length is taken, whole."""
    name = _of_length(probe, _limit(probe))
    await probe.make(probe.create(name))
    await probe.there(name)
    if name not in await probe.listed():
        raise Violation("list does not have it whole")


async def too_long(probe: ClauseProbe) -> None:
    """A name that is longer than declared is refused for certain, and not cut."""
    core = probe.core()
    name = probe.adopt(core + "x" * (_limit(probe) + 1 - len(core)))
    await probe.refused(probe.create(name), Code.INVALID)
    if cut := [each for each in await probe.listed() if core in each]:
        raise Violation(f"list has a share of {len(cut[0])} bytes of that name")


async def alike_at_the_end(probe: ClauseProbe) -> None:
    """Two names of the declared length that differ in their last character are two shares."""
    stem = _of_length(probe, _limit(probe) - 1)
    for last in "ab":
        await probe.done(probe.create(probe.adopt(stem + last)))
    await probe.done(probe.delete(stem + "a"))
    await probe.there(stem + "b")


async def empty(probe: ClauseProbe) -> None:
    """A create without a name is refused for certain."""
    if await probe.is_taken(""):
        raise Undecided("a share without a name is there already")
    create = probe.create(probe.adopt("", checked=True))
    outcome = await probe.ask(create)
    if isinstance(outcome, Done):
        raise Violation("a share without a name was answered as done")
    if not isinstance(outcome, Failed):
        unexpected(create, outcome, "it has to be refused for certain")


async def case(probe: ClauseProbe) -> None:
    """Names that differ in case alone are two shares, or the second is refused as `already-exists`."""
    core = probe.core()
    await _two_or_one(probe, f"{core}-abc", f"{core}-ABC")


async def normal_forms(probe: ClauseProbe) -> None:
    """Names that differ in their Unicode normal form alone are two shares, or the second is refused."""
    core = probe.core()
    await _two_or_one(probe, f"{core}-é", normalize("NFD", f"{core}-é"))


async def _two_or_one(probe: ClauseProbe, first: str, second: str) -> None:
    outcome = await probe.ask(one := probe.create(probe.adopt(first)))
    if isinstance(outcome, Failed):
        raise NotClaimed(f"{first!r} is refused: {outcome.message}")
    if not isinstance(outcome, Done):
        unexpected(one, outcome, "it has to be done or refused for certain")
    asked = probe.create(probe.adopt(second), size=probe.parameters.larger)
    outcome = await probe.ask(asked)
    if isinstance(outcome, Done):
        await probe.done(probe.delete(first))
        if (await probe.there(second)).size < asked.size:
            raise Violation(f"{second!r} was answered as done, and is the share {first!r}")
    elif not (isinstance(outcome, Failed) and outcome.code in {Code.ALREADY_EXISTS, Code.INVALID}):
        unexpected(asked, outcome, "it has to be done, or refused as already-exists")


def _limit(probe: ClauseProbe) -> int:
    if probe.limits.name_bytes is None:
        raise NotClaimed("limits.name_bytes is not declared")
    return probe.limits.name_bytes


def _of_length(probe: ClauseProbe, length: int) -> str:
    core = probe.core()
    return probe.adopt(core + "x" * (length - len(core)))


CLAUSES: tuple[Clause, ...] = (
    must("name.longest", longest),
    must("name.too-long", too_long),
    must("name.alike-to-the-last", alike_at_the_end),
    must("name.empty", empty),
    must("name.case", case),
    should("name.normal-forms", normal_forms),
    *(
        must(
            id,
            partial(_odd, pattern=pattern),
            sentence=f"A name with {what} is kept exactly as it is, or refused for certain.",
        )
        for id, (pattern, what) in ODD_NAMES.items()
    ),
)
