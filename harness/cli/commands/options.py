"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Json", "SavedJournal", "ScenarioNames"]

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
SavedJournal = Annotated[Path, typer.Argument(metavar="JOURNAL", help="A journal.json, or the folder that holds it.")]
ScenarioNames = Annotated[list[str], typer.Argument(metavar="SCENARIO...", help="Files, or names of shipped ones.")]
