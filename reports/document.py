"""The page on the journal's format, made from the types that write it."""

import dataclasses
import inspect
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reports import history, journal, verdicts

__all__ = ["journal_markdown"]

_HEAD = f"""# The journal

`journal.json` is the record of one run, complete enough to judge and to draw it again: `spoolproof report journal.json`
makes the reports from it, without a run. It is one JSON object, format {journal.FORMAT}; the number rises when an older
reader would misread a newer journal, and a reader refuses a format that it does not know.

`digest`, the last key, is the SHA-256 of all others as JSON without white space, in their order: a journal that was
changed after it was written is refused, one that was only laid out anew is not. `report`, `compare` and `agree` judge a
journal again from its history and `scenario_text`, and say where that comes to another verdict than the file's, or
could not be done.

Instants are seconds from the start of the load on one clock, sizes bytes, and *or null* means that it never came or is
not known. Every row has a `number`, unique in its list, which witnesses refer to.
"""

_TYPES: tuple[type[Any], ...] = (
    journal.Journal,
    journal.PhaseSpan,
    journal.Planned,
    journal.ClusterNote,
    verdicts.Finding,
    verdicts.Anomaly,
    verdicts.Witness,
    verdicts.GateResult,
    history.History,
    history.Op,
    history.Attempt,
    history.StateChange,
    history.Effect,
    history.Injection,
    history.NemesisAction,
    history.PartEnd,
    history.Reading,
    history.SeenShare,
    history.Timeout,
    history.Notice,
    history.Sample,
)


def journal_markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(kind) for kind in _TYPES)])


def _section(kind: type[Any]) -> str:
    hints = get_type_hints(kind)
    rows = [f"| `{field.name}` | {_worded(hints[field.name])} |" for field in dataclasses.fields(kind)]
    doc = inspect.getdoc(kind) or ""
    return "\n".join([f"## {kind.__name__}\n", doc, "", "| key | value |", "|---|---|", *rows, ""])


def _worded(hint: Any) -> str:
    """A type as a reader of JSON would say it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return " or ".join("null" if part is type(None) else _worded(part) for part in arguments)
    if origin is tuple:
        return f"list of {_worded(arguments[0])}"
    if origin is dict:
        return f"object of {_worded(arguments[1])}"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "one of " + ", ".join(f"`{member.value}`" for member in hint)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[hint]
