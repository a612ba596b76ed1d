"""Exchanges as the text of a tape, one table each, so that a tape can be written while it grows."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime

from harness.tape.exchange import Event, EventSource, TapedExchange
from harness.tape.redaction import Redactor

__all__ = ["exchange_text", "head_text"]

_HEAD = """\
# What SSH clients asked of a device, and what it answered: `spoolproof tape show FILE`, `spoolproof tape replay FILE`.
format = 1
"""
_QUOTED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_IN_BLOCK = {key: value for key, value in _QUOTED.items() if key != '"'}
_DIGITS = 4
"""After the point, of seconds: a tenth of a millisecond is less than a network's jitter."""


def head_text(device: str, began: datetime, ignore: Iterable[str], redactor: Redactor) -> str:
    lines = [f"device = {_quoted(redactor.text(device))}", f"began = {began.isoformat(timespec='seconds')}"]
    patterns = [_quoted(pattern) for pattern in ignore]
    if patterns:
        lines.append(f"ignore = [{', '.join(patterns)}]")
    return _HEAD + "\n".join(lines) + "\n"


def exchange_text(exchange: TapedExchange, redactor: Redactor) -> str:
    """A table `[[exchanges]]`, without the secrets."""
    streams = {
        EventSource.STDIN: exchange.stdin,
        EventSource.STDOUT: exchange.stdout,
        EventSource.STDERR: exchange.stderr,
    }
    sizes = {name: tuple(each.size for each in exchange.events if each.source is name) for name in streams}
    written = {name: redactor.data(data, sizes[name]) for name, data in streams.items()}
    lines = ["", "[[exchanges]]", f"connection = {exchange.connection}", f"session = {exchange.session}"]
    lines += [f"at = {_seconds(exchange.at)}", f"took = {_seconds(exchange.took)}"]
    lines += [
        f"{key} = {_quoted(redactor.text(text))}"
        for key, text in (("exec", exchange.exec), ("typed", exchange.typed), ("terminal", exchange.terminal))
        if text is not None
    ]
    if exchange.environment:
        pairs = (f"{_quoted(redactor.text(k))} = {_quoted(redactor.text(v))}" for k, v in exchange.environment.items())
        lines.append(f"environment = {{ {', '.join(pairs)} }}")
    for name, redacted in written.items():
        lines += _stream(name, redacted.data)
    left = {name: list(redacted.sizes) for name, redacted in written.items()}
    if exchange.events:
        lines.append(f"events = [{', '.join(_event(each, left) for each in exchange.events)}]")
    lines += [] if exchange.status is None else [f"status = {exchange.status}"]
    lines += [
        f"{key} = {_quoted(redactor.text(text))}"
        for key, text in (("signal", exchange.signal), ("cut", exchange.cut), ("refused", exchange.refused))
        if text is not None
    ]
    lines += [f"left_out = {exchange.left_out}"] if exchange.left_out else []
    return "\n".join(lines) + "\n"


def _event(event: Event, sizes: dict[EventSource, list[int]]) -> str:
    at = _seconds(event.at)
    match event.source:
        case EventSource.END:
            return f'[{at}, "end"]'
        case EventSource.SIGNAL:
            return f'[{at}, "signal", {_quoted(event.name)}]'
        case source:
            return f'[{at}, "{source}", {sizes[source].pop(0)}]'


def _stream(name: str, data: bytes) -> list[str]:
    if not data:
        return []
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return [f'{name}_base64 = "{b64encode(data).decode()}"']
    return [f"{name} = {_quoted(text)}"]


def _quoted(text: str) -> str:
    """Lines as lines, and quotes as they are where that can be, so that people can read and change it."""
    if "\n" in text:
        return _block(text)
    if ('"' in text or "\\" in text) and "'" not in text and all(map(_is_plain, text)):
        return f"'{text}'"
    return '"' + _escaped(text, _QUOTED) + '"'


def _block(text: str) -> str:
    """A line end right after the opening quotes is not of the text."""
    lines = [re.sub(r'(?<=")"', r"\"", _escaped(line, _IN_BLOCK)) for line in text.split("\n")]
    return '"""\n' + "\n".join([*lines[:-1], re.sub(r'(?<!\\)"\Z', r"\"", lines[-1])]) + '"""'


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(each) or (each if _is_plain(each) else _code(each)) for each in text)


def _is_plain(character: str) -> bool:
    """What is seen as what it is in an editor: not what turns text around, hides or ends lines."""
    return character.isprintable() or character == " "


def _code(character: str) -> str:
    point = ord(character)
    if 0xD800 <= point < 0xE000:  # of a command that was no UTF-8
        return "\\uFFFD"
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"


def _seconds(value: float) -> str:
    return f"{round(value, _DIGITS):.{_DIGITS}f}".rstrip("0").rstrip(".") or "0"
