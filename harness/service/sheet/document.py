"""The documentation's page on service sheets, made from the tables that read them."""

from pathlib import Path

from harness.scenario.words import table_section
from harness.service.sheet.adapters import GROUP
from harness.service.sheet.checks import PLACES
from harness.service.sheet.loading import SHEETS, read_sheet, sheet_file
from harness.service.sheet.places import UNITS
from harness.service.sheet.schema import sheet_schema
from harness.service.sheet.terms import SheetRequest, SheetState

__all__ = ["sheet_markdown"]

_OPENING = """\
# The service sheet

A sheet is one TOML file that says how a service is spoken to: how each request is written, where the members of a
share stand in its answers, and what those mean. [How to write one](../how-to/write-a-sheet.md) goes through it step
by step. `spoolproof service lint FILE` checks it, and `spoolproof schema sheet` prints the JSON Schema from which
editors complete and check it. An unknown key is an error that names the line and the accepted keys.

Where something stands in an answer is said by a JSON pointer (RFC 6901): `/share/status` is the member `status` of
the member `share`, `/items/0` the first item of a list, and the empty text the whole answer. The step `*` is the
first member of an object, whatever its name. Of several pointers in a list, the first counts at which something
stands.

## Places

A place in braces is filled for each request. In a path and a query it is quoted as a URL needs it; a text of a body
that is nothing but a place takes its value, so that `"{size}"` becomes a number. `{{` and `}}` are braces.

| place | |
|---|---|
| `{location}`, `{name}` | of the share |
| `{size}` | bytes; `{size_kib}`, `{size_gib}`, `{size_gb}` and so on: in that unit, rounded up. The load \
asks for whole numbers of the largest unit in which sizes are asked for or shown |
| `{key}` | the idempotency key, 32 hexadecimal digits; `{key_uuid}`: the same as a UUID |
| `{id}` | the id that the service gave the share; it is found by name first, see `[find]` |
| `{client}`, `{access}`, `{access_id}` | of an access change (`allow` and `deny` in a scenario's `mix`): an address, \
`ro` or `rw`, and the id of the rule |
| `{operation}` | what the answer named, in the path of `[operation]` |
| `{env.NAME}` | a variable of the environment, in headers; no message and no report shows its value |

"""

_ANSWERS = """\
## What an answer means

| | the op | when |
|---|---|---|
| `ok` | was done, or promised | a rule says so; 2xx without a rule |
| `fail` | certainly did not happen, and will not | a rule says so |
| `unknown` | may have happened | everything else: no rule, an answer that cannot be read, none at all |

A `fail` is a promise that the checkers hold the service to: an effect that comes after it is a violation. Whatever is
unknown is asked for afterwards, and judged by what became of it.

An answer whose share is pending, updating or (by a rule) deleting is taken for a promise, as status 202 is; a share
that is gone, or not in a list, for 404. In `status` of the journal stands what the answer was taken for.

"""

_CHANGE_LOG = """
A service may have a log of the state changes of its shares that some request returns. It is read once, after the final
reads, and judged as far as it tells enough:

| invariant | judged by the log | needs |
|---|---|---|
| S1, S2 | no two records of a name at once, none that nobody asked for | |
| S3 | an accepted create has a record, removed only for a reason that was told before | `reason` for the latter |
| S4, S9 | moves, and how often a create ends | |
| S5 | what is active is on the cluster; how resizes ended | `reason` for the latter |
| S11 | who removed a record | `writer` |
| S12 | no delete or resize is accepted while the share is busy all through the request | |
| L4, L5 | goodput from creates to active shares; failures without a cause | `reason` for resizes |

S6, S7 and S8 stay in their weaker form, and S10 is not judged: no service but the reference pipeline marks what it
makes on a cluster with the id of its record.

The log proves nothing, and the run is judged as without one, with a note that says why, where

- it cannot be read to its end, or a row has no instant, id, name or known state and writer;
- a share has no row that makes it, or rows that are not in the order of their instants;
- its instants are whole seconds and `skew` is less than a second, or its clock is evidently wrong;
- it tells of none of the shares that were promised, of no removal although shares are gone, or of another last state
  of a share than the API shows at the end.

A row that repeats another, and one from a state to itself, counts as none.

"""

_ADAPTERS = f"""\
## Adapters

What no sheet can say goes into Python: an object with two methods.

```python
from collections.abc import Iterable

from spoolproof.services import Answer, HttpClient, HttpRequest, Op, OpResult, SeenShare


class Portal:
    async def ask(self, op: Op, http: HttpClient) -> Answer:
        response = await http.send(HttpRequest(method="GET", target=f"/{{op.name}}"))
        return Answer(result=OpResult.INFO, status=response.status)

    async def read_shares(self, http: HttpClient, locations: Iterable[str]) -> tuple[SeenShare, ...]:
        return ()
```

`ask` carries out one try of an op; whatever it does not understand is `OpResult.INFO`. `read_shares` gives all
shares, in the states of the contract, and raises `ServiceError` where it cannot. Both let `httpx.RequestError`
through. An adapter may also have `size_unit`, the bytes of which every size that it is asked for shall be a multiple,
`allowances` (an `Allowances`), and `access_changes`: a set of `OpKind.ALLOW` and `OpKind.DENY`, where it can be asked
for these; `rule_of(op)` says for whom. All these names are in `spoolproof.services`, and stay there.

An adapter is named as `module:Portal`, with the module beside the file that names it or installed, or by an entry point
of the group `{GROUP}`.
"""

_TABLES = (
    ("Top level", ""),
    ("`[share]`", "SheetShareTable"),
    ("A field of `[share]` that is part of a text", "FieldTable"),
    ("`[create]`, `[delete]`, `[deny]`, `[resize.smaller]`", "RequestTable"),
    ("`[get]`, `[find]`", "ReadTable"),
    ("`[list]`, `[records]`", "ListTable"),
    ("`paging`", "PagingTable"),
    ("`[resize]`", "ResizeTable"),
    ("`[allow]`", "AccessTable"),
    ("`[operation]`", "OperationTable"),
    ("`[change_log]`", "ChangeLogTable"),
    ("`[idempotency]`", "IdempotencyTable"),
    ("`[refusal]`", "RefusalTable"),
    ("`[[answers]]`", "AnswerTable"),
    ("`[allowances]`", "AllowanceTable"),
    ("`[tls]`", "TlsTable"),
)
"""The sections of the page, each with the definition of the schema that it shows."""


def sheet_markdown() -> str:
    """The page."""
    schema = sheet_schema()
    parts = [_OPENING + _places() + _states() + _ANSWERS]
    for heading, name in _TABLES:
        parts.append(table_section(heading, schema["$defs"][name] if name else schema, schema["$defs"]))
        parts += [_CHANGE_LOG] if name == "ChangeLogTable" else []
    return "\n".join([*parts, _shipped(), _ADAPTERS])


def _places() -> str:
    """Which request may have which; sizes by their first place."""
    lines = ["| request | places |\n|---|---|"]
    for asked in SheetRequest:
        places = [place for place in PLACES[asked] if place == "size" or not place.startswith("size")]
        lines.append(f"| `{asked}` | {', '.join(f'`{{{place}}}`' for place in places)} |")
    return "\n".join(lines) + f"\n\nUnits of size: {', '.join(f'`{unit}`' for unit in UNITS)}.\n\n"


def _states() -> str:
    about = {
        SheetState.PENDING: "promised, and being created",
        SheetState.ACTIVE: "can be used",
        SheetState.UPDATING: "being changed",
        SheetState.FAILING: "failed, and not cleaned up yet; left alone it is still failing at the end of a run",
        SheetState.DELETING: "being deleted",
        SheetState.GONE: "no more than a trace of a share that was deleted, or whose create failed",
    }
    rows = "".join(f"| `{state}` | {about[state]} |\n" for state in SheetState)
    head = "## States\n\n`[states]` has the service's own words for each, as far as it has any.\n\n| | |\n|---|---|\n"
    return f"{head}{rows}\n"


def _shipped() -> str:
    lines = ["## Shipped sheets\n", "| sheet | the service |\n|---|---|"]
    for name in SHEETS:
        path = sheet_file(name, beside=Path())
        assert path is not None, "a shipped sheet is a file"
        lines.append(f"| `{name}` | {read_sheet(path).summary} |")
    return "\n".join([*lines, "", _TRIED]) + "\n"


_TRIED = """\
`reference` is held to the client that the reference pipeline has of its own, request by request and answer by answer.
`manila` and `operations` are written from public references and tried against stand-ins that answer as those say.
Neither was tried against a real cloud: expect to change headers, paths and words, and let `spoolproof service check`
say which. Manila's names are not unique and it knows no idempotency keys, so a create that is repeated there makes a
second share, which the checkers report (S1).
"""
