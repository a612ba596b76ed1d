"""A piece of the JSON Schema in words, for the page on the format."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Schema", "accepts", "default_of", "table_section"]

Schema = Mapping[str, Any]


def table_section(heading: str, table: Schema, definitions: Schema) -> str:
    """A heading, what the table is, and a row for each of its keys."""
    lines = [f"## {heading}\n"]
    if "description" in table:
        lines.append(" ".join(table["description"].split()) + "\n")
    lines.append("| key | accepts | default | |\n|---|---|---|---|")
    required = table.get("required", ())
    for key, value in table["properties"].items():
        default = "required" if key in required else default_of(value)
        about = " ".join(value.get("description", "").split()).replace("|", "\\|")
        lines.append(f"| `{key}` | {accepts(value, definitions)} | {default} | {about} |")
    return "\n".join(lines) + "\n"


def accepts(value: Schema, definitions: Schema) -> str:
    """What a key takes, such as `duration or distribution`."""
    if "$ref" in value:
        return _named(value["$ref"], definitions)
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return ", ".join(f"`{choice}`" for choice in value["enum"])
    members = value.get("anyOf") or value.get("oneOf")
    if members:
        return " or ".join(dict.fromkeys(_union(members, definitions)))
    return _plain(value, definitions)


def default_of(value: Schema) -> str:
    """The default as TOML spells it; nothing for absent ones and for tables, which have sections of their own."""
    default = value.get("default")
    if default is None or (isinstance(default, dict | list | str) and not default):
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, dict):
        return f"`{_inline(default)}`" if "additionalProperties" in value else ""
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


_EMPTY_KEY = '""'


def _inline(table: Mapping[str, Any]) -> str:
    spelled = {key: f'"{value}"' if isinstance(value, str) else f"{value:g}" for key, value in table.items()}
    return "{ " + ", ".join(f"{key or _EMPTY_KEY} = {value}" for key, value in spelled.items()) + " }"


def _union(members: list[Schema], definitions: Schema) -> Iterator[str]:
    kinds = {member.get("type") for member in members if "enum" not in member}
    pairs = {"duration": {"number", "string"}, "size": {"integer", "string"}}
    quantity = next((word for word, pair in pairs.items() if pair <= kinds and "boolean" not in kinds), None)
    if quantity:
        yield quantity
    for member in members:
        spoken_for = quantity and member.get("type") in pairs[quantity]
        if member.get("type") != "null" and not spoken_for:
            yield accepts(member, definitions)


def _named(reference: str, definitions: Schema) -> str:
    definition = definitions[reference.rsplit("/", 1)[-1]]
    if "enum" in definition:
        return accepts(definition, definitions)
    properties = definition.get("properties", {})
    is_rule = "label" in properties or "at" in properties
    return "distribution" if "const" in properties.get("kind", {}) and not is_rule else "table"


def _plain(value: Schema, definitions: Schema) -> str:
    match value.get("type"):
        case "object":
            inner = value.get("additionalProperties")
            return f"table of {accepts(inner, definitions)}" if isinstance(inner, dict) else "table"
        case "array":
            inner = value.get("items") or value.get("prefixItems", [{}])[0]
            return f"array of {accepts(inner, definitions)}"
        case "number":
            return "number" + _bounds(value)
        case "integer":
            return "whole number" + _bounds(value)
        case "boolean":
            return "`true` or `false`"
        case "string":
            return "text"
        case _:
            return "table"


def _bounds(value: Schema) -> str:
    words = {"exclusiveMinimum": "above", "minimum": "at least", "exclusiveMaximum": "below", "maximum": "at most"}
    bounds = [f"{word} {value[key]:g}" for key, word in words.items() if key in value]
    return f", {', '.join(bounds)}" if bounds else ""
