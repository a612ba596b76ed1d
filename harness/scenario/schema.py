"""The JSON Schema of scenario files, for editors that check and complete TOML."""

from typing import Any

from harness.scenario.tables import scenario_table

__all__ = ["scenario_schema"]


def scenario_schema() -> dict[str, Any]:
    """Draft 2020-12."""
    schema = scenario_table().model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "spoolproof scenario"}
