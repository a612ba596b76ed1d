"""All benchmarks, or the parts named: a table on the terminal, and `build/bench.json` for whoever compares runs.

`python -m tests.bench [PART ...]`. A figure that misses its goal is shown as such; the exit status is 0 all the same,
since a benchmark on a shared machine is a measurement and not a test.
"""

import asyncio
import importlib
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.children import without_children
from tests.bench.row import Row

__all__ = ["PARTS", "main"]

PARTS = (
    "ssh_server",
    "latency",
    "api_accepts",
    "slow_clusters",
    "job_queues",
    "load_generators",
    "checkers",
    "model_world",
    "virtual_world",
    "pytest_plugin",
)
"""The modules of this package that have `async def rows() -> list[Row]`."""

OUTPUT = Path("build/bench.json")


def main(arguments: Sequence[str]) -> int:
    """Run the parts in turn; what one finds is written before the next begins. 130: interrupted."""
    unknown = [name for name in arguments if name not in PARTS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(PARTS)}", file=sys.stderr)
        return 64
    try:
        with without_children():
            found = _measured(arguments or PARTS)
    except KeyboardInterrupt:
        print("interrupted: what was measured before stands in build/bench.json", file=sys.stderr)
        return 130
    Console().print(_table(found))
    return 0


def _measured(parts: Sequence[str]) -> dict[str, list[Row]]:
    console = Console(stderr=True)
    found: dict[str, list[Row]] = {}
    for part in parts:
        console.print(f"measuring {part} …")
        found[part] = asyncio.run(importlib.import_module(f"tests.bench.{part}").rows())
        _write(found)
    return found


def _table(found: dict[str, list[Row]]) -> Table:
    table = Table("part", "figure", "value", "unit", "goal", "met")
    for part, rows in found.items():
        for row in rows:
            met = "" if not row.goal else "[green]yes[/]" if row.met else "[red]no[/]"
            table.add_row(part, row.name, f"{row.figure:.3f}", row.unit, row.goal, met)
    return table


def _write(found: dict[str, list[Row]]) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
    rows = [{"part": part, **asdict(row)} for part, part_rows in found.items() for row in part_rows]
    OUTPUT.write_text(json.dumps({"on": machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
