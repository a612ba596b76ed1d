"""The documentation's page on the kinds of task, made from their table."""

from collections.abc import Iterator

from harness.service.reference import KINDS, Kind

__all__ = ["tasks_markdown"]

_HEAD = """\
# Kinds of task

What can be asked of a share, how each task is carried out, and how the pipeline finds out what became of it. Every task
is a generation of the share's one record: it is accepted with a message in one transaction, claimed under a lease, and
ended by what the cluster shows, as [the protocol](../explanation/protocol.md) has it. One task at a time is under way
with a share; until it has ended, others are refused as `share-not-active`.

| task | what it does | accepted while | under way as | command | asked for by |
|---|---|---|---|---|---|
"""

_TAIL = """
In the [load's mix](scenario.md) the arrivals have the same names; `cancel` is a delete of a share that is pending.

## How each ends

The processor looks before the first command and after each one; an answer alone proves nothing.

| task | it has come about when | else |
|---|---|---|
| `create` | `show` has our share, whole, at least as large | `failing` with the reason, then the record goes |
| `resize` | `show` has the size, or the size rounded up | `active` with the size as before, and the reason |
| `delete` | a delete was answered, and `show` has no such share of ours, also after the fence | it is tried again |
| `allow` | `show` has the rule with that access | `active` with the reason |
| `deny` | `show` has no rule of that client | `active` with the reason |
| `snapshot-create` | the list of snapshots has it; one of that name that was there \
before the first command is in the way | `active` with the reason |
| `snapshot-delete` | the list of snapshots does not have it: a delete that is sent again \
and finds nothing has come about | `active` with the reason |
| `verify` | `show` has the share: size, rules and snapshots of the record are set \
to what is there | `lost`, where it is gone |

An update whose tries are used up is given up: where the cluster knows sequence numbers, a resize to the confirmed size
with a newer number overtakes whatever may still land; elsewhere the fence is waited out. Then a look says what holds.

The fence of a command is the sum of its limits in `[command]`, 17 s with the defaults: `connect`, `login`, `channel`,
`command` and `skew`. For so long after its last command a deleted share stays `deleting`, and its name is taken.

A connector that does not know a command refuses it, and the task ends with that reason.

A delete takes the share's snapshots along: no connector deletes a share that has any.

## Access rules and snapshots

Both are resources of a share. The record keeps those that the cluster has confirmed.

| | |
|---|---|
| `GET /v1/shares/{location}/{name}/access-rules` | `access_rules`: `client`, `access` (`ro` or `rw`), `state` |
| `GET /v1/shares/{location}/{name}/snapshots` | `snapshots`: `name`, `state` |

| state of a part | meaning |
|---|---|
| `pending` | it was asked for, and is not confirmed yet |
| `active` | the cluster has it |
| `deleting` | its end was asked for, and is not confirmed yet |

## Lost shares

A share that is looked for twice in vain, after the fence of all its commands, is `lost`: somebody removed it by hand,
or the cluster came back without it. It is shown and its change of state is an event; it is never made again silently.
A `verify` that sees it again makes it active, a `delete` ends it.

## Cancellation

With `api.cancel_pending = true` a delete of a pending share is accepted: [the protocol](../explanation/protocol.md)
says how a create that is under way is ended. Without it, such a delete is refused as `share-not-active`.
"""


def tasks_markdown() -> str:
    """The whole page."""
    return _HEAD + "".join(map(_row, KINDS.values())) + _TAIL


def _row(kind: Kind) -> str:
    accepted = ", ".join(f"`{state}`" for state in sorted(kind.begins_in)) or "the name is free"
    cells = (
        f"`{kind.operation}`",
        kind.does,
        accepted,
        f"`{kind.under_way}`",
        f"`{kind.verb}`" if kind.verb is not None else "none: it looks",
        "".join(_asked(kind)),
    )
    return f"| {' | '.join(cells)} |\n"


def _asked(kind: Kind) -> Iterator[str]:
    if kind.request is None:
        yield "`POST /v1/shares`"
    else:
        path = kind.request.path.replace(":path", "")
        yield f"`{kind.request.method} …{path}`" if path else f"`{kind.request.method}` of the share"
