"""The page on the invariants links to its own headings."""

from harness.checkers.document import invariants_markdown


def test_a_row_of_the_table_leads_to_the_heading_of_its_invariant() -> None:
    page = invariants_markdown()
    assert "| [S1](#s1-at-most-one-share-and-one-record-for-a-name) |" in page
    assert "\n## S1: at most one share and one record for a name\n" in page
