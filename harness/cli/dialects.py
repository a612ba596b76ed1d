"""`spoolproof dialect new` and `check`: help for writing dialects."""

import sys
from collections.abc import Sequence
from pathlib import Path

from connector.dialects import load_dialect
from connector.dialects.transcript import ExchangeFinding, PastedExchange, exchanges_of, judge_transcript
from connector.errors import DialectError
from connector.input_files import read_input
from harness.cli.exits import Exit
from harness.cli.start_file import write_start
from harness.cli.stdout import print_json
from harness.errors import InputProblems
from harness.tape.tape_file import read_tape
from harness.tape.transcript import exchanges_of_tape
from reports.plain import plain
from reports.sentences import count_of

__all__ = ["check_dialect_file", "new_dialect"]


def new_dialect(file: Path | None, *, force: bool) -> None:
    """Write the dialect to start from. Raises `OutputError`, also for a file that is there."""
    write_start("connector.dialects", file, force=force, then="change it, then: spoolproof dialect check")


def check_dialect_file(name: str, transcripts: Sequence[Path], *, prompt: str, json: bool) -> Exit:
    """Raises `InputProblems` for a file that is no dialect, or cannot be read."""
    try:
        dialect = load_dialect(name)
    except DialectError as error:
        raise InputProblems(str(error)) from error
    found: list[tuple[Path, ExchangeFinding]] = []
    for path in transcripts:
        exchanges = _exchanges(path, prompt)
        if not exchanges:
            raise InputProblems(f"{path}: no line begins with {prompt!r}; say with --prompt what commands begin with")
        found += [(path, finding) for finding in judge_transcript(dialect, exchanges)]
    missed = sum(not finding.understood for _, finding in found)
    if json:
        print_json({"dialect": dialect.name, "missed": missed, "exchanges": [_row(*one) for one in found]})
    else:
        for path, finding in found:
            sys.stdout.write(plain(_text(path, finding)))
        summary = f"{count_of(len(found), 'exchange')}, {missed} not understood" if found else "ok"
        sys.stdout.write(plain(f"{dialect.name}: {summary}\n"))
    return Exit.INVALID if missed else Exit.VALID


def _exchanges(path: Path, prompt: str) -> list[PastedExchange]:
    """Of a transcript or of a tape."""
    if path.suffix == ".toml":
        return list(exchanges_of_tape(read_tape(path)))
    return exchanges_of(_read(path), prompt)


def _read(path: Path) -> str:
    try:
        return read_input(path).decode()
    except OSError as error:
        raise InputProblems(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputProblems(f"{path}: is not UTF-8") from error


def _text(path: Path, finding: ExchangeFinding) -> str:
    lines = [f"{path}:{finding.exchange.line}: {finding.exchange.command}", f"  command: {finding.command}"]
    if finding.reply:
        lines.append(f"  reply: {finding.reply}")
    if finding.nearest:
        nearest = finding.nearest.replace("\n", "\n           ")
        lines.append(f"  nearest: {nearest}")
    return "\n".join(lines) + "\n"


def _row(path: Path, finding: ExchangeFinding) -> dict[str, object]:
    return {
        "file": str(path),
        "line": finding.exchange.line,
        "sent": finding.exchange.command,
        "command": finding.command,
        "reply": finding.reply,
        "understood": finding.understood,
        "nearest": finding.nearest,
    }
