"""The page on the journal's format, made from the types that write it."""

import dataclasses
import inspect
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reports import allowances, history, journal, verdicts

__all__ = ["journal_markdown"]

_HEAD = f"""# The journal

`journal.json` is the complete record of one run: `spoolproof report journal.json` checks it again and makes the reports
from it, without a run. It is one JSON object, format {journal.FORMAT}. The number rises when an older reader would
misread a newer journal, and a reader refuses a format that it does not know.

`digest`, the last key, is the SHA-256 of all other keys as JSON without white space, in their order. A journal that
was changed after it was written is refused; one that was only reformatted is not. `report`, `compare` and `agree`
check a journal again from its history and `scenario_text`, and report if the verdict differs from the one in the
file, or if the check was not possible.

Instants are seconds from the start of the load on one clock, and sizes are bytes. *or null* means that the value never
came or is not known. Every row has a `number`, unique in its list, which witnesses refer to.
"""

_TYPES: tuple[type[Any], ...] = (
    journal.Journal,
    journal.PhaseSpan,
    journal.Planned,
    journal.ClusterNote,
    journal.GeneratorNote,
    allowances.Allowances,
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
        assert hint in _TYPES, f"{hint.__name__} has no section on the page"
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[hint]
