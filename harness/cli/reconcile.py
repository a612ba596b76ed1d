"""`spoolproof pipeline reconcile`: what the store, its messages and the clusters have against each other."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.stdout import print_json
from harness.service.reference import reconcile_pipeline
from reports.sentences import count_of

__all__ = ["reconcile_file"]


def reconcile_file(path: Path, *, apply: bool, as_json: bool) -> Exit:
    """Report what differs, and mend it if asked to. Raises `TomlProblems`, `PipelineError`, `ConnectorError`."""
    if not as_json:
        sys.stderr.write("spoolproof: holding store, messages and clusters against each other\n")
    reconciliation = asyncio.run(reconcile_pipeline(path, apply=apply))
    found, not_judged = reconciliation.differences, list(reconciliation.not_judged)
    left = [difference for difference in found if not difference["mended"]]
    exit = Exit.INVALID if left else Exit.VALID
    if as_json:
        print_json({"exit": exit, "applied": apply, "differences": list(found), "not_judged": not_judged})
    else:
        for kind in not_judged:
            sys.stderr.write(f"spoolproof: {kind}: not judged: messages wait with the broker (`spool`)\n")
        sys.stdout.write("".join(f"{line}\n" for line in _lines(found, left, apply=apply)))
    return exit


def _lines(
    found: Sequence[Mapping[str, object]], left: Sequence[Mapping[str, object]], *, apply: bool
) -> Sequence[str]:
    rows = [_line(difference) for difference in found]
    if not found:
        return ["nothing differs"]
    mendable = sum(difference["remedy"] is not None for difference in left)
    ending = f"{count_of(len(found), 'difference', 'differences')}, {len(found) - len(left)} mended"
    if not apply and mendable:
        ending += f"; --apply would mend {mendable}"
    return [*rows, ending]


def _line(difference: Mapping[str, object]) -> str:
    place = "/".join(str(word) for word in (difference["location"], difference["name"]) if word)
    remedy = difference["remedy"]
    done = "mended" if difference["mended"] else "reported only" if remedy is None else f"remedy: {remedy}"
    return f"{difference['kind']}: {place + ': ' if place else ''}{difference['detail']} ({done})"
