"""The generated pages of docs/, by path: how each is made, and whether it is fresh."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from connector.catalogue_doc import contract_markdown
from fake_clusters.faults.document import faults_markdown
from harness.checkers.document import invariants_markdown
from harness.cli.document import command_line_markdown
from harness.contract.document import clauses_markdown, target_file_markdown
from harness.fidelity.declared import differences_markdown
from harness.handbook.architecture import architecture_markdown, harness_svg, packages_svg
from harness.handbook.dialects import FAMILY_PAGES, dialect_file_markdown
from harness.handbook.files import clusters_file_markdown, pipeline_file_markdown
from harness.handbook.http import admin_markdown, http_api_markdown
from harness.handbook.openapi import openapi_json
from harness.handbook.tasks import tasks_markdown
from harness.scenario.document import scenario_markdown
from harness.service.reference import api_document_json
from harness.service.sheet.document import sheet_markdown
from harness.tape.document import tape_markdown
from harness.toxics.document import toxics_markdown
from reports.document import journal_markdown

__all__ = ["PAGES", "main", "stale", "write"]

_CONTRACT = """# The connector contract

The requests and replies of a cluster's connector, independent of its dialect. A command without a clear answer is
*unknown*, never failed: only a *definite* code means that nothing happened and nothing will.

"""

Pages = Mapping[str, Callable[[], str]]
"""How each page is made, by its path below docs/."""

PAGES: Pages = {
    "reference/admin-api.md": admin_markdown,
    "reference/admin-openapi.json": openapi_json,
    "reference/clusters-file.md": clusters_file_markdown,
    "reference/http-api.md": http_api_markdown,
    "reference/openapi.json": api_document_json,
    "explanation/architecture.md": architecture_markdown,
    "explanation/harness.svg": harness_svg,
    "explanation/packages.svg": packages_svg,
    "explanation/invariants.md": invariants_markdown,
    "reference/pipeline-file.md": pipeline_file_markdown,
    "reference/command-line.md": command_line_markdown,
    "reference/connector.md": lambda: _CONTRACT + contract_markdown(),
    "reference/contract-clauses.md": clauses_markdown,
    "reference/differences-file.md": differences_markdown,
    "reference/dialect-file.md": dialect_file_markdown,
    **FAMILY_PAGES,
    "reference/faults.md": faults_markdown,
    "reference/journal.md": journal_markdown,
    "reference/scenario.md": scenario_markdown,
    "reference/service-sheet.md": sheet_markdown,
    "reference/tape-file.md": tape_markdown,
    "reference/target-file.md": target_file_markdown,
    "reference/tasks.md": tasks_markdown,
    "reference/toxics.md": toxics_markdown,
}


def write(folder: Path, pages: Pages = PAGES) -> None:
    """Write every page, or none if one cannot be made."""
    for name, text in _rendered(pages).items():
        (folder / name).write_text(text, encoding="utf-8")


def stale(folder: Path) -> list[str]:
    """Return the pages that differ from what the code says, or are missing."""
    return [name for name, text in _rendered(PAGES).items() if _read(folder / name) != text]


def _rendered(pages: Pages) -> dict[str, str]:
    """Raises what the page that cannot be made raises, with a note that names it."""
    texts: dict[str, str] = {}
    for name, render in pages.items():
        try:
            texts[name] = render()
        except Exception as error:
            error.add_note(f"docs/{name} cannot be made; no page was written")
            raise
    return texts


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check`, name those that are out of date and return 1."""
    folder = Path(__file__).parents[2] / "docs"
    if arguments == ["--check"]:
        old = stale(folder)
        if old:
            print(f"stale: {', '.join(f'docs/{name}' for name in old)}; run `make docs`", file=sys.stderr)
        return 1 if old else 0
    write(folder)
    return 0
