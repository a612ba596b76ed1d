"""JUnit XML says of each invariant and gate what a CI understands."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import parse

from reports.junit import junit_tree, write_junit
from reports.verdicts import Finding, Verdict
from tests.reports.sample import journal


def test_each_kind_of_finding_has_its_element() -> None:
    unknown = Finding(invariant="L1", title="rest", verdict=Verdict.UNKNOWN, summary="cannot tell")
    skipped = Finding(invariant="L3", title="later", judged=False, summary="N/A")
    failed_gate = replace(journal().gates[0], passed=False)
    run = replace(journal(), findings=(*journal().findings, unknown, skipped), gates=(failed_gate,))
    suite = junit_tree([run])[0]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "2", "errors": "1", "skipped": "1"}


def test_the_file_reads_back_even_with_control_characters_in_a_name(tmp_path: Path) -> None:
    finding = journal().findings[0]
    anomaly = replace(finding.anomalies[0], message="bad \x00\x1b\ud800 name <&>")
    path = tmp_path / "junit.xml"
    write_junit(path, [replace(journal(), findings=(replace(finding, anomalies=(anomaly,)),))])
    failure = parse(path).find(".//failure")
    assert failure is not None
    assert (failure.text or "").startswith("bad \ufffd\ufffd\ufffd name <&>")
