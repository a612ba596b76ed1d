"""A contract report as Markdown, for the summary page of a CI job."""

from reports.contract.results import ContractReport
from reports.contract.wording import counts, headline, not_passed, notes, shares_line, themes
from reports.sentences import seconds
from reports.verdicts import Verdict

__all__ = ["contract_markdown"]

_MARKS = {Verdict.VALID: "✅", Verdict.UNKNOWN: "❔", Verdict.INVALID: "❌"}


def contract_markdown(report: ContractReport) -> str:
    """The page: the headline, what did not pass, and a table of themes."""
    parts = [
        f"## {_MARKS[report.verdict]} {_text(report.target)} {_text(headline(report))}",
        f"{counts(report)}, in {seconds(report.seconds)}, seed {report.seed}. {shares_line(report)}.",
        *(f"- {_text(note)}" for note in notes(report)),
        *_told(report),
        _themes(report),
        f"```console\n$ {report.command}\n```" if report.command else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(report: ContractReport) -> list[str]:
    results = not_passed(report)
    if not results:
        return []
    lines = ["| clause | level | state | why |", "|---|---|---|---|"]
    for result in results:
        why = result.message if result.exemption is None else f"{result.exemption} ({result.message})"
        cells = (f"`{result.id}`<br>{_sentence(result.sentence)}", result.level, result.state, _text(why))
        lines.append(f"| {' | '.join(cells)} |")
    return ["\n".join(lines)]


def _themes(report: ContractReport) -> str:
    lines = ["| theme | passed | not passed | not asked |", "|---|---|---|---|"]
    for theme, passed, *rest in themes(report):
        lines.append(f"| {theme} | {passed} | {' | '.join(str(number or '') for number in rest)} |")
    return "<details><summary>By theme</summary>\n\n" + "\n".join(lines) + "\n\n</details>"


def _sentence(sentence: str) -> str:
    """A clause's own words: what stands in backticks is code, in which only what parts cells is escaped."""
    parts = enumerate(sentence.split("`"))
    return "`".join(part.replace("|", "\\|") if place % 2 else _escaped(part) for place, part in parts)


def _text(text: str) -> str:
    """What a share's name brought must not be Markdown or HTML, nor end the line."""
    return " ".join(_escaped(text).split())


def _escaped(text: str) -> str:
    for mark in "\\`*_[]|~":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("&", "&amp;").replace("<", "&lt;")
