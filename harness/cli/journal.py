"""`spoolproof report`: shows a saved journal."""

import sys
from collections.abc import Callable
from pathlib import Path

from connector.values import replace
from harness.cli.inputs import journal_file
from harness.cli.stdout import print_json, results_console
from harness.cli.summary import RunReport, run_object
from harness.errors import OutputError
from harness.recheck import recheck
from reports.html.page import write_html
from reports.html.stories import write_stories
from reports.journal import Journal, read_journal
from reports.junit import write_junit
from reports.otlp import write_otlp
from reports.perfetto import write_perfetto
from reports.terminal import print_summary

__all__ = ["show_journal"]


def show_journal(path: Path, out: Path | None, format: str) -> None:
    """Check a journal again and show it in a format of `Format`. Raises `JournalError` and `OutputError`."""
    source = journal_file(path)
    journal, remark = recheck(read_journal(source))
    if remark is not None:
        journal = replace(journal, notes=(remark, *journal.notes))
    if format == "terminal":
        print_summary(journal, results_console())
        return
    if format == "json":
        print_json(run_object([RunReport(journal=journal, folder=source.parent)]))
        return
    name, write = _WRITERS[format]
    target = out or source.with_name(name)
    try:
        write(target, journal)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}") from error
    sys.stdout.write(f"{target}\n")


def _write_junit(path: Path, journal: Journal) -> None:
    write_junit(path, [journal])


_WRITERS: dict[str, tuple[str, Callable[[Path, Journal], None]]] = {
    "html": ("report.html", write_html),
    "junit": ("junit.xml", _write_junit),
    "stories": ("stories.html", write_stories),
    "perfetto": ("trace.pftrace", write_perfetto),
    "otlp": ("traces.otlp.json", write_otlp),
}
