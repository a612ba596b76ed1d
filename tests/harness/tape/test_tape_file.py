"""Tapes as files: what is written is read again, and what is wrong is said with its line."""

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import TomlProblems
from harness.tape.exchange import CutBy, Event, EventSource, TapedExchange
from harness.tape.redaction import Redactor
from harness.tape.tape_file import read_tape, tape_schema
from harness.tape.tape_text import exchange_text, head_text

HEAD = "format = 1\nbegan = 2026-01-02T00:00:00Z\n"
EVENTS = (
    Event(at=0.5, source=EventSource.STDIN, size=3),
    Event(at=0.6, source=EventSource.END),
    Event(at=0.7, source=EventSource.SIGNAL, name="INT"),
    Event(at=0.75, source=EventSource.STDOUT, size=4),
)


def read(folder: Path, text: str) -> tuple[TapedExchange, ...]:
    (folder / "t.toml").write_text(text, encoding="utf-8")
    return read_tape(folder / "t.toml").exchanges


@pytest.mark.parametrize(
    "exchange",
    [
        TapedExchange(
            connection=1, session=1, at=0.25, took=1.5, exec="a 'b' \"c\" \\d", status=255, events=EVENTS, stdin=b"abc"
        ),
        TapedExchange(
            connection=2, session=9, at=3.0, took=0.0, typed="list\r", terminal="vt100 80x24", cut=CutBy.CLIENT
        ),
        TapedExchange(connection=1, session=1, at=0.0, took=0.0, exec="x", signal="KILL", environment={"A B": 'c"'}),
        TapedExchange(
            connection=1, session=1, at=0.0, took=0.0, exec="x", refused="no more", left_out=7, stderr=b"\xff\x00"
        ),
    ],
)
def test_an_exchange_is_read_as_it_was_written(exchange: TapedExchange, tmp_path: Path) -> None:
    redactor = Redactor({})
    head = head_text("somewhere", datetime(2026, 1, 2, tzinfo=UTC), ["r-\\d+"], redactor)
    (found,) = read(tmp_path, head + exchange_text(exchange, redactor))
    line = found.line
    assert (tmp_path / "t.toml").read_text().splitlines()[line - 1] == "[[exchanges]]"
    assert found == TapedExchange(
        **{**{name: getattr(exchange, name) for name in TapedExchange.__slots__}, "line": line}
    )
    assert read_tape(tmp_path / "t.toml").ignore == ("r-\\d+",)


@settings(max_examples=150)
@given(st.text(st.sampled_from(list("\"'\\\n\r\t ab\x1b\x00é\u202e\U0001f600")), max_size=12))
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    exchange = TapedExchange(connection=1, session=1, at=0, took=0, exec=text, stdout=text.encode())
    (found,) = tomllib.loads(exchange_text(exchange, Redactor({})))["exchanges"]
    assert (found["exec"], found.get("stdout", "")) == (text, text)


def test_exchanges_are_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    rows = "".join(
        f'[[exchanges]]\nsession = {n}\nat = {at}\nexec = "{n}"\n' for n, at in enumerate((3, 1, 2), start=1)
    )
    assert [each.asked for each in read(tmp_path, HEAD + rows)] == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.toml: format: is required"),
        (HEAD.replace("1\n", "2\n", 1), "t.toml:1: format: must be 1"),
        (f"{HEAD}[[exchanges]]\nsession = 1\n", "t.toml:3: exchanges[0]: needs either exec (a command) or typed"),
        (f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\ntyped = "b"\n', "t.toml:3: exchanges[0]: needs either exec"),
        (
            f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\nexitcode = 1\n',
            "t.toml:6: exchanges[0].exitcode: unknown key",
        ),
        (f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\nstatus = 256\n', "t.toml:6: exchanges[0].status: "),
        (f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\nstatus = 1\nsignal = "INT"\n', "has both status and signal"),
        (
            f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\nstdout_base64 = "?"\n',
            "t.toml:6: exchanges[0].stdout_base64: ",
        ),
        (f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a\n', "t.toml:5: not valid TOML: "),
        (f"{HEAD}ignore = ['(']\n", "t.toml:3: ignore: '(' is no regular expression"),
        (
            f'{HEAD}[[exchanges]]\nsession = 1\nexec = "a"\nevents = [[0.1, "stdin"]]\n',
            "t.toml:6: exchanges[0].events[0]",
        ),
    ],
)
def test_what_is_wrong_is_one_error_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TomlProblems) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_a_tape_keeps_to_its_schema(tmp_path: Path) -> None:
    schema = tape_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    exchange = TapedExchange(
        connection=1, session=1, at=0.5, took=1, exec="x", events=EVENTS, stdin=b"abc", stdout=b"abcd"
    )
    text = HEAD + exchange_text(exchange, Redactor({}))
    values = json.loads(json.dumps(tomllib.loads(text), default=str))
    jsonschema.validate(values, schema)
    values["exchanges"][0]["unheard"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, schema)
