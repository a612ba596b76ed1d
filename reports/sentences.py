"""Figures and conclusions in words, the same on every kind of report."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reports.connector_lacks import in_sentences
from reports.history import History, PartEnd
from reports.journal import Journal, what_broke
from reports.measures import Measures, ShareOutcome
from reports.verdicts import Finding, GateResult, RowKind, Verdict

__all__ = ["conclusion", "count_of", "ended", "measured", "played", "seconds", "some_of"]

_OTHERS = frozenset({"process", "python", "url"})
"""What a journal has in place of a design where the service is not the reference pipeline."""

_NOTICES = "notices"
_NAME = 80
"""Characters of a name in a sentence."""


def seconds(value: float | None) -> str:
    """`12 ms`, `1.24 s`, `0.35 ms` for what a millisecond would hide, `-` for none."""
    if value is None:
        return "-"
    if 0 < value < 0.00995:
        return f"{value * 1000:.2g} ms"
    return f"{value * 1000:.0f} ms" if value < 0.9995 else f"{value:.2f} s"


def played(journal: Journal) -> str:
    """What was under test: `spool design`, or `process service`; empty where that is not known."""
    return f"{journal.design} {'service' if journal.design in _OTHERS else 'design'}" if journal.design else ""


def count_of(number: int, thing: str, things: str = "") -> str:
    """`1 run`, `2 runs`, `3 anomalies`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def some_of(names: Sequence[str], most: int = 8) -> str:
    """`'a', 'b' and 3 more`: the first few, each as far as a line holds it."""
    shown = [repr(name if len(name) <= _NAME else f"{name[:_NAME]}…") for name in names[:most]]
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(shown) + more


def measured(gate: GateResult) -> str:
    """The value of a gate, in the unit of what it measures."""
    if gate.value is None:
        return "nothing to measure"
    return f"measured {_in_unit(gate)}{' and still not ended' if gate.unfinished else ''}"


def _in_unit(gate: GateResult) -> str:
    value = gate.value or 0.0
    match gate.expression.partition("(")[0].strip():
        case "ratio":
            return f"{100 * value:.3g}%"
        case "rate":
            return f"{value:.3g}/s"
        case "count":
            return f"{value:g}"
        case _:
            return seconds(value)


def conclusion(journal: Journal) -> str:
    """What the run shows, and what it was judged without, on one line."""
    weaker = (*_lacking(journal), *in_sentences(journal.clusters), *_allowed(journal))
    return " ".join([*map(ended, journal.history.part_ends), _judged(journal), *weaker])


def _lacking(journal: Journal) -> Iterator[str]:
    """Which logs the run was judged without, and what could not be judged at all; V2 lists the weaker forms.

    Notices are no log: who sends none owes nobody any.
    """
    lacks = dict.fromkeys(lack for row in journal.findings for lack in row.lacks if lack != _NOTICES)
    if lacks:
        if unjudged := [row.invariant for row in journal.findings if not row.judged and lacks.keys() & row.lacks]:
            yield f"Not judged: {', '.join(unjudged)}."
        yield f"Judged in a weaker form: {', '.join(f'no {lack}' for lack in lacks)} (see V2)."


def _allowed(journal: Journal) -> Iterator[str]:
    """What the service's sheet allows."""
    if described := journal.allowances.described:
        yield f"Allowed by its sheet: {'; '.join(described)}."


def ended(end: PartEnd) -> str:
    """What an unplanned end was."""
    return f"The {end.part} ended at {end.at:.2f} s, which nothing in the run had asked for: {end.how}."


def _judged(journal: Journal) -> str:
    match journal.verdict:
        case Verdict.VALID:
            return _valid(journal)
        case Verdict.UNKNOWN:
            return f"The run cannot tell{_doubts(journal)}."
        case Verdict.INVALID:
            broken = [row for row in journal.findings if row.verdict is Verdict.INVALID]
            names = ", ".join(f"{row.invariant} ({row.title})" for row in broken)
            return f"The service broke its promise: {names}."


def _doubts(journal: Journal) -> str:
    """Each once, though several findings may share it; what parts' ends mean has been said."""
    doubts = [row for row in journal.findings if row.judged and row.verdict is Verdict.UNKNOWN]
    words = [f"{row.invariant}: {row.summary}" if row.anomalies else row.summary for row in doubts if not _tells(row)]
    if not words:
        return "" if doubts else ": nothing was judged"
    return f": {'; '.join(dict.fromkeys(words))}"


def _tells(finding: Finding) -> bool:
    """Whether it says nothing but that parts ended."""
    kinds = {witness.kind for anomaly in finding.anomalies for witness in anomaly.witnesses}
    return kinds == {RowKind.PART_END}


def _valid(journal: Journal) -> str:
    strikes = what_broke(journal).total()
    under = f"Under {strikes} fault{'s' if strikes > 1 else ''}, every" if strikes else "Every"
    return (
        f"{under} accepted create came to a clean end: {_outcomes(journal.history)}; the clusters hold the active"
        " records and nothing else."
    )


def _outcomes(history: History) -> str:
    """What became of the shares, each create of a name by itself: by the log of changes, or as clients saw it."""
    outcomes = Counter(line.share_outcome for line in Measures(history).lines)
    removed = outcomes[ShareOutcome.FAILED] + outcomes[ShareOutcome.DELETED]
    accepted = sum(outcomes.values())
    plural = "" if accepted == 1 else "s"
    return f"of {accepted} share{plural}, {outcomes[ShareOutcome.ACTIVE]} ended active and {removed} removed"
