"""Each invariant has one text, from which reports and the page about them are made."""

import re

import pytest

from harness.checkers.document import invariants_markdown
from harness.checkers.run_checkers import CHECKERS
from reports.invariants import PROMISES


def test_every_checker_has_a_promise_and_no_promise_lacks_its_checker() -> None:
    assert sorted(PROMISES) == sorted(checker.invariant for checker in CHECKERS)


@pytest.mark.parametrize("invariant", PROMISES)
def test_a_promise_is_a_sentence_with_a_reason_and_a_violation_in_five_lines(invariant: str) -> None:
    promise = PROMISES[invariant]
    assert re.fullmatch(r"[A-Z][^\n]*\.", promise.sentence)
    assert re.fullmatch(r"[A-Z][^\n]*\.", promise.why)
    assert len(promise.example) == 5
    assert all(re.match(r"\d+\.\d s  \S", line) for line in promise.example)
    assert re.match(rf"\d+\.\d s  {invariant}: ", promise.example[-1])


def test_the_page_has_each_of_them_by_kind_and_number() -> None:
    page = invariants_markdown()
    assert re.findall(r"^## (\w+):", page, re.MULTILINE) == sorted(
        (checker.invariant for checker in CHECKERS), key=lambda name: ("SLTNV".index(name[0]), int(name[1:]))
    )
    for promise in PROMISES.values():
        assert promise.sentence in page
        assert promise.why in page
    anchors = re.findall(r"\]\(#([^)]*)\)", page)
    made = [
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^## (\w+: .*)$", page, re.MULTILINE)
    ]
    assert anchors == made
