"""The page on the invariants links to its own headings."""

from harness.checkers.document import invariants_markdown


def test_a_row_of_the_table_leads_to_the_heading_of_its_invariant() -> None:
    page = invariants_markdown()
    assert "| [S1](#s1-at-most-one-share-and-one-record-for-a-name) |" in page
    assert "\n## S1: at most one share and one record for a name\n" in page


def test_an_invariant_says_without_what_it_is_not_judged_or_judged_in_a_weaker_form() -> None:
    page = invariants_markdown()
    assert "\nJudged only in runs with: change log, notices.\n" in page
    assert "\nJudged in a weaker form without: change log, command log, reason in the change log.\n" in page
