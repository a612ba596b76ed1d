"""The commands that run nothing: they check, list and show."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands.options import Json, SavedJournal, ScenarioNames, Service, invariants
from harness.cli.schema_of import SchemaOf
from harness.world_name import WorldName

__all__ = ["Format", "explain", "faults", "lint", "report", "scenarios", "schema", "toxics", "version"]


class Format(StrEnum):
    """How a journal is shown."""

    TERMINAL = "terminal"
    HTML = "html"
    JUNIT = "junit"
    STORIES = "stories"
    PERFETTO = "perfetto"
    OTLP = "otlp"


def scenarios(json: Json = False) -> None:
    """List the shipped scenarios, and what each one shows."""
    from harness.cli.scenario_list import list_scenarios

    list_scenarios(json=json)


def lint(
    scenarios: ScenarioNames,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if there is any advice.")] = False,
    world: Annotated[WorldName, typer.Option(help="The world that the scenario is meant for.")] = WorldName.LIVE,
    service: Service = None,
    json: Json = False,
) -> None:
    """Check scenario files, and warn if one may not show what it is meant to show."""
    from harness.cli.lint import lint_all

    raise typer.Exit(lint_all(tuple(scenarios), service=service, world=world, strict=strict, json=json))


def faults(json: Json = False) -> None:
    """List every fault: what it does, and what a user of ssh sees."""
    from harness.cli.fault_list import list_faults

    list_faults(json=json)


def toxics(json: Json = False) -> None:
    """List every toxic: what it does to a link, and what the connecting side sees."""
    from harness.cli.toxic_list import list_toxics

    list_toxics(json=json)


def explain(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INVARIANT]...", help="Such as S5; all in brief if left out.", autocompletion=invariants
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say what an invariant promises, why it matters, and what a violation looks like."""
    from harness.cli.invariant_list import INVARIANTS, explain_invariants, list_invariants, no_invariant

    chosen = [name.upper() for name in names or ()]
    unknown = [name for name, wanted in zip(names or (), chosen, strict=True) if wanted not in INVARIANTS]
    if unknown:
        raise typer.BadParameter(no_invariant(unknown[0]), param_hint="INVARIANT")
    if chosen:
        explain_invariants(chosen, json=json)
    else:
        list_invariants(json=json)


def schema(
    of: Annotated[
        SchemaOf, typer.Argument(metavar="[scenario|sheet|dialect|tape]", help="The kind of file.")
    ] = SchemaOf.SCENARIO,
    out: Annotated[Path | None, typer.Option(help="File to write; default: stdout.")] = None,
) -> None:
    """The JSON Schema of scenario files, service sheets, dialects or tapes, for editors."""
    from harness.cli.lint import write_schema

    write_schema(out, of)


def report(
    journal: SavedJournal,
    out: Annotated[Path | None, typer.Option(help="File to write; default: next to the journal.")] = None,
    format: Annotated[Format, typer.Option(help="How to show it.")] = Format.TERMINAL,
    json: Json = False,
) -> None:
    """Show a journal again."""
    from harness.cli.journal import show_journal

    if json and (out is not None or format is not Format.TERMINAL):
        raise typer.BadParameter("cannot be combined with --out or --format", param_hint="--json")
    show_journal(journal, out, "json" if json else format.value)


def version() -> None:
    """Print the version."""
    from harness.versions import product

    sys.stdout.write(product() + "\n")
