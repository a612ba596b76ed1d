"""`spoolproof scenarios`: lists the shipped scenarios, as a table or as JSON."""

import re

from rich.table import Table
from rich.text import Text

from harness.cli.stdout import print_json, results_console
from harness.scenario.parse import read_scenario, shipped_scenarios
from harness.scenario.scenario import Scenario

__all__ = ["list_scenarios"]

_SHORT = 60


def list_scenarios(*, json: bool) -> None:
    """Print the list."""
    scenarios = [read_scenario(path) for path in shipped_scenarios().values()]
    if json:
        print_json({"scenarios": [_object(scenario) for scenario in scenarios]})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("scenario", no_wrap=True)
    table.add_column("what it shows")
    for scenario in scenarios:
        table.add_row(Text(scenario.name), Text.assemble(scenario.title, "\n", (_first(scenario.shows), "dim")))
    results_console().print(table)


def _first(shows: str) -> str:
    """Return the first sentence of a scenario's opening comment; two if the first is short."""
    first, *others = re.split(r"(?<=\.) ", " ".join(shows.split()))
    return f"{first} {others[0]}" if others and len(first) < _SHORT else first


def _object(scenario: Scenario) -> dict[str, object]:
    return {
        "name": scenario.name,
        "title": scenario.title,
        "shows": " ".join(scenario.shows.split()),
        "path": str(scenario.path),
        "design": str(scenario.design),
        "clusters": len(scenario.clusters),
        "seconds": scenario.workload.duration,
        "seed": scenario.seed,
    }
