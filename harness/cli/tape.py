"""`spoolproof tape record` and `replay`: a proxy that writes tapes, and a fake that plays them."""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh

from connector.clock import steady_clock
from harness.cli.exits import Exit, with_unwritten
from harness.cli.interrupt import until_interrupted
from harness.cli.stdout import print_json
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import InputProblems, OutputError
from harness.own_folder import own_folder
from harness.tape.device import Device
from harness.tape.exchange import TapedExchange
from harness.tape.front import HOST, TapeFront, host_key_of
from harness.tape.matching import Deck
from harness.tape.record import open_recorder
from harness.tape.redaction import MIN_LENGTH, Redactor
from harness.tape.replay import Capture, open_replay
from harness.tape.tape_file import read_tape
from harness.tape.writer import TapeWriter
from reports.plain import plain
from reports.sentences import count_of

__all__ = ["Behind", "RecordOptions", "Secrets", "TapeReplayOptions", "record_tape", "replay_tape"]

_STOPPING = "spoolproof: stopping (Ctrl-C again: exit at once)"
_ASKED = 100
"""Characters of a command in a line of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is not written: the values of environment variables, and the contents of files."""

    variables: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The device behind. authorized: a file of public keys that clients may log in with."""

    target: NamedTarget
    authorized: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions:
    """The command line of `record`."""

    behind: Behind
    tape: Path
    secrets: Secrets = Secrets()
    ignore: tuple[str, ...] = ()
    port: int = 0
    own_key: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeReplayOptions:
    """The command line of `replay`. behind: the device that is asked what the tape has no answer to."""

    tape: Path
    speed: str = "1"
    any_order: bool = False
    ignore: tuple[str, ...] = ()
    secrets: Secrets = field(default_factory=Secrets)
    behind: Behind | None = None
    port: int = 0
    own_key: Path | None = None
    json: bool = False


def record_tape(options: RecordOptions) -> Exit:
    """Raises `InputProblems`, `OutputError`, `WorldError`, and what reading targets raises."""
    _check_patterns(options.ignore)
    redactor = _redactor(options.secrets)
    return until_interrupted(lambda stop: _record(options, redactor, stop), on_first_signal=_STOPPING)


async def _record(options: RecordOptions, redactor: Redactor, stop: asyncio.Event) -> Exit:
    async with open_target(options.behind.target) as named:
        device = Device(named.target, named.deadlines, _authorized(options.behind.authorized))
        if named.target.password is not None:
            redactor.add("password", named.target.password)
        began = datetime.fromtimestamp(steady_clock(asyncio.get_running_loop())(), UTC)
        where = f"{named.target.username}@{named.target.host}:{named.target.port}"
        with TapeWriter.create(
            options.tape, redactor, device=where, began=began, ignore=options.ignore, force=options.force
        ) as writer:
            recorder = open_recorder(
                device,
                writer,
                port=options.port,
                host_key=host_key_of(options.own_key),
                on_exchange=lambda exchange: _tell(_progress(exchange, redactor)),
                on_problem=_tell,
            )
            async with recorder as (front, failed):
                with _announced(front, named.target.username, f"records {where} into {options.tape}"):
                    code = await _until(stop, failed)
        _tell(f"{options.tape}: {count_of(writer.written, 'exchange')}")
        return code


def replay_tape(options: TapeReplayOptions) -> Exit:
    """Raises `InputProblems`, `TomlProblems`, `OutputError`, `WorldError`, and what reading targets raises."""
    _check_patterns(options.ignore)
    speed = _speed(options.speed)
    redactor = _redactor(options.secrets)
    deck = Deck(read_tape(options.tape), redactor, any_order=options.any_order, ignore=options.ignore)
    code = until_interrupted(lambda stop: _replay(options, deck, speed, stop), on_first_signal=_STOPPING)
    if code is Exit.VALID and not all(miss.captured for miss in deck.misses):
        code = Exit.INVALID
    if options.json:
        print_json(_object(options, deck, code))
    else:
        _report(options, deck)
    return code


async def _replay(options: TapeReplayOptions, deck: Deck, speed: float | None, stop: asyncio.Event) -> Exit:
    async with _capture(options, deck) as capture:
        replay = open_replay(
            deck,
            port=options.port,
            host_key=host_key_of(options.own_key),
            speed=speed,
            capture=capture,
            on_miss=lambda miss: _tell(str(miss)),
            on_problem=_tell,
        )
        async with replay as (front, failed):
            user = "anyone" if capture is None else capture.device.target.username
            what = f"replays {options.tape}, {count_of(len(deck.tape.exchanges), 'exchange')}"
            with _announced(front, user, what, quiet=options.json):
                return await _until(stop, failed)


@asynccontextmanager
async def _capture(options: TapeReplayOptions, deck: Deck) -> AsyncIterator[Capture | None]:
    if options.behind is None:
        yield None
        return
    async with open_target(options.behind.target) as named:
        if named.target.password is not None:
            deck.redactor.add("password", named.target.password)
        device = Device(named.target, named.deadlines, _authorized(options.behind.authorized))
        with TapeWriter.extend(options.tape, deck.redactor) as writer:
            yield Capture(
                device=device,
                writer=writer,
                on_exchange=lambda exchange: _tell(f"captured {_progress(exchange, deck.redactor)}"),
            )


async def _until(stop: asyncio.Event, failed: "asyncio.Future[OutputError]") -> Exit:
    """What could not be written is told at once: what follows would be lost as well."""
    async with asyncio.TaskGroup() as group:
        stopping = group.create_task(stop.wait())
        await asyncio.wait((stopping, failed), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    if not failed.done():
        return Exit.VALID
    _tell(str(failed.result()))
    return with_unwritten(Exit.VALID)


@contextmanager
def _announced(front: TapeFront, user: str, what: str, *, quiet: bool = False) -> Iterator[None]:
    """Say how to log in, with a file of the host key that lasts as long as this does. quiet: not on stdout."""
    with own_folder() as folder:
        known_hosts = folder / "known_hosts"
        known_hosts.write_text(front.known_hosts, encoding="utf-8")
        words = ["ssh", "-p", str(front.port), "-o", f"UserKnownHostsFile={known_hosts}", f"{user}@{HOST}"]
        lines = [what, f"log in: {shlex.join(words)}", f"host key: {front.fingerprint}", "Press Ctrl-C to stop."]
        stream = sys.stderr if quiet else sys.stdout
        stream.write(plain("\n".join(lines)) + "\n")
        stream.flush()
        yield


def _report(options: TapeReplayOptions, deck: Deck) -> None:
    unused = deck.unused
    lines = [f"{count_of(len(deck.tape.exchanges), 'exchange')}, {len(unused)} not used"]
    lines += [f"  not used: {options.tape}:{each.line}: {_words(each)}" for each in unused]
    lines += [f"  {'captured: ' if each.captured else ''}{each}" for each in deck.misses]
    sys.stdout.write(plain("\n".join(lines)) + "\n")


def _object(options: TapeReplayOptions, deck: Deck, code: Exit) -> dict[str, Any]:
    misses = [
        {
            "asked": miss.asked,
            "nearest": None if miss.nearest is None else miss.nearest.line,
            "field": miss.field,
            "why": miss.why,
            "captured": miss.captured,
        }
        for miss in deck.misses
    ]
    unused = [{"line": each.line, "session": each.session, "asked": each.asked} for each in deck.unused]
    return {
        "exit": int(code),
        "tape": str(options.tape),
        "exchanges": len(deck.tape.exchanges),
        "unused": unused,
        "misses": misses,
    }


def _progress(exchange: TapedExchange, redactor: Redactor) -> str:
    how = f"exit {exchange.status}" if exchange.status is not None else exchange.signal or exchange.cut or "…"
    return f"session {exchange.session}: {redactor.text(_words(exchange))}: {how}, {exchange.took:.3f} s"


def _words(exchange: TapedExchange) -> str:
    text = " ".join(exchange.asked.split()) or "(the prompt)"
    return text if len(text) <= _ASKED else f"{text[: _ASKED - 1]}…"


def _tell(line: str) -> None:
    sys.stderr.write(plain(line) + "\n")
    sys.stderr.flush()


def _redactor(secrets: Secrets) -> Redactor:
    """Raises `InputProblems`: a secret that is not there, or too short to be looked for, is a mistake."""
    found: dict[str, str] = {}
    for variable in secrets.variables:
        if variable not in os.environ:
            raise InputProblems(f"spoolproof: --secret-env: the environment variable {variable} is not set")
        found[variable] = os.environ[variable]
    for path in secrets.files:
        try:
            found[path.name.replace(" ", "-")] = path.read_text(encoding="utf-8").strip("\r\n")
        except OSError as error:
            raise InputProblems(f"spoolproof: --secret-file: {path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise InputProblems(f"spoolproof: --secret-file: {path}: is not UTF-8 text") from error
    for name, secret in found.items():
        if len(secret) < MIN_LENGTH:
            raise InputProblems(f"spoolproof: {name}: a secret has at least {MIN_LENGTH} characters")
    return Redactor(found)


def _authorized(path: Path | None) -> tuple[asyncssh.SSHKey, ...]:
    if path is None:
        return ()
    try:
        keys = tuple(asyncssh.read_public_key_list(path))
        if not keys:
            raise InputProblems(f"spoolproof: --authorized: {path}: has no public key; accepted: one a line")
        return keys
    except OSError as error:
        raise InputProblems(f"spoolproof: --authorized: {path}: cannot be read: {error.strerror}") from error
    except asyncssh.KeyImportError as error:
        raise InputProblems(f"spoolproof: --authorized: {path}: {error}") from error


def _check_patterns(patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputProblems(f"spoolproof: --ignore: {pattern!r} is no regular expression: {error}") from error


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < float("inf"):
        raise InputProblems(f"spoolproof: --speed: {text!r}: accepted: a number above 0, or max")
    return speed
