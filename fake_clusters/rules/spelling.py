"""A rule spelled as the table that reads it."""

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from math import isinf
from typing import Any

from fake_clusters.distributions import DISTRIBUTIONS
from fake_clusters.distributions.tables import DistributionTable
from fake_clusters.rules.keys import Key, keys_of
from fake_clusters.rules.rule import ALWAYS, Rule

__all__ = ["as_table", "plain"]


def as_table(rule: Rule[Any, Any], *, load_ends: float) -> dict[str, Any]:
    """Without what is as it is by default. load_ends: until when a window without an end is open."""
    head: dict[str, Any] = {"kind": str(rule.kind)}
    if rule.kind.instant:
        head["at"] = rule.window.begins
    else:
        head["label"] = rule.label
        if rule.window != ALWAYS:
            # All is lifted when the load ends, so that a second more is as good as for ever.
            ends = load_ends + 1.0 if isinf(rule.window.ends) else rule.window.ends
            head["between"] = [rule.window.begins, ends]
    return head | _changed(rule.selector, rule.kind.keys) | _changed(rule.parameters, keys_of(rule.kind.parameters))


def _changed(value: Any, keys: Mapping[str, Key]) -> dict[str, Any]:
    values = {name: getattr(value, name) for name in keys}
    return {name: plain(each) for name, each in values.items() if each is not None and each != keys[name].default}


def plain(value: Any) -> Any:
    """As TOML and JSON have it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, DistributionTable):
        kind = next(name for name, known in DISTRIBUTIONS.items() if isinstance(value.made, known))
        made: Any = value.made
        return {"kind": kind} | {row.name: getattr(made, row.name) for row in fields(made) if row.init}
    return value
