"""What the pages of reports on targets have in common: the verdict, the facts, notes and figures above the findings."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from reports.html.template import asset, environment
from reports.sentences import seconds
from reports.verdicts import Verdict

__all__ = ["TargetReport", "Tile", "target_page"]

Tile = tuple[str, str, str]
"""A figure: what it is, its value, what that means."""


class TargetReport(Protocol):
    """What every such report has. began: ISO 8601."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def dialect(self) -> str: ...
    @property
    def seed(self) -> int: ...
    @property
    def began(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def target_page(
    template: str,
    report: TargetReport,
    *,
    about: str,
    subject: str,
    words: Mapping[Verdict, str],
    headline: str,
    facts: Sequence[tuple[str, str]],
    notes: Sequence[str],
    tiles: Sequence[Tile],
    **findings: Any,
) -> str:
    """The page as text. words: what each verdict is called here. facts: beside dialect, seed and times. findings: for
    the template's own part."""
    recorded = f"{report.began[:10]} {report.began[11:16]} UTC"
    every = {
        "dialect": report.dialect,
        "seed": str(report.seed),
        "time": seconds(report.seconds),
        "recorded": recorded,
    }
    return (
        environment()
        .get_template(template)
        .render(
            report=report,
            about=about,
            subject=subject,
            word=words[report.verdict],
            headline=headline,
            facts=[*facts, *every.items()],
            notes=notes,
            tiles=tiles,
            style=asset("assets/report.css"),
            script=asset("assets/lists.js"),
            **findings,
        )
    )
