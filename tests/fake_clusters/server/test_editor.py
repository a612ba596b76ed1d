"""The line editor shows what it holds: a terminal that follows the echo has the same line and cursor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_clusters.server.editor import LineEditor
from fake_clusters.server.typed_input import ControlKey, LineSplitter, Typed, TypedLine


class Screen:
    """One line of a terminal, as wide as need be."""

    def __init__(self) -> None:
        self.cells: list[str] = []
        self.cursor = 0
        self.lines: list[str] = []

    def show(self, text: str) -> None:
        for char in text:
            if char == "\b":
                assert self.cursor > 0, "beyond the left margin"
                self.cursor -= 1
            elif char == "\n":
                self.lines.append("".join(self.cells).rstrip())
                self.cells, self.cursor = [], 0
            elif char == "\r":
                self.cursor = 0
            elif char != "\a":
                self.cells[self.cursor : self.cursor + 1] = [char]
                self.cursor += 1


def _type(keys: str, limit: int = 100) -> tuple[list[Typed], Screen]:
    screen = Screen()
    return LineEditor(limit, screen.show).feed(keys.encode()), screen


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("ping\r", "ping"),
        ("ping\n", "ping"),
        ("pinx\x7fg\r", "ping"),
        ("\x7f\x08ping\r", "ping"),
        ("ing\x01p\r", "ping"),
        ("ing\x1b[Hp\x1b[F!\r", "ping!"),
        ("pig\x1b[Dn\r", "ping"),
        ("pig\x02n\x06\x06\x06\r", "ping"),
        ("xping\x01\x04\r", "ping"),
        ("xping\x1b[1~\x1b[3~\r", "ping"),
        ("rubbish\x15ping\r", "ping"),
        ("ping pong\x17\x7f\r", "ping"),
        ("ping  \x17pong\r", "pong"),
        ("pingpong\x1b[D\x1b[D\x1b[D\x1b[D\x0b\r", "ping"),
        ("p\x1b[Ai\x1b[Bn\x1bOPg\t\x00\r", "ping"),
        ("grüße\x1b[D\x1b[Dß\r", "grüßße"),
    ],
)
def test_keys_edit_the_line(keys: str, line: str) -> None:
    events, screen = _type(keys)
    assert events == [TypedLine(line)]
    assert screen.lines == [line]


def test_return_and_newline_together_end_one_line() -> None:
    events, _ = _type("a\r\nb\n\r")
    assert events == [TypedLine("a"), TypedLine("b"), TypedLine("")]


def test_interrupt_drops_the_line_and_shows_that() -> None:
    events, screen = _type("abc\x03ping\r")
    assert events == [ControlKey.INTERRUPT, TypedLine("ping")]
    assert screen.lines == ["abc^C", "ping"]


def test_end_of_input_counts_on_an_empty_line_only() -> None:
    assert _type("\x04")[0] == [ControlKey.END_OF_INPUT]
    assert _type("a\x04\r")[0] == [TypedLine("a")]


def test_a_line_grows_no_longer_than_its_limit() -> None:
    events, screen = _type("abcdef\r", limit=4)
    assert events == [TypedLine("abcd")]
    assert screen.lines == ["abcd"]


KEYS = st.lists(
    st.one_of(
        st.text(alphabet="ab ", min_size=1, max_size=3),
        st.sampled_from(["\x01", "\x02", "\x04", "\x05", "\x06", "\x08", "\x0b", "\x15", "\x17", "\x7f"]),
        st.sampled_from(["\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[3~", "\x1b[A"]),
    ),
    max_size=40,
)


@given(KEYS)
def test_the_screen_always_shows_the_line_that_is_sent(keys: list[str]) -> None:
    events, screen = _type("".join(keys) + "\r")
    lines = [event.text for event in events if isinstance(event, TypedLine)]
    assert len(lines) == 1
    assert lines[0] is not None
    assert screen.lines == [lines[0].rstrip()]


@given(st.binary(max_size=200), st.integers(1, 20))
def test_any_bytes_at_all_can_be_typed(data: bytes, limit: int) -> None:
    editor = LineEditor(limit, Screen().show)
    for event in editor.feed(data):
        assert not isinstance(event, TypedLine) or (event.text is not None and len(event.text) <= limit)


def test_a_script_s_lines_need_no_terminal() -> None:
    splitter = LineSplitter(10)
    assert splitter.feed(b"one\ntwo\r\nthr") == [TypedLine("one"), TypedLine("two")]
    assert splitter.feed(b"ee") == []
    assert splitter.end() == [TypedLine("three"), ControlKey.END_OF_INPUT]


def test_a_script_s_overlong_line_is_dropped_whole() -> None:
    splitter = LineSplitter(4)
    assert splitter.feed(b"12345\nok\n") == [TypedLine(None), TypedLine("ok")]
    assert splitter.feed(b"12345") == []
    assert splitter.feed(b"6789\nok\n") == [TypedLine(None), TypedLine("ok")]
    assert splitter.feed(b"12345") == []
    assert splitter.end() == [TypedLine(None), ControlKey.END_OF_INPUT]


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_lines_do_not_depend_on_how_the_bytes_arrive(pieces: list[bytes]) -> None:
    whole, piecewise = LineSplitter(1000), LineSplitter(1000)
    together = whole.feed(b"".join(pieces)) + whole.end()
    apart = [event for piece in pieces for event in piecewise.feed(piece)] + piecewise.end()
    assert together == apart
