"""Clauses about lines that are no command: cut short, misspelled, oversized, of other bytes; and who may send any."""

from contextlib import suppress

import asyncssh

from connector.codes import Code
from connector.operations import Mutation, Ping, Verb
from connector.outcomes import Done, Failed
from connector.ssh import SshConnector
from connector.values import replace
from harness.contract.clause import Clause, must, should
from harness.contract.expect import reply_of, unexpected
from harness.contract.findings import NotClaimed, Undecided, Violation
from harness.contract.probe import ClauseProbe
from harness.contract.wire import RawReply
from harness.own_folder import own_folder

__all__ = ["CLAUSES"]

_OVERSIZED = 200_000
"""Bytes: more than Linux hands to a program in one word."""


async def unknown_command(probe: ClauseProbe) -> None:
    """A command that there is not ends with an exit status other than 0."""
    reply = await _run(probe, f"{probe.core()} --size 1")
    if reply is not None and reply.status == 0:
        raise Violation("it was answered with exit status 0")


async def unknown_command_is_readable(probe: ClauseProbe) -> None:
    """A command that there is not is refused in words of the dialect."""
    reply = await _run(probe, f"{probe.core()} --size 1")
    outcome = None if reply is None else probe.read(Ping(), reply)
    if not isinstance(outcome, Failed):
        raise Violation(f"the answer was {reply}")


async def cut_short(probe: ClauseProbe) -> None:
    """A create whose last word is missing is refused, and makes nothing."""
    create = probe.create()
    await _refuses(probe, probe.line(create).rsplit(" ", 1)[0], create.name)


async def open_quote(probe: ClauseProbe) -> None:
    """A create whose last quote is never closed is refused, and makes nothing."""
    create = probe.create()
    await _refuses(probe, probe.line(create) + " '", create.name)


async def surplus_word(probe: ClauseProbe) -> None:
    """A create with an option that there is not is refused, and makes nothing."""
    create = probe.create()
    await _refuses(probe, probe.line(create) + " --surprise 1", create.name)


async def no_number(probe: ClauseProbe) -> None:
    """A create whose size is no number is refused, and makes nothing."""
    await _of_size(probe, "12x45")


async def negative(probe: ClauseProbe) -> None:
    """A create of a negative size is refused, and makes nothing."""
    await _of_size(probe, "-1234567")


async def _of_size(probe: ClauseProbe, spelled: str) -> None:
    create = probe.create(size=(odd := 1234567))
    line = probe.line(create)
    if line.count(str(odd)) != 1:
        raise NotClaimed("the dialect spells sizes in another way")
    await _refuses(probe, line.replace(str(odd), spelled), create.name)


async def oversized(probe: ClauseProbe) -> None:
    """A command line of 200 kB is refused, whatever it takes to do so, and holds up nobody."""
    create = probe.create(probe.adopt(core := probe.core()))
    name = core + "x" * _OVERSIZED
    reply = await _run(probe, probe.line(create).replace(core, name))
    if reply is not None and reply.status == 0:
        with suppress(NotClaimed):  # where a delete is several commands; nothing else sends so long a line
            await _run(probe, probe.line(probe.delete(core)).replace(core, name))
        raise Violation("it was answered with exit status 0")
    async with probe.connectors(1) as (fresh,):
        reply_of(Ping(), await probe.ask(Ping(), via=fresh))
    if cut := [each for each in await probe.listed() if create.name.startswith(each)]:
        raise Violation(f"list has a share of {len(cut[0])} bytes of that name")


async def other_bytes(probe: ClauseProbe) -> None:
    """A name whose bytes are no UTF-8 is kept exactly, or refused; it never becomes another name."""
    core = probe.core()
    create = probe.create(probe.adopt(f"{core}-placeholder"))
    line = probe.line(create).encode().replace(b"placeholder", b"\xff\xfe")
    reply = await _run(probe, line)
    if reply is not None and reply.status == 0 and [each for each in await probe.listed() if core in each]:
        raise Violation("it was answered as done, and list has a share of another name")


async def has_status(probe: ClauseProbe) -> None:
    """Every command ends with an exit status, done or refused."""
    create = probe.create()
    for request in (Ping(), create, create, probe.create(create.name), probe.delete(create.name)):
        reply = await _run(probe, probe.line(request))
        if reply is None or reply.status is None:
            raise Violation(f"{request.verb}: the session ended without an exit status")


async def definite(probe: ClauseProbe) -> None:
    """A command that is refused with a definite code has changed nothing, whatever the code."""
    made = await probe.make()
    before = await probe.there(made.name)
    unknown = probe.name()
    asked: list[Mutation] = [probe.create(made.name, size=probe.parameters.larger), probe.delete(unknown)]
    if probe.has(Verb.RESIZE):
        asked += [probe.resize(made.name, 0), probe.resize(unknown)]
    for request in asked:
        outcome = await probe.ask(request)
        if not isinstance(outcome, Failed):
            unexpected(request, outcome, "it has to be refused with a definite code")
        if (after := await probe.there(made.name)) != before:
            raise Violation(f"{request.verb} was refused as {outcome.code}; the share was {before} and is {after}")
    await probe.gone(unknown)


async def many(probe: ClauseProbe) -> None:
    """A reply of many shares is whole: `list` has each, once."""
    made = [(await probe.make()).name for _ in range(3 * probe.parameters.repeats)]
    listed = await probe.listed()
    if missing := [name for name in made if name not in listed]:
        raise Violation(f"list does not have {len(missing)} of {len(made)} shares, such as {missing[0]!r}")


async def other_key(probe: ClauseProbe) -> None:
    """Whoever comes with another key, or with another password, is not let in."""
    target = probe.target.target
    if target.client_key is None and target.password is None:
        raise NotClaimed("the target lets anybody in")
    with own_folder() as folder:
        key = folder / "key"
        key.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        password = None if target.password is None else f"{target.password}x"
        other = replace(target, client_key=str(key) if target.client_key else None, password=password)
        async with SshConnector(other, probe.target.dialect, connections=1) as stranger:
            outcome = await probe.ask(Ping(), via=stranger, patient=False)
    if isinstance(outcome, Done):
        raise Violation("a client with a key or password of its own was let in, and answered")
    if not (isinstance(outcome, Failed) and outcome.code is Code.REFUSED):
        raise Undecided(f"the login was not refused: {outcome.message}")


async def _refuses(probe: ClauseProbe, line: str, name: str) -> None:
    reply = await _run(probe, line)
    if reply is not None and reply.status == 0:
        raise Violation(f"{line[-80:]!r} was answered with exit status 0")
    await probe.gone(name)


async def _run(probe: ClauseProbe, line: str | bytes) -> RawReply | None:
    """None where the connector would rather end the session or the connection."""
    if not probe.target.dialect.takes_exec:
        raise NotClaimed("commands are typed at a prompt")
    async with probe.raw() as connection:
        try:
            reply = await connection.run(line)
        except (asyncssh.Error, OSError) as error:
            probe.note(f"{line[:60]!r} → {error}")
            return None
    probe.note(f"{line[:60]!r} → exit status {reply.status}, {reply.stdout[:80]!r} {reply.stderr[:80]!r}")
    return reply


CLAUSES: tuple[Clause, ...] = (
    must("input.unknown-command", unknown_command),
    should("input.unknown-command-in-words", unknown_command_is_readable),
    must("input.cut-short", cut_short),
    must("input.open-quote", open_quote),
    should("input.unknown-option", surplus_word),
    must("input.size-that-is-no-number", no_number),
    must("input.negative-size", negative),
    must("input.oversized-line", oversized),
    must("input.bytes-that-are-no-text", other_bytes),
    should("answer.has-an-exit-status", has_status),
    must("answer.definite-refusals", definite),
    must("answer.of-many-shares", many),
    must("login.with-another-key", other_key),
)
