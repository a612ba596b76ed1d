"""Each operator, boundary and truth value is changed once, alone, and nothing else is."""

from tests.mutation.mutations import mutations_of

_SOURCE = '''\
"""A module."""

MOST = 0.9
NAMES = frozenset({"a" in "b"})


class Row:
    size: int = 3

    def fits(self, at: int | None) -> bool:
        if 1 <= self.size < MOST and not at:
            return True
        return min(self.size, 2) == max(any([]), 5)
'''


def _changes() -> list[tuple[str, str, str]]:
    return [(row.place, row.before, row.after) for row in mutations_of(_SOURCE, "x.py")]


def test_every_operator_boundary_and_truth_value_is_changed() -> None:
    fits = "Row.fits"
    compared = "1 <= self.size < MOST"
    assert sorted(_changes()) == sorted(
        [
            ("module", "0.9", "1.9"),
            ("module", "'a' in 'b'", "'a' not in 'b'"),
            (fits, f"{compared} and (not at)", f"{compared} or not at"),
            (fits, compared, "1 < self.size < MOST"),
            (fits, compared, "1 <= self.size <= MOST"),
            (fits, "1", "2"),
            (fits, "not at", "at"),
            (fits, "True", "False"),
            (fits, "min(self.size, 2) == max(any([]), 5)", "min(self.size, 2) != max(any([]), 5)"),
            (fits, "min(self.size, 2)", "max(self.size, 2)"),
            (fits, "max(any([]), 5)", "min(any([]), 5)"),
            (fits, "any([])", "all([])"),
        ]
    )


def test_a_mutant_is_the_module_with_that_one_change() -> None:
    [mutant] = [row for row in mutations_of(_SOURCE, "x.py") if row.before == "0.9"]
    names: dict[str, object] = {}
    exec(mutant.code, names)
    assert (names["MOST"], names["NAMES"], mutant.line) == (1.9, frozenset({False}), 3)


def test_changes_that_read_the_same_are_told_apart_by_their_number() -> None:
    rows = mutations_of("def f(a):\n    return [a < 1, a < 1]\n", "x.py")
    assert [row.key for row in rows if row.before == "a < 1"] == [
        ("f", "a < 1", "a <= 1", 1),
        ("f", "a < 1", "a <= 1", 2),
    ]
