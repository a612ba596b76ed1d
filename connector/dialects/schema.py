"""The JSON Schema of dialect files, for editors that check and complete TOML."""

from typing import Any

from connector.dialects.sheet import Sheet

__all__ = ["dialect_schema"]


def dialect_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    schema = Sheet.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "spoolproof dialect"}
