"""`spoolproof contract clauses`: lists the clauses, as a table or as JSON."""

from typing import Any

from rich.table import Table
from rich.text import Text

from harness.cli.stdout import print_json, results_console
from harness.contract.clause import Clause
from harness.contract.clauses import CLAUSES

__all__ = ["list_clauses"]


def list_clauses(*, json: bool) -> None:
    """Print the list."""
    if json:
        print_json({"clauses": [_clause(clause) for clause in CLAUSES]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("clause", "level", "what has to hold"):
        table.add_column(column, no_wrap=column == "clause")
    for clause in CLAUSES:
        table.add_row(clause.id, clause.level, Text(clause.sentence))
    results_console().print(table)


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "theme": clause.theme,
        "level": clause.level.value,
        "sentence": clause.sentence,
        "ambiguous": clause.ambiguous,
        "claims": clause.claims,
        "unclaimed": clause.unclaimed,
        "alone": clause.alone,
    }
