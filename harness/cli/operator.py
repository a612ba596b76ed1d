"""`spoolproof pipeline pause|drain|lift|holds|queue|dead|requeue`: what an operator does, by the store."""

import asyncio
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from connector.units import parse_duration
from harness.cli.exits import Exit
from harness.cli.stdout import print_json, results_console
from harness.errors import InputProblems
from harness.service.reference import Operator
from reports.plain import plain
from reports.sentences import count_of

__all__ = ["hold_up", "lift_hold", "list_dead", "list_holds", "list_queue", "requeue_dead"]

_HOLDS = ("location", "kind", "until", "who", "reason")
_QUEUE = ("location", "name", "tenant", "state", "attempt", "due_at", "waits")
_DEAD = ("location", "name", "tenant", "state", "updated_at", "dead")


def hold_up(path: Path, location: str, kind: str, *, reason: str, who: str | None, lasting: str | None) -> Exit:
    """Pause or drain a cluster. Raises `TomlProblems`, `PipelineError`, `InputProblems`."""
    if not reason.strip():
        raise InputProblems("spoolproof: --reason: say why, for whoever finds the cluster so")
    seconds = None if lasting is None else _seconds(lasting)
    named = who or getpass.getuser()
    hold = asyncio.run(Operator(path).hold(location, kind, reason=reason, who=named, seconds=seconds))
    ends = f"until {hold['until']}" if hold["until"] else "until it is lifted"
    sys.stdout.write(plain(f"{kind}: {location}, {ends}: {reason} ({named})\n"))
    return Exit.VALID


def lift_hold(path: Path, location: str) -> Exit:
    """End it. Raises as `hold_up`."""
    hold = asyncio.run(Operator(path).lift(location))
    if hold is None:
        sys.stdout.write(plain(f"nothing to do: {location} is neither paused nor drained\n"))
    else:
        sys.stdout.write(plain(f"lifted: {hold['kind']} of {location} ({hold['reason']}, {hold['who']})\n"))
    return Exit.VALID


def list_holds(path: Path, *, json: bool) -> Exit:
    """Raises as `hold_up`."""
    rows = asyncio.run(Operator(path).holds())
    return _list("holds", rows, _HOLDS, none="no cluster is paused or drained", json=json)


def list_queue(path: Path, *, location: str | None, most: int, json: bool) -> Exit:
    """Raises as `hold_up`."""
    rows = asyncio.run(Operator(path).queue(location=location, most=most))
    return _list("queue", rows, _QUEUE, none="nothing is under way", json=json)


def list_dead(path: Path, *, location: str | None, tenant: str | None, reason: str | None, json: bool) -> Exit:
    """Raises as `hold_up`."""
    rows = asyncio.run(Operator(path).dead(location=location, tenant=tenant, reason=reason))
    return _list("dead", rows, _DEAD, none="no dead letters", json=json)


def requeue_dead(path: Path, *, location: str | None, tenant: str | None, reason: str | None, yes: bool) -> Exit:
    """Count them, and requeue them where that is meant. Raises as `hold_up`."""
    count = asyncio.run(Operator(path).requeue(location=location, tenant=tenant, reason=reason, dry_run=not yes))
    letters = count_of(count, "dead letter")
    sys.stdout.write(f"requeued {letters}\n" if yes else f"would requeue {letters}; to do it, add --yes\n")
    return Exit.VALID


def _seconds(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise InputProblems(f"spoolproof: --for: {error}") from error
    if seconds <= 0:
        raise InputProblems("spoolproof: --for: must be longer than 0 s")
    return seconds


def _list(name: str, rows: Sequence[dict[str, object]], columns: Sequence[str], *, none: str, json: bool) -> Exit:
    if json:
        print_json({name: rows})
    elif rows:
        table = Table(*columns)
        for row in rows:
            table.add_row(*(Text(plain("" if row[column] is None else str(row[column]))) for column in columns))
        results_console().print(table)
    else:
        sys.stdout.write(f"{none}\n")
    return Exit.VALID
