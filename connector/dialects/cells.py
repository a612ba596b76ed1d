"""Cells: values in a line of text, quoted where they would otherwise run into their neighbours."""

import json
import re
from collections.abc import Mapping
from typing import Any

from connector.dialects.values import TEXT_FIELDS, Codec
from connector.operations import AccessRule

__all__ = ["NOTHING", "escape_line", "read_cell", "split_cells", "unescape_line", "unsurrogate", "write_cell"]

NOTHING = "-"
"""A cell without a value. The text `-` itself is quoted, so that the two can be told apart."""

_BARE = re.compile(r"[\w./:@+%][\w./:@+%-]*")
_CELL = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"])+')
_RULE = re.compile(r'("(?:[^"\\]|\\.)*"|[^",=]+)=([^",=]+)(?:,|$)')
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_LINE_UNESCAPES = {escaped: plain for plain, escaped in _LINE_ESCAPES.items()}


def write_cell(codecs: Mapping[str, Codec], field: str, value: Any) -> str:
    """One cell without a blank outside quotes."""
    if value is None or value == ():
        return NOTHING
    if field == "rules":
        return ",".join(f"{_quote(rule.client)}={codecs['access'].write(rule.access)}" for rule in value)
    text = codecs[field].write(value)
    return _quote(text) if field in TEXT_FIELDS else text


def read_cell(codecs: Mapping[str, Codec], field: str, cell: str) -> Any:
    """The value of a cell. Raises `ValueError`."""
    if field == "rules":
        return _read_rules(codecs, cell)
    if cell == NOTHING and field in {"mark", "request_id"}:
        return None
    return codecs[field].read(_unquote(cell) if field in TEXT_FIELDS else cell)


def split_cells(line: str) -> list[str]:
    """The cells of a line. Raises `ValueError` where a quote is left open."""
    cells: list[str] = _CELL.findall(line)
    if re.sub(r"\s", "", _CELL.sub("", line)):
        raise ValueError(f"a quote is left open in {line[:80]!a}")
    return cells


def escape_line(text: str) -> str:
    """The text as one line, readable as it is."""
    return unsurrogate(re.sub(r"[\\\n\r]", lambda found: _LINE_ESCAPES[found[0]], text))


def unescape_line(line: str) -> str:
    """What `escape_line` was given. A backslash that escapes nothing stands for itself, as in `DOMAIN\\user`."""
    return re.sub(r"\\[\\nr]", lambda found: _LINE_UNESCAPES[found[0]], line)


def unsurrogate(text: str) -> str:
    """The text with halves of surrogate pairs as JSON escapes, so that it can be encoded."""
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _quote(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    return unsurrogate(json.dumps(text, ensure_ascii=False))


def _unquote(cell: str) -> str:
    if cell == NOTHING:
        raise ValueError("a value is missing")
    if not cell.startswith('"'):
        if '"' in cell:
            raise ValueError(f"a quote in the middle of {cell[:80]!a}")
        return cell
    text: str = json.loads(cell)
    return text


def _read_rules(codecs: Mapping[str, Codec], cell: str) -> tuple[AccessRule, ...]:
    rules: list[AccessRule] = []
    position = 0
    if cell == NOTHING:
        return ()
    while position < len(cell):
        found = _RULE.match(cell, position)
        if found is None:
            raise ValueError(f"{cell[:80]!a} is not a list of client=access")
        rules.append(AccessRule(client=_unquote(found[1]), access=codecs["access"].read(found[2])))
        position = found.end()
    return tuple(rules)
