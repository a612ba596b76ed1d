"""TOML files become models, or problems that name the line, the key and what is accepted."""

import tomllib
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from connector.errors import TomlProblem, TomlProblems
from connector.toml_lines import KeyPath, key_lines
from connector.tomlfile import TomlDocument, parse_toml, read_toml


class Kind(StrEnum):
    KILL = "kill"
    CRASH = "crash"


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Spread(Table):
    median: float


class Load(Table):
    rate: Annotated[float, Field(gt=0)]
    kind: Kind = Kind.KILL
    size: float | Spread = 1.0


class Even(Table):
    kind: Literal["even"]


class Mixed(Table):
    kind: Literal["mixed"]
    parts: int = 1


class Root(Table):
    shape: Annotated[Even | Mixed, Field(discriminator="kind")] | None = None
    title: str = ""
    load: Load | None = None
    clusters: dict[str, Load] = {}
    faults: list[Load] = []
    gates: tuple[str, ...] = ()


def problems(text: str) -> list[str]:
    with pytest.raises(TomlProblems) as caught:
        parse_toml(text, "x.toml", Root)
    return str(caught.value).split("\n")


def test_a_good_text_becomes_the_model() -> None:
    root = parse_toml('title = "a"\n[[faults]]\nrate = 2\nkind = "crash"\n', "x.toml", Root)
    assert root == Root(title="a", faults=[Load(rate=2, kind=Kind.CRASH)])


def test_a_bound_is_named_with_line_key_and_value() -> None:
    assert problems("# a comment\n[load]\nrate = -3\n") == ["x.toml:3: load.rate: must be greater than 0 (got -3)"]


def test_an_unknown_key_names_the_nearest_and_all_that_are_accepted() -> None:
    assert problems("[load]\nrate = 1\nsise = 2\n") == [
        "x.toml:3: load.sise: unknown key (did you mean 'size'?); accepted: kind, rate, size"
    ]


@pytest.mark.parametrize("place", ["[clusters.north]\nrate = 1\n", "[[faults]]\nrate = 1\n"])
def test_unknown_keys_inside_maps_and_arrays_list_what_those_accept(place: str) -> None:
    assert problems(place + "zz = 2\n")[0].endswith("unknown key; accepted: kind, rate, size")


def test_an_unknown_key_in_a_union_lists_the_keys_of_its_kind() -> None:
    assert problems('shape = {kind = "mixed", part = 2}\n') == [
        "x.toml:1: shape.part: unknown key (did you mean 'parts'?); accepted: kind, parts"
    ]


def test_a_wrong_choice_lists_the_choices() -> None:
    assert problems('[load]\nrate = 1\nkind = "kil"\n') == [
        "x.toml:3: load.kind: must be 'kill' or 'crash' (got 'kil') (did you mean 'kill'?)"
    ]


def test_the_nth_entry_of_an_array_of_tables_has_its_own_line() -> None:
    assert problems("[[faults]]\nrate = 1\n\n[[faults]]\nrate = true\nsize = {}\n") == [
        "x.toml:6: faults[1].size.median: is required"
    ]


def test_a_missing_key_is_reported_at_its_table() -> None:
    assert problems("\n\n[load]\nsize = 1\n") == ["x.toml:3: load.rate: is required"]


def test_all_problems_are_reported_in_the_order_of_the_lines() -> None:
    found = problems("titel = 1\n[load]\nrate = 0\n[clusters.a]\nrate = 'x'\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "5"]


def test_only_the_branch_of_a_union_that_the_author_meant_complains() -> None:
    assert problems("[load]\nrate = 1\nsize = {median = 'x'}\n") == [
        "x.toml:3: load.size.median: must be a number (got 'x')"
    ]


def test_a_syntax_error_has_line_and_column() -> None:
    assert problems("a = 1\nb = = 2\n") == ["x.toml:2: not valid TOML: Invalid value (column 5)"]


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000, "a = 2000-13-01", "[a", "\ufeffa = 1"])
def test_what_the_parser_chokes_on_is_one_clear_line(text: str) -> None:
    assert len(problems(text)) == 1


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    with pytest.raises(TomlProblems) as caught:
        read_toml(path, Root)
    assert str(caught.value) == f"{path}: cannot be read: no such file or directory"


def test_a_directory_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(TomlProblems, match="cannot be read: is a directory"):
        read_toml(tmp_path, Root)


def test_bytes_that_are_not_utf8_have_a_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b"a = 1\nb = '\xe9'\n")
    with pytest.raises(TomlProblems) as caught:
        read_toml(path, Root)
    assert caught.value.problems == (TomlProblem(source=str(path), line=2, message="not UTF-8 text"),)


def test_a_name_that_no_file_can_have_is_one_clear_line() -> None:
    with pytest.raises(TomlProblems, match="not a file name"):
        read_toml(Path("a\0b"), Root)


def test_windows_line_ends_count_as_one() -> None:
    assert problems("[load]\r\nrate = 0\r\n")[0].startswith("x.toml:2: ")


TRICKY = '''
title = """
[load]
a = 1 # not a key \\""" ""
"""   # line 5 ends it
"quoted \\u00e9" . 'b' = [ # line 6
  1, { x = "]", "y" . z = '}' }, # line 7
  ["a,b", [2]], # line 8
]
[ a . b ] # line 10
c = \'\'\'x
\'\'\'\'\'
d = 1979-05-27 07:32:00
[[a.list]] # line 14
[a.list.inner] # line 15
e.f = 1
[[a.list]]
g = {}
'''


def test_lines_survive_strings_comments_and_nesting() -> None:
    lines = key_lines(TRICKY)
    assert lines["title",] == 2
    assert lines["quoted é", "b"] == 6
    assert lines["quoted é", "b", 1, "y", "z"] == 7
    assert lines["quoted é", "b", 2, 1, 0] == 8
    assert lines["a", "b"] == 10
    assert lines["a", "b", "d"] == 13
    assert lines["a", "list"] == 14
    assert lines["a", "list", 0, "inner"] == 15
    assert lines["a", "list", 0, "inner", "e", "f"] == 16
    assert lines["a", "list", 1] == 17
    assert lines["a", "list", 1, "g"] == 18


def paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every key and index in a parsed document."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from paths(inner, (*path, step))


def test_every_key_of_the_tricky_text_has_a_line() -> None:
    assert set(paths(tomllib.loads(TRICKY))) == set(key_lines(TRICKY))


def spelled(value: object) -> str:
    """An inline TOML spelling."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelled(key)} = {spelled(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + ",\n".join(spelled(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" if letter in '"\\' else letter for letter in value) + '"'
    return str(value)


WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=8)
VALUES = st.recursive(
    st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(WORDS, VALUES, max_size=5))
def test_every_key_of_any_document_has_a_line(values: dict[str, object]) -> None:
    text = "\n".join(f"{spelled(key)} = {spelled(value)}" for key, value in values.items())
    document = TomlDocument.parse(text, "x.toml")
    assert document.values == values
    assert set(document.lines) == set(paths(values))


TOML_LIKE = st.text("[]{}=.,#\"'\\\n\r\t 0123456789-_abekrtz:+", max_size=60)


@given(st.text() | TOML_LIKE)
def test_any_text_is_a_value_or_problems(text: str) -> None:
    with suppress(TomlProblems):
        assert isinstance(parse_toml(text, "x.toml", Root), Root)


@given(st.binary())
def test_any_bytes_are_a_value_or_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content)
    with suppress(TomlProblems):
        assert isinstance(read_toml(path, Root), Root)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    """TOML 1.1 ignores it, and so do editors, which write it without asking."""
    path = tmp_path / "marked.toml"
    path.write_bytes(b"\xef\xbb\xbfmedian = 1.0\n")
    assert read_toml(path, Spread) == Spread(median=1.0)


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 20_000) + " = 1\n",
        "[" + ".".join("a" * 20_000) + "]\n",
        "[[" + " . ".join('"a"' for _ in range(20_000)) + "]]\n",
        "x = { " + ".".join("a" * 20_000) + " = 1 }\n",
        "x = { y = 1, " + ".".join("a" * 20_000) + " = 1 }\n",
    ],
    ids=["key", "table", "array", "inline", "second inline"],
)
def test_a_key_of_thousands_of_parts_is_refused_before_it_is_read(text: str) -> None:
    with pytest.raises(TomlProblems, match=r"^file\.toml:2: a key has more than 32 parts$"):
        parse_toml("# a comment\n" + text, "file.toml", Root)


def test_words_with_dots_are_no_long_key() -> None:
    dotted = ".".join(["word"] * 50)
    assert parse_toml(f'# {dotted}\nname = "{dotted}"\n', "file.toml", Dotted).name == dotted


class Dotted(BaseModel):
    name: str


def test_of_very_many_problems_the_first_are_told_and_the_rest_counted() -> None:
    text = "".join(f"unknown{number} = 1\n" for number in range(60_000))
    with pytest.raises(TomlProblems) as caught:
        parse_toml(text, "file.toml", Root)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("file.toml:1: unknown0: unknown key")
    assert lines[-1].endswith(" more problems")
    assert len(lines) == 31


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.write_text("# " + "x" * 2_000_000)
    with pytest.raises(TomlProblems, match="larger than 1048576 bytes"):
        read_toml(path, Root)


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(TomlProblems, match="it is not a regular file"):
        read_toml(Path("/dev/zero"), Root)
