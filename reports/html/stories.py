"""The stories of a run's shares as one self-contained page, on which time can be turned back."""

from pathlib import Path

from connector.atomic_file import write_atomic
from reports.html.template import asset, environment
from reports.journal import Journal
from reports.perfetto import told_shares
from reports.sentences import conclusion
from reports.story import story_of

__all__ = ["render_stories", "write_stories"]

MOST = 150
"""Shares on the page: those with anomalies first."""


def write_stories(path: Path, journal: Journal) -> None:
    """Write the page in one step. Raises `OSError` where the path cannot be written."""
    write_atomic(path, render_stories(journal))


def render_stories(journal: Journal) -> str:
    """The page as text."""
    shares = told_shares(journal, MOST)
    ends = max(journal.ends, 1.0)
    stories = [story_of(journal.history, *share, now=ends, axis=(0.0, ends)) for share in shares]
    findings = [row for row in journal.findings if row.judged and row.anomalies]
    broken = {(row.location, row.name) for finding in findings for row in finding.anomalies}
    template = environment().get_template("stories.html")
    return template.render(
        journal=journal,
        conclusion=conclusion(journal),
        stories=stories,
        total=len(told_shares(journal, len(journal.history.ops) + len(journal.history.changes) + 1)),
        broken=broken,
        findings=findings,
        ends=ends,
        style=asset("assets/report.css") + asset("assets/story.css"),
        script=asset("assets/stories.js"),
    )
