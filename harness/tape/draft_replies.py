"""How a reply is laid out: a JSON document, a table, titles and values, or lines; with name and size found in it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.tape.draft_words import KnownWords, size_of

__all__ = ["message_reply", "rows_reply"]

Reply = dict[str, Any]

_PAIR = re.compile(r"\s*(?P<title>[^:=]{1,60}?)(?P<separator>\s*[:=]\s*)(?P<value>.*)")
_DELIMITERS = ("!", "\t", "|", ",", ";")


def message_reply(output: str, names: Sequence[str], words: KnownWords) -> Reply:
    """Of an operation that says no more than that it is done."""
    text = output.strip("\n")
    document = _json(text)
    if isinstance(document, dict):
        return {"form": "json", "document": document}
    return {"form": "message", "text": words.with_places(text, names)}


def rows_reply(output: str, words: KnownWords, *, single: bool) -> Reply | None:
    """None where name and size are not found in it."""
    text = output.strip("\n")
    document = _json(text)
    found = None
    if isinstance(document, dict | list):
        return _document_reply(document, words, single=single)
    if single:
        found = _record(text, words)
    return found or _table(text, words) or _lines(text, words, single=single)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _document_reply(document: Any, words: KnownWords, *, single: bool) -> Reply | None:
    rows: list[dict[str, Any]] = []
    count: list[int] = []

    def replaced(value: Any) -> Any:
        if isinstance(value, list) and value and all(_is_row(each, words) for each in value):
            rows.extend(value)
            count.append(len(value))
            return "{rows}"
        if _is_row(value, words):
            rows.append(value)
            return "{row}"
        if isinstance(value, dict):
            return {key: replaced(each) for key, each in value.items() if each is not None}
        return value

    made = replaced(document)
    if not rows or (single and "{row}" not in str(made)):
        return None
    if isinstance(made, dict):
        made = {
            key: "{count}" if isinstance(value, int) and not isinstance(value, bool) and [value] == count else value
            for key, value in made.items()
        }
    fields = _fields(rows[0], words)
    if fields is None:
        return None
    texts = [field for field in fields if field == "size" and isinstance(rows[0][fields[field]], str)]
    return {"form": "json", "document": made, "fields": fields, **({"texts": texts} if texts else {})}


def _is_row(value: Any, words: KnownWords) -> bool:
    return isinstance(value, dict) and any(each in words.names for each in value.values() if isinstance(each, str))


def _fields(row: Mapping[str, Any], words: KnownWords) -> dict[str, str] | None:
    name = next((key for key, value in row.items() if value in words.names), None)
    sizes = set(words.sizes.values())
    size = next((key for key, value in row.items() if _size(value) in sizes), None)
    size = size or next((key for key in row if "size" in key.lower() or "quota" in key.lower()), None)
    return None if name is None or size is None else {"name": name, "size": size}


def _size(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    return value if isinstance(value, int) else size_of(value) if isinstance(value, str) else None


def _column(title: str, value: str, words: KnownWords, taken: set[str]) -> dict[str, str]:
    """taken: fields that have a column already."""
    if value in words.names and "name" not in taken:
        taken.add("name")
        return {"title": title, "text": "{name}"}
    likely = size_of(value) in set(words.sizes.values()) or re.search(r"size|quota|capacity", title, re.IGNORECASE)
    if size_of(value) is not None and likely and "size" not in taken:
        taken.add("size")
        return {"title": title, "text": "{size}"}
    return {"title": title, "other": value or "-"}


def _record(text: str, words: KnownWords) -> Reply | None:
    lines = text.split("\n")
    pairs = [(index, found) for index, line in enumerate(lines) if (found := _PAIR.fullmatch(line))]
    if len(pairs) < 2:
        return None
    taken: set[str] = set()
    columns = [_column(found["title"].strip(), found["value"].strip(), words, taken) for _, found in pairs]
    if taken != {"name", "size"}:
        return None
    separator = pairs[0][1]["separator"].strip() + " "
    reply: Reply = {"form": "record", "columns": columns}
    if separator != ": ":
        reply["separator"] = separator
    before, after = "\n".join(lines[: pairs[0][0]]).strip(), "\n".join(lines[pairs[-1][0] + 1 :]).strip()
    name = next(each for each, column in zip(pairs, columns, strict=True) if column.get("text") == "{name}")[1]["value"]
    if before:
        reply["start"] = words.with_places(before, [name.strip()])
    if after and "\n" not in after:
        reply["end"] = after
    return reply


def _table(text: str, words: KnownWords) -> Reply | None:
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    delimiter = next((each for each in _DELIMITERS if each in lines[0] and each in lines[1]), None)
    titles = _cells(lines[0], delimiter)
    rule = delimiter is None and re.fullmatch(r"[\s\-=+|]+", lines[1]) is not None
    body = lines[2 if rule else 1 :]
    rows = [cells for line in body if len(cells := _cells(line, delimiter)) == len(titles)]
    row = next((cells for cells in rows if any(cell in words.names for cell in cells)), None)
    if row is None or len(titles) < 2:
        return None
    taken: set[str] = set()
    columns = [_column(title, cell, words, taken) for title, cell in zip(titles, row, strict=True)]
    if taken != {"name", "size"}:
        return None
    reply: Reply = {"form": "table", "columns": columns}
    reply |= {"rule": False} if delimiter is None and not rule else {}
    reply |= {} if delimiter is None else {"delimiter": delimiter}
    end = body[-1].strip()
    if len(_cells(body[-1], delimiter)) != len(titles):
        count = str(len(body) - 1)
        reply["end"] = re.sub(rf"(?<!\w){count}(?!\w)", "{count}", end)
    return reply


def _cells(line: str, delimiter: str | None) -> list[str]:
    cells = re.split(r"\s{2,}", line.strip()) if delimiter is None else line.split(delimiter)
    return [cell.strip() for cell in cells]


def _lines(text: str, words: KnownWords, *, single: bool) -> Reply | None:
    """Without titles: the first line that has a name and a size."""
    for line in text.split("\n"):
        names = words.names_in(line)
        known = set(words.sizes.values())
        size = next((each for each in re.split(r"[\s!,;|]+", line) if size_of(each) in known), None)
        if names and size is not None:
            written = words.with_places(line, names[:1]).replace(size, "{size}", 1)
            return {"form": "lines", "line": written, **({} if single else {"empty": ""})}
    return None
