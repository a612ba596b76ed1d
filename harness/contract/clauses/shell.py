"""Clauses about what a shell would take for more than text. A canary proves that nothing within a word was carried out.

The canary is a create of another share, spelled as a command within the word: were the word carried out, that share
would exist.
"""

from functools import partial

from connector.codes import Code
from connector.operations import Access, Allow, Capability, Create, CreateSnapshot, ListSnapshots, Resize, Stamp
from connector.outcomes import Done, Failed
from harness.contract.clause import Clause, must
from harness.contract.clauses.exactly import Canary, exact_or_refused
from harness.contract.expect import reply_of, unexpected
from harness.contract.findings import NotClaimed, Violation
from harness.contract.probe import ClauseProbe

__all__ = ["CLAUSES", "METACHARACTERS"]

METACHARACTERS: dict[str, tuple[str, str]] = {
    "semicolon": ("{};{command}", "a semicolon"),
    "ampersand": ("{}&{command}", "an ampersand"),
    "double-ampersand": ("{}&&{command}", "two ampersands"),
    "pipe": ("{}|{command}", "a pipe"),
    "double-pipe": ("{}x||{command}", "two pipes"),
    "newline": ("{}\n{command}", "a line end"),
    "dollar-parenthesis": ("{}$({command})", "`$(…)`"),
    "backticks": ("{}`{command}`", "backticks"),
    "parenthesis": ("{}({command})", "parentheses"),
    "dollar": ("{}-$HOME-${PATH}", "a variable"),
    "asterisk": ("{}*", "an asterisk"),
    "question-mark": ("{}?", "a question mark"),
    "bracket": ("{}[a-z]", "brackets"),
    "brace": ("{}{a,b}", "braces"),
    "tilde": ("~{}", "a tilde"),
    "single-quote": ("{}'x", "a single quote"),
    "two-single-quotes": ("{}';{command};'", "a command between single quotes"),
    "double-quote": ('{}"x', "a double quote"),
    "two-double-quotes": ('{}";{command};"', "a command between double quotes"),
    "backslash": ("{}\\x", "a backslash"),
    "greater-than": ("{}>x", "a greater-than sign"),
    "less-than": ("{}<x", "a less-than sign"),
    "hash": ("{} #x", "a hash"),
    "exclamation-mark": ("{}!x", "an exclamation mark"),
}
"""By name: a share's name with it, `{command}` being the canary's, and what it is called."""


async def _in_name(probe: ClauseProbe, pattern: str) -> None:
    core, canary = probe.core(), Canary(probe)
    name = pattern.replace("{}", core).replace("{command}", canary.command)
    try:
        await exact_or_refused(probe, name, core)
    finally:
        await canary.is_silent()


async def in_mark(probe: ClauseProbe) -> None:
    """A mark with all that a shell knows is kept exactly as it is, or refused for certain; nothing is carried out."""
    canary = Canary(probe)
    create = probe.create(mark=_hostile(probe.mark(), canary))
    if await _taken(probe, create) and (shown := (await probe.there(create.name)).mark) != create.mark:
        raise Violation(f"the mark was {create.mark!r}, and show has {shown!r}")
    await canary.is_silent()


async def in_client(probe: ClauseProbe) -> None:
    """A client with all that a shell knows is kept exactly as it is, or refused for certain; nothing is carried out."""
    canary, made = Canary(probe), await probe.make()
    client = _hostile("host", canary)
    allow = Allow(name=made.name, client=client, access=Access.READ_WRITE, stamp=probe.stamp())
    taken = await _taken(probe, allow)
    rules = [rule.client for rule in (await probe.there(made.name)).rules]
    if rules != ([client] if taken else []):
        raise Violation(f"the client was {client!r}, and show has {rules}")
    await canary.is_silent()


async def in_snapshot(probe: ClauseProbe) -> None:
    """A snapshot's name with all that a shell knows is kept exactly, or refused; nothing is carried out."""
    canary, made = Canary(probe), await probe.make()
    snapshot = CreateSnapshot(name=made.name, snapshot=_hostile("s", canary), stamp=probe.stamp())
    taken = await _taken(probe, snapshot)
    reply = reply_of(ListSnapshots(name=made.name), await probe.ask(ListSnapshots(name=made.name)))
    names = [each.snapshot for each in reply.snapshots]  # type: ignore[union-attr]  # the reply of its verb
    if names != ([snapshot.snapshot] if taken else []):
        raise Violation(f"the snapshot was {snapshot.snapshot!r}, and snapshot-list has {names}")
    await canary.is_silent()


async def in_request_id(probe: ClauseProbe) -> None:
    """A request id with all that a shell knows is a request id, or refused for certain; nothing is carried out."""
    if not probe.carries_request_ids:
        raise NotClaimed("the dialect has no request ids")
    canary, made = Canary(probe), await probe.make()
    stamp = Stamp(request_id=_hostile(probe.stamp().request_id or "", canary))
    resize = Resize(name=made.name, size=probe.parameters.larger, stamp=stamp)
    taken = await _taken(probe, resize)
    if taken != ((await probe.there(made.name)).size >= probe.parameters.larger):
        raise Violation(f"it was {'done' if taken else 'refused'}, and the size does not say so")
    await canary.is_silent()


def _hostile(word: str, canary: Canary) -> str:
    return f"{word};{canary.command}`$(x)'\"\\|&<>*?~#"[:250]


async def _taken(probe: ClauseProbe, request: Create | Allow | CreateSnapshot | Resize) -> bool:
    outcome = await probe.ask(request)
    if isinstance(outcome, Failed) and outcome.code in {Code.INVALID, Code.UNSUPPORTED, Code.DENIED}:
        return False
    if not isinstance(outcome, Done):
        unexpected(request, outcome, "it has to be done, or refused as invalid")
    return True


CLAUSES: tuple[Clause, ...] = (
    *(
        must(
            f"shell.{name}",
            partial(_in_name, pattern=pattern),
            sentence=f"A name with {what} is kept exactly as it is, or refused for certain; nothing is carried out.",
        )
        for name, (pattern, what) in METACHARACTERS.items()
    ),
    must("shell.in-a-mark", in_mark, claims=Capability.MARK),
    must("shell.in-a-client", in_client, claims=Capability.ACCESS_RULES),
    must("shell.in-a-snapshot", in_snapshot, claims=Capability.SNAPSHOTS),
    must("shell.in-a-request-id", in_request_id),
)
