"""The JSON Schema of service sheets, for editors that check and complete TOML."""

from typing import Any

from harness.service.sheet.tables import SheetTable

__all__ = ["sheet_schema"]


def sheet_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    schema = SheetTable.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "spoolproof service sheet"}
