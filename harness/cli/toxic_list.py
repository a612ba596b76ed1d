"""`spoolproof toxics`: lists the toxics, as a table or as JSON."""

from typing import Any

from rich.table import Table
from rich.text import Text

from harness.cli.stdout import print_json, results_console
from harness.toxics import TOXICS
from harness.toxics.document import parameter_texts
from harness.toxics.toxic import ToxicKind

__all__ = ["list_toxics"]


def list_toxics(*, json: bool) -> None:
    """Print the list."""
    if json:
        print_json({"toxics": [_toxic(kind) for kind in TOXICS.values()]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("toxic", "parameters", "what it does", "what the connecting side sees"):
        table.add_column(column, no_wrap=column == "toxic")
    for kind in TOXICS.values():
        names = ", ".join(text.name for text in parameter_texts(kind))
        table.add_row(Text(kind.name), Text(names), Text(kind.does), Text(kind.seen))
    results_console().print(table)


def _toxic(kind: ToxicKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "does": kind.does,
        "seen": kind.seen,
        "counterpart": kind.counterpart,
        "direction": None if kind.standing else kind.direction,
        "standing": kind.standing,
        "parameters": [
            {"name": text.name, "accepts": text.accepts, "default": text.default, "doc": text.doc}
            for text in parameter_texts(kind)
        ],
    }
