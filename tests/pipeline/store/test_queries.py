"""Named queries: what a query of a .sql file becomes."""

from pipeline.store.queries import load_queries


def test_a_query_picks_its_values_by_name_as_often_as_it_names_them() -> None:
    query = load_queries()["hide_message"]
    values = {"number": 3, "owner": "one", "visible_at": 1.5, "unasked": None}
    assert query.values(values) == (1.5, 3, "one")
    assert query.text.count("?") == 3
    assert ":" not in query.text
    often = load_queries()["insert_shares"]
    assert often.values({"shares": "[]", "now": 1.5}) == (1.5, 1.5, 1.5, "[]")


def test_a_query_of_one_value_or_of_none_gets_a_row_of_values_too() -> None:
    queries = load_queries()
    assert queries["known"].values({"ids": "[]"}) == ("[]",)
    assert queries["count"].values({}) == ()
