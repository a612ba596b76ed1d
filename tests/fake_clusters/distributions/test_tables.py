"""Distributions are read as TOML spells them; what is wrong is named."""

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from fake_clusters.distributions import (
    DISTRIBUTIONS,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Mixture,
    MixturePart,
)
from fake_clusters.distributions.tables import BASE, DistributionTable

TABLE = TypeAdapter(DistributionTable)


def read(text: str, base: Path = Path()) -> Distribution:
    return TABLE.validate_python(tomllib.loads(f"it = {text}")["it"], context={BASE: base}).distribution()


MIXED = Mixture(parts=(MixturePart(weight=1, of=Constant(3.0)), MixturePart(weight=2, of=Exponential(mean=1.0))))
WRITTEN = {
    "1.5": Constant(1.5),
    '"200ms"': Constant(0.2),
    '{ kind = "constant", value = 2 }': Constant(2.0),
    '{ kind = "lognormal", median = "200ms", p99 = 2 }': Lognormal(median=0.2, p99=2.0),
    '{ kind = "empirical", samples = [2, "1s"] }': Empirical(samples=(1.0, 2.0)),
    """{ kind = "mixture", parts = [
        { weight = 1, of = 3 }, { weight = 2, of = { kind = "exponential", mean = 1 } }
    ] }""": MIXED,
}


@pytest.mark.parametrize(("text", "distribution"), WRITTEN.items())
def test_a_distribution_is_a_number_a_text_or_a_table(text: str, distribution: Distribution) -> None:
    assert read(text) == distribution


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{ kind = "zipf" }', "kind is one of constant, uniform, exponential, normal, lognormal"),
        ("{ mean = 1 }", "kind is one of"),
        (
            '{ kind = "lognormal", median = 1, p95 = 2 }',
            r"unknown key 'p95' \(did you mean 'p99'\?\); accepted: kind, median, p99",
        ),
        ('{ kind = "lognormal", median = 1 }', "Field required"),
        ('{ kind = "lognormal", median = 2, p99 = 1 }', "p99 must be at least 2"),
        ('{ kind = "gamma", mean = 1, shape = nan }', "finite number"),
        ('{ kind = "uniform", low = -1, high = 2 }', "a duration is a number of seconds, 0 or more"),
        ('{ kind = "empirical" }', "either 'file' or 'samples'"),
        ('{ kind = "empirical", samples = [1], column = "x" }', "'column' goes with 'file'"),
        ('{ kind = "mixture", parts = [{ weight = -1, of = 3 }] }', "greater than 0"),
        ('"soon"', "a duration is a number of seconds"),
        ("true", "a duration is a number of seconds"),
        ("[1, 2]", "a duration is a number of seconds"),
    ],
)
def test_what_is_not_a_distribution_is_refused_with_what_is_accepted(text: str, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        read(text)


def test_every_kind_has_its_schema() -> None:
    schema = TABLE.json_schema()
    Draft202012Validator.check_schema(schema)
    kinds = {
        table["properties"]["kind"]["const"] for table in schema["$defs"].values() if "kind" in table["properties"]
    }
    assert kinds == set(DISTRIBUTIONS)


def test_samples_come_from_a_text_file_or_a_column_of_a_csv_next_to_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "samples.txt").write_text("# measured\n2\n\n500ms\n1e-3\n")
    (tmp_path / "runs.csv").write_text("run,seconds\n1,2.5\n2,0.5\n")
    assert read('{ kind = "empirical", file = "samples.txt" }', tmp_path) == Empirical(samples=(0.001, 0.5, 2.0))
    assert read('{ kind = "empirical", file = "runs.csv", column = "seconds" }', tmp_path) == Empirical(
        samples=(0.5, 2.5)
    )


@pytest.mark.parametrize(
    ("content", "more", "complaint"),
    [
        (b"1\nsoon\n", "", "it: line 2: a duration is"),
        (b"1\n-2\n", "", "it: line 2: a duration is"),
        (b"\n", "", "it: holds no samples"),
        (b"\xff\xfe\x00", "", "it: is not a text file"),
        (b"a,b\n1,2\n", ', column = "c"', "it: its first line names no column 'c'"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', ', column = "a"', "it: is not a CSV file"),
        (b"1\n" * 4_200_000, "", "it: cannot be read: it is larger than 8388608 bytes"),
        (b"a,b\n1,2\n3\n", ', column = "b"', "it: line 3: a duration is"),
        (None, "", "it: cannot be read: No such file"),
    ],
)
def test_a_file_that_holds_no_samples_is_refused_with_its_line(
    tmp_path: Path, content: bytes | None, more: str, complaint: str
) -> None:
    if content is not None:
        (tmp_path / "it").write_bytes(content)
    with pytest.raises(ValidationError, match=complaint):
        read(f'{{ kind = "empirical", file = "it"{more} }}', tmp_path)


@pytest.mark.parametrize("more", ["", ', column = "password"'])
def test_a_message_holds_nothing_of_what_the_file_holds(tmp_path: Path, more: str) -> None:
    (tmp_path / "it").write_text("root:secret:0:0\nsecret,secret\n")
    with pytest.raises(ValidationError) as raised:
        read(f'{{ kind = "empirical", file = "it"{more} }}', tmp_path)
    assert "secret" not in str(raised.value)


def test_where_no_file_can_be_named_samples_are_what_is_accepted() -> None:
    with pytest.raises(
        ValidationError, match="'file' is only for scenario and cluster files; accepted here: 'samples'"
    ):
        TABLE.validate_python({"kind": "empirical", "file": "/etc/passwd"})
