"""Every reader of a contract report shows every state, and is spoiled by no text."""

import json
from collections import Counter
from io import StringIO
from xml.etree.ElementTree import tostring

import pytest
from rich.console import Console

from connector.values import replace
from reports.contract.document import contract_document
from reports.contract.junit import contract_junit
from reports.contract.markdown import contract_markdown
from reports.contract.page import contract_page
from reports.contract.results import ClauseState
from reports.contract.terminal import print_contract
from reports.contract.wording import headline, not_passed, notes, themes
from reports.html.template import coded
from tests.reports.contract.sample import sample


def test_junit_counts_each_case_once_and_under_a_name_of_its_own() -> None:
    root = contract_junit(sample())
    cases = root.findall(".//testcase")
    names = Counter((case.attrib["classname"], case.attrib["name"]) for case in cases)
    assert set(names.values()) == {1}
    assert root.attrib["tests"] == str(len(cases)) == "9"
    assert root.attrib["failures"] == "1", "a recommendation that is not met is none"
    assert root.attrib["errors"] == "2"
    assert root.attrib["skipped"] == "4"
    assert "\x1b" not in tostring(root, encoding="unicode")


def test_junit_tells_target_and_seed() -> None:
    root = contract_junit(sample())
    assert {row.attrib["name"]: row.attrib["value"] for row in root.findall(".//property")}["seed"] == "7"
    assert all("filer-north.seed-7" in case.attrib["classname"] for case in root.findall(".//testcase"))


def test_a_run_that_decides_nothing_is_an_error_in_junit() -> None:
    root = contract_junit(sample(ClauseState.NOT_CLAIMED))
    (error,) = root.findall(".//error")
    assert "no clause ran that is a must" in error.attrib["message"]


def test_markdown_is_spoiled_by_no_text() -> None:
    text = contract_markdown(sample())
    assert text.startswith("## ❌ filer.north does not conform: 1 clause failed")
    assert "<b>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| `theme.")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {5}


def test_code_in_the_sentence_of_a_clause_is_code_in_markdown() -> None:
    report = sample()
    results = [replace(each, sentence="A size of `<none>|0` is `invalid`_.") for each in report.results]
    text = contract_markdown(replace(report, results=tuple(results)))
    assert "A size of `&lt;none&gt;" not in text
    assert "A size of `<none>\\|0` is `invalid`\\_." in text


def test_the_page_is_spoiled_by_no_text() -> None:
    page = contract_page(sample())
    assert "<b>|" not in page
    assert "Does not conform: 1 clause failed" in page
    for state in ClauseState:
        assert f"A clause that is {state}." in page


def test_what_did_not_pass_comes_with_the_gravest_first_and_recommendations_last() -> None:
    ids = [result.id for result in not_passed(sample())]
    assert ids == [f"theme.{name}" for name in ("failed-must", "error-must", "unknown-must", "exempted-must")] + [
        "theme.failed-should"
    ]


def test_a_theme_that_was_filtered_out_is_in_no_table() -> None:
    report = sample()
    away = replace(report.results[0], id="away.one", theme="away", state=ClauseState.NOT_RUN)
    filtered = replace(report, filters=("theme.*",), results=(*report.results, away))
    assert [theme for theme, *_ in themes(filtered)] == ["theme"]
    assert [theme for theme, *_ in themes(replace(filtered, filters=()))] == ["theme", "away"]


def test_a_run_that_lost_its_target_says_so_beside_what_failed() -> None:
    report = sample(ClauseState.FAILED, stopped="portal@filer:22: the connection was refused")
    assert headline(report).startswith("does not conform")
    assert "the target was lost in mid-run: portal@filer:22: the connection was refused" in list(notes(report))


@pytest.mark.parametrize(
    ("text", "page"),
    [("a `b<c` d", "a <code>b&lt;c</code> d"), ("one ` alone <", "one ` alone &lt;"), ("none", "none")],
)
def test_what_stands_between_backticks_is_code_on_a_page(text: str, page: str) -> None:
    assert str(coded(text)) == page


@pytest.mark.parametrize("every", [False, True])
def test_the_terminal_is_not_moved_by_any_text(every: bool) -> None:
    out = StringIO()
    print_contract(sample(), Console(file=out, width=120, force_terminal=False), every=every)
    assert "\x1b" not in out.getvalue()
    assert "left behind, or perhaps: 'ours'" in out.getvalue()
    assert "shares of others that were there before and are not now" in out.getvalue()


def test_the_document_has_everything_as_json() -> None:
    document = json.loads(json.dumps(contract_document(sample())))
    assert document["headline"] == headline(sample())
    assert {row["state"] for row in document["clauses"]} == {state.value for state in ClauseState}
    assert document["shares"]["missing"]
