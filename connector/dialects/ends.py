"""The line that begins or ends a reply of several rows, and may say how many they are."""

from connector.dialects.form import SheetError, one_line
from connector.dialects.places import Places, TextPlace, Values
from connector.dialects.text import ANYTHING, Text, text_of
from connector.toml_lines import KeyPath
from connector.values import replace

__all__ = ["CountedLine", "counted_line"]


class CountedLine:
    """Both directions of such a line."""

    def __init__(self, text: Text) -> None:
        self._text = text

    @property
    def regex(self) -> str:
        return self._text.regex

    def write(self, rows: int, told: Values) -> str:
        return self._text.write({**told, "count": rows})

    def fits(self, line: str, rows: int) -> bool:
        """Whether that is it, for so many rows."""
        found: dict[str, object] = {}
        return self._text.read(line, found) and found.get("count", rows) == rows


def counted_line(text: str | None, places: Places, path: KeyPath) -> CountedLine | None:
    """None where the sheet has none. Raises `SheetError`."""
    if text is None:
        return None
    one_line(text, path)
    if not text.strip():
        raise SheetError(path, "an empty line shows nothing: leave it out")
    return CountedLine(text_of(text, _with_count(places), ("count",), path, default=ANYTHING))


def _with_count(places: Places) -> Places:
    def read(text: str, found: dict[str, object]) -> None:
        found["count"] = int(text)

    count = TextPlace(
        name="count", field="count", pattern="[0-9]{1,9}", write=lambda values: str(values["count"]), read=read
    )
    return replace(places, by_name={**places.by_name, "count": count})
