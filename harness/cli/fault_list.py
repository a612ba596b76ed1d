"""`spoolproof faults`: lists the faults, as a table or as JSON."""

from typing import Any

from rich.table import Table
from rich.text import Text

from fake_clusters.faults import FAULTS
from fake_clusters.faults.document import parameter_texts, selector_keys
from fake_clusters.faults.fault import FaultKind
from harness.cli.stdout import print_json, results_console

__all__ = ["list_faults"]


def list_faults(*, json: bool) -> None:
    """Print the list."""
    if json:
        print_json({"faults": [_fault(kind) for kind in FAULTS.values()]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("fault", "site", "what it does", "what a user of ssh sees"):
        table.add_column(column, no_wrap=column in {"fault", "site"})
    for kind in FAULTS.values():
        table.add_row(Text(kind.name), Text(kind.site), Text(kind.does), Text(kind.seen))
    results_console().print(table)


def _fault(kind: FaultKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "site": kind.site.value,
        "does": kind.does,
        "seen": kind.seen,
        "ambiguous": kind.ambiguous,
        "standing": kind.standing,
        "verbs": [verb.value for verb in kind.verbs],
        "selectors": list(selector_keys(kind)),
        "parameters": [
            {"name": text.name, "accepts": text.accepts, "default": text.default, "doc": text.doc}
            for text in parameter_texts(kind)
        ],
    }
