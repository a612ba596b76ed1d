"""JUnit XML: a test suite per run, a test case per invariant and per gate, for any CI that shows them."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from connector.whole_file import write_whole
from reports.journal import Journal
from reports.verdicts import Anomaly, Finding, GateResult, Verdict

__all__ = ["junit_tree", "write_junit"]


def write_junit(path: Path, journals: Sequence[Journal]) -> None:
    """Write the file in one step."""
    tree = junit_tree(journals)
    indent(tree)
    write_whole(path, tostring(tree, encoding="utf-8", xml_declaration=True))


def junit_tree(journals: Sequence[Journal]) -> Element:
    """The root element. An invalid finding is a failure, an unknown one an error, one not judged is skipped."""
    root = Element("testsuites", name="spoolproof")
    for journal in journals:
        suite = SubElement(
            root, "testsuite", name=journal.scenario, timestamp=journal.began, time=f"{journal.ends:.3f}"
        )
        for finding in journal.findings:
            _finding(suite, journal, finding)
        for gate in journal.gates:
            _gate(suite, journal, gate)
        _count(suite)
    _count(root)
    return root


def _finding(suite: Element, journal: Journal, finding: Finding) -> None:
    name = f"{finding.invariant} {finding.title}"
    case = SubElement(suite, "testcase", classname=f"spoolproof.{journal.scenario}", name=name, time="0")
    if not finding.judged:
        SubElement(case, "skipped", message=_clean(finding.summary))
    elif finding.verdict is Verdict.INVALID:
        failure = SubElement(case, "failure", message=_clean(finding.summary), type=finding.invariant)
        failure.text = _clean("\n\n".join(map(_story, finding.anomalies)))
    elif finding.verdict is Verdict.UNKNOWN:
        SubElement(case, "error", message=_clean(finding.summary), type="unknown")


def _gate(suite: Element, journal: Journal, gate: GateResult) -> None:
    name = _clean(f"gate {gate.expression}")
    case = SubElement(suite, "testcase", classname=f"spoolproof.{journal.scenario}", name=name, time="0")
    if not gate.passed:
        SubElement(case, "failure", message=gate.measured, type="gate")


def _story(anomaly: Anomaly) -> str:
    return "\n".join([anomaly.message, *(f"  {row.at:.3f} s  {row.text}" for row in anomaly.witnesses)])


def _count(element: Element) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    element.set("failures", str(len(element.findall(".//failure"))))
    element.set("errors", str(len(element.findall(".//error"))))
    element.set("skipped", str(len(element.findall(".//skipped"))))


def _clean(text: str) -> str:
    """XML 1.0 has no control characters, not even escaped ones; a share's name may have brought some."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff") else "\ufffd"
        for c in text
    )
