"""JUnit XML: a test suite per run, a test case per invariant and per gate, for any CI that shows them.

An invalid finding is a `failure`; an unknown one is an `error`, since nobody knows whether the promise held; one that
was not judged is `skipped`. GitLab keeps one of two cases with equal class name and name, so the class name holds what
tells runs apart: scenario, world, design and seed.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connector.atomic_file import write_atomic
from reports.journal import Journal
from reports.sentences import measured
from reports.verdicts import Anomaly, Finding, GateResult, Verdict

__all__ = ["clean", "count_cases", "junit_tree", "utc_timestamp", "write_junit"]

SHOWN = 10
"""Anomalies of an invariant that are told in its case; a page that shows results does not want megabytes."""


def write_junit(path: Path, journals: Sequence[Journal]) -> None:
    """Write the file in one step."""
    tree = junit_tree(journals)
    indent(tree)
    write_atomic(path, tostring(tree, encoding="utf-8", xml_declaration=True))


def junit_tree(journals: Sequence[Journal]) -> Element:
    """The root element."""
    root = Element("testsuites", {"name": "spoolproof", "time": _seconds(sum(journal.ends for journal in journals))})
    used: Counter[str] = Counter()
    for journal in journals:
        used[_class_name(journal)] += 1
        _Suite(root, journal, run=used[_class_name(journal)])
    count_cases(root)
    return root


class _Suite:
    """The suite of one run. run: 2 for the second run that scenario, world, design and seed do not tell apart, …"""

    def __init__(self, root: Element, journal: Journal, *, run: int) -> None:
        self._class_name = _class_name(journal) + (f".run-{run}" if run > 1 else "")
        self._used: Counter[str] = Counter()
        name = clean(self._class_name.removeprefix("spoolproof."))
        began = {"timestamp": utc_timestamp(journal.began), "time": _seconds(journal.ends)}
        self._suite = SubElement(root, "testsuite", {"name": name, **began})
        properties = SubElement(self._suite, "properties")
        for key, value in _properties(journal).items():
            SubElement(properties, "property", {"name": clean(key), "value": clean(value)})
        self._complete(journal)
        for finding in journal.findings:
            self._finding(finding)
        for gate in journal.gates:
            self._gate(gate)
        count_cases(self._suite)

    def _case(self, name: str) -> Element:
        self._used[name] += 1
        own = name if self._used[name] == 1 else f"{name} ({self._used[name]})"
        return SubElement(
            self._suite, "testcase", {"classname": clean(self._class_name), "name": clean(own), "time": "0.000"}
        )

    def _complete(self, journal: Journal) -> None:
        """Without this case, a run that judged nothing would be a suite of which nothing failed."""
        case = self._case("the run is complete")
        if journal.interrupted:
            _tell(case, "error", "the run was interrupted", "interrupted")
        elif not any(finding.judged for finding in journal.findings):
            _tell(case, "error", "nothing was judged", "unknown")

    def _finding(self, finding: Finding) -> None:
        case = self._case(f"{finding.invariant} {finding.title}")
        if not finding.judged:
            SubElement(case, "skipped", {"message": clean(finding.summary)})
        elif finding.verdict is Verdict.INVALID:
            first = f": {finding.anomalies[0].message}" if finding.anomalies else ""
            _tell(case, "failure", f"{finding.summary}{first}", finding.invariant, _text(finding))
        elif finding.verdict is Verdict.UNKNOWN:
            _tell(case, "error", finding.summary, "unknown", _text(finding) or finding.summary)

    def _gate(self, gate: GateResult) -> None:
        case = self._case(f"gate {gate.expression}")
        if not gate.passed:
            _tell(case, "failure", f"{gate.expression}: {measured(gate)}", "gate", measured(gate))


def _tell(case: Element, tag: str, message: str, type: str, text: str = "") -> None:
    SubElement(case, tag, {"message": clean(message), "type": clean(type)}).text = clean(text) or None


def _class_name(journal: Journal) -> str:
    """Dots part it into packages, as Jenkins shows them."""
    design = journal.design or "unknown-design"
    put_in = [f"{part}={words.replace('.', '/')}" for part, words in sorted(journal.overrides.items())]
    parts = ["spoolproof", journal.scenario, journal.world, "+".join([design, *put_in]), f"seed-{journal.seed}"]
    return ".".join(parts)


def _properties(journal: Journal) -> dict[str, str]:
    return {
        "scenario": journal.scenario,
        "title": journal.title,
        "seed": str(journal.seed),
        "world": journal.world,
        "design": journal.design,
        "verdict": journal.verdict,
        "command": journal.command,
        "product": journal.product,
        **{f"behaviour put in {part}": words for part, words in journal.overrides.items()},
        **{f"note {number}": note for number, note in enumerate(journal.notes, start=1)},
    }


def utc_timestamp(began: str) -> str:
    """In UTC and without a zone: the schemas that are in use allow none."""
    try:
        instant = datetime.fromisoformat(began)
    except ValueError:  # a journal is anybody's
        return clean(began)
    utc = instant.astimezone(UTC) if instant.tzinfo else instant
    return utc.replace(tzinfo=None).isoformat(timespec="seconds")


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _text(finding: Finding) -> str:
    stories = [_story(anomaly) for anomaly in finding.anomalies[:SHOWN]]
    rest = len(finding.anomalies) - SHOWN
    return "\n\n".join([*stories, *([f"and {rest} more in the report"] if rest > 0 else [])])


def _story(anomaly: Anomaly) -> str:
    return "\n".join([anomaly.message, *(f"  {row.at:.3f} s  {row.text}" for row in anomaly.witnesses)])


def count_cases(element: Element) -> None:
    """Set the attributes that say how many cases an element has, and how they ended."""
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", str(len(element.findall(".//error"))))
    element.set("skipped", str(len(element.findall(".//skipped"))))


def clean(text: str) -> str:
    """XML 1.0 has no control characters, not even escaped ones; a share's name may have brought some."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff") else "\ufffd"
        for c in text
    )
