"""Scenarios on clusters of the shipped families: quick clusters, short deadlines, a load of everything."""

from pathlib import Path

from connector.dialects import DIALECTS
from harness.scenario.parse import parse_scenario, read_scenario
from harness.scenario.scenario import Scenario

__all__ = ["FAMILIES", "on_families"]

FAMILIES = tuple(name for name in DIALECTS if name not in ("native", "filer"))

_BASE = """
title = "Families of storage"
seed = 1
settle = "60s"
fence = "3s"
[workload]
rate = {rate}
duration = "{duration}s"
mix = {{ {mix} }}
[client]
poll_every = "200ms"
[pipeline.processor]
scan = "250ms"
[pipeline.retry]
attempts = {attempts}
first = "100ms"
longest = "500ms"
[pipeline.command]
connect = "1s"
login = "2s"
channel = "1s"
command = "2s"
skew = "100ms"
[pipeline.sweeper]
every = "1s"
grace = "2s"
"""

_MIX = "create = 4, resize = 3, delete = 2, recreate = 1, duplicate = 1, premature = 1, list = 1"

_CLUSTER = """
[clusters.{name}]
dialect = "{dialect}"
profile = "lan"
"""


def on_families(
    *dialects: str,
    more: str = "",
    rate: float = 4.0,
    duration: float = 8.0,
    attempts: int = 3,
    mix: str = _MIX,
    folder: Path | None = None,
) -> Scenario:
    """A cluster of each dialect, named after it. more: keys of the last cluster, and further tables. folder: of
    dialects that are files."""
    clusters = [_CLUSTER.format(name=Path(dialect).stem, dialect=dialect) for dialect in dialects]
    text = "".join([_BASE.format(rate=rate, duration=duration, attempts=attempts, mix=mix), *clusters, more])
    if folder is None:
        return parse_scenario(text, "families.toml")
    path = folder / "families.toml"
    path.write_text(text)
    return read_scenario(path)
