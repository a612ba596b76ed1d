"""`spoolproof tape show` and `tape dialect`: what is on a tape, and the first draft of a dialect from it."""

import sys
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from harness.cli.results_folder import write_output
from harness.cli.start_file import check_new
from harness.cli.stdout import print_json, results_console
from harness.errors import InputProblems
from harness.tape.draft import draft_of
from harness.tape.exchange import Tape, TapedExchange
from harness.tape.tape_file import read_tape
from harness.tape.transcript import exchanges_of_tape, transcript_of
from reports.plain import plain
from reports.sentences import count_of

__all__ = ["draft_dialect", "show_tape"]

_ASKED = 70


def show_tape(path: Path, *, exchange: int | None, transcript: bool, json: bool) -> None:
    """Raises `TomlProblems` and `InputProblems`."""
    tape = read_tape(path)
    if exchange is not None and exchange > len(tape.exchanges):
        raise InputProblems(f"spoolproof: --exchange: {path} has {count_of(len(tape.exchanges), 'exchange')}")
    chosen = tape.exchanges if exchange is None else tape.exchanges[exchange - 1 : exchange]
    if json:
        about = {"device": tape.device, "began": tape.began.isoformat(), "ignore": list(tape.ignore)}
        print_json({**about, "exchanges": [_row(each) for each in chosen]})
    elif transcript:
        sys.stdout.write(plain(transcript_of(tape)))
    elif exchange is not None:
        sys.stdout.write(plain(_whole(chosen[0])))
    else:
        _print_table(tape)


def draft_dialect(path: Path, file: Path | None, *, name: str, force: bool) -> None:
    """Raises `TomlProblems`, `InputProblems`, and `OutputError` also for a file that is there."""
    tape = read_tape(path)
    exchanges = list(exchanges_of_tape(tape))
    if not exchanges:
        raise InputProblems(f"spoolproof: {path} has no command that ended by itself, so nothing to learn from")
    text = draft_of(tape.device, exchanges, name=name)
    if file is None:
        sys.stdout.write(text)
        return
    check_new(file, force=force)
    write_output(file, text)
    sys.stderr.write(plain(f"spoolproof: wrote {file}; change it, then: spoolproof dialect check {file} {path}\n"))


def _print_table(tape: Tape) -> None:
    console = results_console()
    about = f"{tape.device or 'a device'}, {tape.began.isoformat()}, {count_of(len(tape.exchanges), 'exchange')}"
    console.print(Text(plain(about), style="bold"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("#", "line", "at", "took", "session", "asked", "answer"):
        table.add_column(column, justify="left" if column in {"asked", "answer"} else "right")
    for number, each in enumerate(tape.exchanges, start=1):
        asked = " ".join(each.asked.split()) or "(the prompt)"
        asked = asked if len(asked) <= _ASKED else f"{asked[: _ASKED - 1]}…"
        times = (f"{each.at:.3f}", f"{each.took:.3f}")
        cells = (str(number), str(each.line), *times, f"{each.connection}/{each.session}")
        table.add_row(*cells, Text(plain(asked)), Text(plain(_answer(each))))
    console.print(table)


def _answer(exchange: TapedExchange) -> str:
    sizes = ((len(exchange.stdout), ""), (len(exchange.stderr), " of errors"))
    parts = [f"{count_of(size, 'byte')}{what}" for size, what in sizes if size]
    if exchange.status is not None:
        parts.insert(0, f"exit {exchange.status}")
    parts += [f"signal {exchange.signal}"] if exchange.signal else []
    parts += [f"cut by the {exchange.cut}"] if exchange.cut else []
    parts += [f"refused: {exchange.refused}"] if exchange.refused else []
    return ", ".join(parts) or "nothing"


def _whole(exchange: TapedExchange) -> str:
    parts = [f"{'typed' if exchange.exec is None else 'exec'}: {exchange.asked.strip()}", _answer(exchange)]
    for name, data in (("stdin", exchange.stdin), ("stdout", exchange.stdout), ("stderr", exchange.stderr)):
        if data:
            parts += [f"--- {name}", data.decode("utf-8", "replace").rstrip("\n")]
    for event in exchange.events:
        parts.append(f"{event.at:10.4f} s  {event.source} {event.name or event.size or ''}".rstrip())
    return "\n".join(parts) + "\n"


def _row(exchange: TapedExchange) -> dict[str, Any]:
    streams = {name: getattr(exchange, name).decode("utf-8", "replace") for name in ("stdin", "stdout", "stderr")}
    names = ("line", "connection", "session", "at", "took", "exec", "typed", "terminal", "status", "signal", "cut")
    events = [[each.at, each.source.value, each.name or each.size] for each in exchange.events]
    rest = {"refused": exchange.refused, "environment": dict(exchange.environment), "events": events}
    return {**{name: getattr(exchange, name) for name in names}, **streams, **rest}
