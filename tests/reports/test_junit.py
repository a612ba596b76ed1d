"""JUnit XML says of each invariant and gate what a CI understands."""

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, parse

import pytest

from connector.values import replace
from reports.journal import Journal
from reports.junit import junit_tree, write_junit
from reports.verdicts import Anomaly, Finding, Verdict
from tests.reports.sample import journal

_SHAPE = {
    "testsuites": (("testsuite",), {"name", "time", "tests", "failures", "errors", "skipped"}),
    "testsuite": (
        ("properties", "testcase"),
        {"name", "timestamp", "time", "tests", "failures", "errors", "skipped"},
    ),
    "properties": (("property",), set()),
    "property": ((), {"name", "value"}),
    "testcase": (("skipped", "error", "failure"), {"classname", "name", "time"}),
    "skipped": ((), {"message"}),
    "error": ((), {"message", "type"}),
    "failure": ((), {"message", "type"}),
}
"""Children in their order, and attributes, of the schema that Jenkins' xUnit plugin checks with (junit-10.xsd)."""


def test_each_kind_of_finding_has_its_element() -> None:
    unknown = Finding(invariant="L1", title="rest", verdict=Verdict.UNKNOWN, summary="cannot tell")
    skipped = Finding(invariant="L3", title="later", judged=False, summary="N/A")
    failed_gate = replace(journal().gates[0], passed=False)
    run = replace(journal(), findings=(*journal().findings, unknown, skipped), gates=(failed_gate,))
    suite = junit_tree([run])[0]
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "1"}


def test_a_failure_tells_the_first_witnesses_and_no_megabytes() -> None:
    anomaly = journal().findings[0].anomalies[0]
    many = replace(journal().findings[0], summary="90 anomalies", anomalies=(anomaly,) * 25)
    (failure,) = junit_tree([replace(journal(), findings=(many,))]).iterfind(".//failure")
    assert failure.get("message") == f"90 anomalies: {anomaly.message}"
    assert "12.500 s  processor moved" in str(failure.text)
    assert str(failure.text).count("12.500 s") == 10
    assert str(failure.text).endswith("and 15 more in the report")


def test_what_an_unclear_finding_found_is_in_its_element() -> None:
    found = replace(journal().findings[0], verdict=Verdict.UNKNOWN)
    error = junit_tree([replace(journal(), findings=(found,))]).find(".//error")
    assert error is not None
    assert found.anomalies[0].message in (error.text or "")


def test_the_file_reads_back_whatever_characters_a_journal_brings(tmp_path: Path) -> None:
    bad = "bad \x00\x1b\ud800 name <&>"
    finding = journal().findings[0]
    anomaly: Anomaly = replace(finding.anomalies[0], message=bad)
    gate = replace(journal().gates[0], expression=bad, passed=False)
    run = replace(
        journal(),
        scenario=bad,
        title=bad,
        notes=(bad,),
        began=bad,
        findings=(replace(finding, title=bad, anomalies=(anomaly,)),),
        gates=(gate,),
    )
    path = tmp_path / "junit.xml"
    write_junit(path, [run])
    failure = parse(path).find(".//failure")
    assert failure is not None
    assert (failure.text or "").startswith("bad \ufffd\ufffd\ufffd name <&>")


def others() -> Sequence[Journal]:
    """Runs that differ in one thing each, and two that differ in nothing."""
    first = replace(journal(), design="spool", gates=journal().gates * 2)
    return (
        first,
        first,
        replace(first, seed=8),
        replace(first, world="virtual"),
        replace(first, design="blocking"),
        replace(first, scenario="another"),
        replace(first, overrides={"processor": "a.module:Behaviour"}),
    )


def test_no_two_cases_of_a_file_or_of_several_have_equal_class_name_and_name() -> None:
    together = [pair for suite in junit_tree(others()) for pair in _pairs(suite)]
    assert len(set(together)) == len(together)
    apart = [pair for run in others()[1:] for pair in _pairs(junit_tree([run]))]
    assert len(set(apart)) == len(apart)


def _pairs(element: Element) -> list[tuple[str | None, str | None]]:
    return [(case.get("classname"), case.get("name")) for case in element.iter("testcase")]


def test_a_suite_says_which_run_it_was() -> None:
    suite = junit_tree([replace(journal(), design="spool", world="virtual", seed=31)])[0]
    assert suite.get("name") == "sample.virtual.spool.seed-31"
    properties = {row.get("name"): row.get("value") for row in suite.iter("property")}
    assert {"seed": "31", "world": "virtual", "design": "spool", "scenario": "sample"}.items() <= properties.items()
    assert properties["command"] == journal().command


@pytest.mark.parametrize(
    "began", ["2026-01-02T03:04:05.678+00:00", "2026-01-02T03:04:05Z", "2026-01-02T05:04:05+02:00"]
)
def test_the_timestamp_is_in_utc_and_in_the_form_that_schemas_ask_for(began: str) -> None:
    assert junit_tree([replace(journal(), began=began)])[0].get("timestamp") == "2026-01-02T03:04:05"


def test_a_run_that_was_cut_short_or_judged_nothing_is_no_success() -> None:
    passing = replace(journal(), findings=(Finding(invariant="S1", title="one", verdict=Verdict.VALID),))
    assert junit_tree([passing]).get("errors") == "0"
    assert junit_tree([replace(passing, interrupted=True)]).get("errors") == "1"
    unjudged = Finding(invariant="S1", title="one", judged=False)
    assert junit_tree([replace(passing, findings=(unjudged,))]).get("errors") == "1"
    assert junit_tree([replace(passing, findings=())]).get("errors") == "1"


def test_the_file_has_the_shape_that_readers_check() -> None:
    unknown = Finding(invariant="L1", title="rest", verdict=Verdict.UNKNOWN, summary="cannot tell")
    skipped = Finding(invariant="L3", title="later", judged=False, summary="N/A")
    run = replace(journal(), findings=(*journal().findings, unknown, skipped))
    for element in junit_tree([run, *others()]).iter():
        children, attributes = _SHAPE[element.tag]
        assert set(element.keys()) == attributes, element.tag
        places = [children.index(child.tag) for child in element]
        assert places == sorted(places), element.tag
        assert re.fullmatch(r"\d+\.\d{3}", element.get("time", "0.000"))
