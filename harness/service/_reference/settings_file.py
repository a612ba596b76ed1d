"""Writes the pipeline's settings as the TOML file that its processes read."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.settings import PipelineSettings

__all__ = ["write_settings"]


def write_settings(path: Path, settings: PipelineSettings) -> None:
    """Write all settings that differ from None, each table under its name."""
    path.write_text("\n".join(_lines(settings.model_dump(mode="json", exclude_none=True))) + "\n")


def _lines(table: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """TOML wants a table's own values before its subtables."""
    if name:
        yield f"[{name}]"
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{key} = {_value(value)}"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{name}.{_key(key)}" if name else key)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    """JSON's spelling of a plain value is TOML's too, but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
