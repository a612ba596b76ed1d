"""Quoting, held against the shell of this machine."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.dialects import DIALECTS, FileDialect, load_dialect
from connector.dialects.words import MAX_LINE, checked_line, quote, split_words
from connector.errors import CommandError
from connector.operations import Create, Request, Show, Stamp
from tests.connector.dialects.strategies import NASTY, requests, texts

_ANY_TEXT = [dialect for dialect in map(load_dialect, DIALECTS) if dialect.takes_any_text]
each_dialect = pytest.mark.parametrize("dialect", _ANY_TEXT, ids=[dialect.name for dialect in _ANY_TEXT])
# A process per example: fewer of them, and the directory of the test serves them all.
at_the_shell = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def words_at_the_shell(line: str, directory: Path) -> list[str]:
    script = f"printf '%s\\0' {line}".encode()
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, cwd=directory, check=True, timeout=30)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


@each_dialect
@at_the_shell
@given(request_=requests)
def test_a_shell_splits_a_command_into_the_very_words_and_does_nothing_else(
    dialect: FileDialect, request_: Request, tmp_path: Path
) -> None:
    line = dialect.command(request_)
    assert words_at_the_shell(line, tmp_path) == split_words(line)
    assert list(tmp_path.iterdir()) == []


@each_dialect
@pytest.mark.parametrize("name", [*NASTY, "$(touch pwned)", "`touch pwned`", "x; touch pwned", "x' ; touch pwned '"])
def test_a_name_that_is_a_command_reaches_the_connector_as_a_name(
    dialect: FileDialect, name: str, tmp_path: Path
) -> None:
    line = dialect.command(Create(name=name, size=1, stamp=Stamp(request_id=name)))
    assert name in words_at_the_shell(line, tmp_path)
    assert list(tmp_path.iterdir()) == []


@at_the_shell
@given(line=st.text(alphabet="ab-'\"\\ \t$(){};|&<>*?#~!=\n", max_size=12))
def test_whatever_line_is_accepted_means_the_same_to_a_shell(line: str, tmp_path: Path) -> None:
    try:
        words = split_words(line)
    except CommandError:
        return
    assert words_at_the_shell(line.rstrip("\n"), tmp_path) == (words or [""])


@given(words=st.lists(texts))
def test_joined_words_split_into_themselves(words: list[str]) -> None:
    assert split_words(checked_line(" ".join(map(quote, words)))) == words


@pytest.mark.parametrize(
    "line", ["a $(b)", "a `b`", "a; b", "a | b", "a & b", "a > b", "a *", 'a "$b"', "a 'b", "a\nb"]
)
def test_a_line_that_a_shell_would_act_on_is_refused(line: str) -> None:
    with pytest.raises(CommandError, match="means something to a shell"):
        split_words(line)


@pytest.mark.parametrize(
    ("name", "complaint"), [("a\0b", "NUL"), ("\ud800", "surrogate"), ("x" * MAX_LINE, f"at most {MAX_LINE}")]
)
def test_what_no_shell_can_carry_is_refused_before_it_is_sent(name: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        load_dialect("native").command(Show(name=name))
