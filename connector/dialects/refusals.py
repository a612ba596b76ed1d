"""How refusals are spelled: the exit status and a text, or a JSON document, on one stream or either."""

from typing import assert_never

from connector.dialects.json_refusals import json_refusals
from connector.dialects.places import Places
from connector.dialects.refusal_form import RefusalForm
from connector.dialects.reply_sheets import JsonRefusals, TextRefusals
from connector.dialects.text_refusals import text_refusals

__all__ = ["refusals_of"]


def refusals_of(sheet: TextRefusals | JsonRefusals, places: Places) -> RefusalForm:
    """Raises `SheetError`."""
    match sheet:
        case TextRefusals():
            return text_refusals(sheet, places)
        case JsonRefusals():
            return json_refusals(sheet)
        case _:
            assert_never(sheet)
