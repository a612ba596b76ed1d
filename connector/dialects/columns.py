"""The columns that tables and records share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from connector.dialects.cells import read_cell, write_cell
from connector.dialects.form import SheetError, check_fields, check_places
from connector.dialects.places import Places
from connector.dialects.reply_sheets import ColumnSheet
from connector.dialects.rows import ROW_FIELDS, Row
from connector.dialects.text import ANYTHING, Text, text_of
from connector.dialects.values import Codec
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["Cell", "Columns", "columns_of"]


class Cell(Protocol):
    """One cell of every row, in both directions. fields: what it tells."""

    @property
    def fields(self) -> tuple[str, ...]: ...

    def write(self, row: Row, asked: Mapping[str, Any]) -> str: ...

    def read(self, cell: str, row: Row) -> None:
        """Add what it says to the row. Raises `ValueError`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _FieldCell:
    """A field, quoted where it would run into its neighbours."""

    field: str
    codecs: Mapping[str, Codec]

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def write(self, row: Row, asked: Mapping[str, Any]) -> str:
        return write_cell(self.codecs, self.field, row[self.field])

    def read(self, cell: str, row: Row) -> None:
        row[self.field] = read_cell(self.codecs, self.field, cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextCell:
    """A text with places, as it is. nothing: instead of it, where a field has no value."""

    text: Text
    nothing: str

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(place.field for place in self.text.places if not place.own)

    def write(self, row: Row, asked: Mapping[str, Any]) -> str:
        if len(self.text.parts) > 1 and len(self.text.places) == 1 and self._is_absent(row):
            return self.nothing
        return self.text.write({**asked, **row})

    def _is_absent(self, row: Row) -> bool:
        return all(place.may_be_absent and row.get(place.field) is None for place in self.text.places)

    def read(self, cell: str, row: Row) -> None:
        if cell == self.nothing and self.text.places and all(place.may_be_absent for place in self.text.places):
            row.update(dict.fromkeys(self.fields))
        elif not self.text.read(cell, row):
            raise ValueError(f"{cell[:80]!a} is not what stands in this column")


@dataclass(frozen=True, slots=True, kw_only=True)
class _FixedCell:
    """The same in every row. known: other cells are an error; else they are let pass."""

    text: str
    known: bool

    @property
    def fields(self) -> tuple[str, ...]:
        return ()

    def write(self, row: Row, asked: Mapping[str, Any]) -> str:
        return self.text

    def read(self, cell: str, row: Row) -> None:
        if self.known and cell != self.text:
            raise ValueError(f"{cell[:80]!a} where {self.text!a} was expected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Titles, and a cell for each."""

    titles: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """The titles of the columns that have to be there: what is not ours may be missing."""
        pairs = zip(self.titles, self.cells, strict=True)
        return tuple(title for title, cell in pairs if not (isinstance(cell, _FixedCell) and not cell.known))

    def cells_of(self, row: Row, asked: Mapping[str, Any]) -> list[str]:
        return [cell.write(row, asked) for cell in self.cells]

    def row_of(self, texts: Sequence[str]) -> Row:
        """Raises `ValueError`."""
        if len(texts) != len(self.titles):
            raise ValueError(f"{len(texts)} cells where {len(self.titles)} were expected")
        row: Row = {}
        for cell, text in zip(self.cells, texts, strict=True):
            cell.read(text, row)
        return row


def columns_of(
    verb: Verb,
    sheets: Sequence[ColumnSheet],
    places: Places,
    path: KeyPath,
    told: tuple[Sequence[str], Sequence[str]] = ((), ()),
) -> Columns:
    """told: fields that stand beside the columns, and those that other commands tell. Raises `SheetError`."""
    beside, elsewhere = told
    cells = [_cell(verb, sheet, places, (*path, index)) for index, sheet in enumerate(sheets)]
    told_here = [field for cell in cells for field in dict.fromkeys(cell.fields) if field not in beside]
    check_fields(verb, [*beside, *told_here], path, elsewhere)
    return Columns(titles=tuple(sheet.title for sheet in sheets), cells=tuple(cells))


def _cell(verb: Verb, sheet: ColumnSheet, places: Places, path: KeyPath) -> Cell:
    given = [name for name in ("field", "text", "constant", "other") if getattr(sheet, name) is not None]
    if len(given) != 1:
        raise SheetError(path, "needs just one of field, text, constant and other")
    if sheet.field is not None:
        return _FieldCell(field=sheet.field, codecs=places.codecs)
    if sheet.text is not None:
        fields, where = ROW_FIELDS.get(verb, ()), (*path, "text")
        text = text_of(sheet.text, places, fields, where, default=ANYTHING, nothing=places.nothing)
        return _TextCell(text=text, nothing=places.nothing)
    if sheet.constant is not None:
        if not sheet.constant or any(mark in sheet.constant for mark in ' "\t\n'):
            raise SheetError((*path, "constant"), "must be one word without quotes")
        check_places(sheet.constant, (*path, "constant"))
        return _FixedCell(text=sheet.constant, known=True)
    check_places(sheet.other, (*path, "other"))
    return _FixedCell(text=sheet.other or "", known=False)
