"""The unit in which a service counts sizes, by the places and the unit of its sheet."""

from collections.abc import Iterator

from harness.service.sheet.lookup import places_of
from harness.service.sheet.places import SIZE_PLACES, UNITS
from harness.service.sheet.tables import SheetTable

__all__ = ["size_unit"]


def size_unit(sheet: SheetTable) -> int:
    """Bytes: a size in whole units is asked for, and shown, without being rounded.

    The unit of answers counts where it is a multiple of that of requests; else a number in it may be a fraction.
    """
    asked = max(_units_of_requests(sheet), default=1)
    shown = UNITS[sheet.share.unit]
    return shown if sheet.share.size is not None and shown % asked == 0 else asked


def _units_of_requests(sheet: SheetTable) -> Iterator[int]:
    for table in (sheet.create, sheet.resize, sheet.resize and sheet.resize.smaller):
        if table is not None:
            yield from (SIZE_PLACES[place] for place in places_of(table) if place in SIZE_PLACES)
