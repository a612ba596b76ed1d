"""The columns that tables and records share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.dialects.cells import read_cell, write_cell
from connector.dialects.form import SheetError, check_fields
from connector.dialects.rows import Row
from connector.dialects.sheet import ColumnSheet
from connector.dialects.values import Codec
from connector.operations import Verb
from connector.toml_lines import KeyPath

__all__ = ["Columns", "columns_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Titles, and for each either a field or a constant cell."""

    titles: tuple[str, ...]
    fields: tuple[str | None, ...]
    constants: tuple[str | None, ...]
    codecs: Mapping[str, Codec]

    def cells_of(self, row: Row) -> list[str]:
        return [
            write_cell(self.codecs, field, row[field]) if field is not None else constant or ""
            for field, constant in zip(self.fields, self.constants, strict=True)
        ]

    def row_of(self, cells: Sequence[str]) -> Row:
        """Raises `ValueError`."""
        if len(cells) != len(self.titles):
            raise ValueError(f"{len(cells)} cells where {len(self.titles)} were expected")
        row: Row = {}
        for field, constant, cell in zip(self.fields, self.constants, cells, strict=True):
            if field is not None:
                row[field] = read_cell(self.codecs, field, cell)
            elif cell != constant:
                raise ValueError(f"{cell[:80]!a} where {constant!a} was expected")
        return row


def columns_of(verb: Verb, sheets: Sequence[ColumnSheet], codecs: Mapping[str, Codec], path: KeyPath) -> Columns:
    """Raises `SheetError`."""
    for index, sheet in enumerate(sheets):
        if (sheet.field is None) == (sheet.constant is None):
            raise SheetError((*path, index), "needs either field or constant")
        if sheet.constant is not None and (not sheet.constant or any(mark in sheet.constant for mark in ' "\t\n')):
            raise SheetError((*path, index, "constant"), "must be one word without quotes")
    check_fields(verb, [sheet.field for sheet in sheets if sheet.field is not None], path)
    return Columns(
        titles=tuple(sheet.title for sheet in sheets),
        fields=tuple(sheet.field for sheet in sheets),
        constants=tuple(sheet.constant for sheet in sheets),
        codecs=codecs,
    )
