"""`spoolproof pipeline webhooks ...`: who is notified of what, through the pipeline's store."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.cli.exits import Exit
from harness.cli.stdout import print_json
from harness.service.reference import Operator
from reports.plain import plain
from reports.sentences import count_of

__all__ = [
    "add_webhook",
    "list_webhooks",
    "remove_webhook",
    "replay_webhook",
    "rotate_webhook",
    "switch_webhook",
]


def list_webhooks(path: Path, *, json: bool) -> Exit:
    """Raises `TomlProblems` and `PipelineError`, as all of these do."""
    rows = asyncio.run(Operator(path).webhooks())
    if json:
        print_json({"webhooks": rows})
    else:
        lines = [plain(f"{row['id']}: {_described(row)}\n") for row in rows]
        sys.stdout.write("".join(lines) or "nobody is notified\n")
    return Exit.VALID


def add_webhook(path: Path, url: str, *, kinds: Sequence[str], tenant: str | None, signature: str | None) -> Exit:
    """Its secret is shown this once."""
    made = asyncio.run(Operator(path).add_webhook(url, kinds=kinds, tenant=tenant, signature=signature))
    sys.stdout.write(plain(f"added: {made['id']}: {_described(made)}\n"))
    return _say_secret(made)


def rotate_webhook(path: Path, id: str) -> Exit:
    """Likewise."""
    rotated = asyncio.run(Operator(path).rotate_webhook(id))
    sys.stdout.write(plain(f"rotated: {id}: the old secret signs as well for notifier.overlap\n"))
    return _say_secret(rotated)


def switch_webhook(path: Path, id: str, *, on: bool) -> Exit:
    """Enable or disable it."""
    asyncio.run(Operator(path).switch_webhook(id, on=on))
    sys.stdout.write(plain(f"{'enabled' if on else 'disabled'}: {id}\n"))
    return Exit.VALID


def remove_webhook(path: Path, id: str) -> Exit:
    """It goes, with all that is owed to it."""
    asyncio.run(Operator(path).remove_webhook(id))
    sys.stdout.write(plain(f"removed: {id}\n"))
    return Exit.VALID


def replay_webhook(path: Path, id: str, *, first: int, last: int) -> Exit:
    """Owe it the changes of these numbers once more."""
    count = asyncio.run(Operator(path).replay_webhook(id, first=first, last=last))
    sys.stdout.write(plain(f"{count_of(count, 'message')} owed to {id} once more\n"))
    return Exit.VALID


def _described(row: dict[str, object]) -> str:
    kinds = row["kinds"]
    what = ", ".join(map(str, kinds)) if isinstance(kinds, list) and kinds else "all kinds"
    whose = "every tenant" if row["tenant"] is None else f"tenant {row['tenant']}"
    disabled = f"; disabled: {row['disabled']}" if row["disabled"] else ""
    failures = f"; the last {row['failures']} tries failed" if row["failures"] else ""
    return f"{row['url']}, {what} of {whose}{disabled}{failures}"


def _say_secret(row: dict[str, object]) -> Exit:
    """On a line of its own."""
    if row["public_key"] is not None:
        sys.stdout.write(f"public_key: {row['public_key']}\n")
    if row["secret"] is not None:
        sys.stdout.write(f"secret: {row['secret']}\n")
    return Exit.VALID
