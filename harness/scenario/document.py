"""The documentation's page on the scenario format, made from the tables that read it."""

import sys
from collections.abc import Iterator
from dataclasses import fields

from fake_clusters.distributions import DISTRIBUTIONS
from fake_clusters.rules.tables import RuleTable, tables_of
from harness.metrics import METRICS
from harness.scenario.gate_expressions import available
from harness.scenario.points import CrashPoint
from harness.scenario.rule_tables import DeliveryTable, NemesisTable, ReceiverTable, StoreFaultTable
from harness.scenario.scenario import WorkloadKind
from harness.scenario.schema import scenario_schema
from harness.scenario.store_faults import StoreCall
from harness.scenario.words import Schema, table_section

__all__ = ["scenario_markdown"]

_OPENING = """\
# The scenario format

A scenario is one TOML file: what the clusters are like, what load arrives, what breaks when, and what must hold. Its
opening comment says what it shows. `spoolproof lint FILE` checks it, and `spoolproof schema` prints the JSON Schema
from which editors complete and check it. An unknown key is an error that names the line and the accepted keys.

A *duration* is a number of seconds or a text such as `"200ms"`, `"1.5s"`, `"2m"`, at most `"3650d"`; a *size* is a
number of bytes or a text such as `"500 MB"`, `"10 GiB"`. A number is written without quotes, and a switch as
`true` or `false`. Names and titles are one line of printable characters. Instants count from the start of the load.

Everything is healed when the load ends: faults and toxics are removed, messages are delivered normally, the profile
sets the speeds, and processes are started or resumed (a crashed cluster comes back by itself). If the window of a
fault, a toxic, a delivery, a store fault or a latency phase of a profile extends past the load, it ends with the load,
and `lint` reports it. A window of `[[phases]]` must not extend past the load; that is an error. A fault of a
connection's phases (connect, banner, keys, login) applies to connections when they are opened. The pool keeps the
connections that it has, so a fault that begins later needs a `disconnect` in its window.

```toml
# What this shows, in a sentence or two.
title = "Lost replies"
gates = ["p95(create.accept) < 200ms", "ratio(errors) <= 1% during trouble"]

[workload]
rate = 20
duration = "20s"
mix = { create = 8, duplicate = 1, delete = 1 }

[clusters.north]

[[phases]]
name = "trouble"
between = ["5s", "15s"]

[[faults]]
kind = "reply_lost"
phase = "trouble"
probability = 0.2

[expect]
reply_lost = 3
```
"""

_TABLES = (
    ("Top level", ""),
    ("`[workload]`", "WorkloadTable"),
    ("`[client]`", "ClientTable"),
    ("`[clusters.NAME]`", "ClusterTable"),
    ("`[clusters.NAME.login]`", "LoginTable"),
    ("`[clusters.NAME.limits]`", "LimitsTable"),
    ("`[clusters.NAME.order]`", "OrderTable"),
    ("`[clusters.NAME.profile]`", "ProfileTable"),
    ("`[clusters.NAME.latency]`", "LatencyTable"),
    ("`[[clusters.NAME.latency_phases]]`", "LatencyPhaseTable"),
    ("`[[clusters.NAME.shares]]`", "ShareTable"),
    ("`[service]`", "ServiceTable"),
    ("`[[service.parts]]`", "PartTable"),
    ("`[service.parts.ready]`", "ReadyTable"),
    ("`[[service.files]]`", "FileTable"),
    ("`[gateway]`", "GatewayTable"),
    ("`[pipeline]`", "PipelineTables"),
    ("`[pipeline.api]`", "ApiSettings"),
    ("`[pipeline.blocking]`", "BlockingSettings"),
    ("`[pipeline.gateway]`", "GatewaySettings"),
    ("`[pipeline.processor]`", "ProcessorSettings"),
    ("`[pipeline.command]`", "CommandSettings"),
    ("`[pipeline.retry]`", "RetrySettings"),
    ("`[pipeline.breaker]`", "BreakerSettings"),
    ("`[pipeline.sweeper]`", "SweeperSettings"),
    ("`[pipeline.quotas]`", "QuotasSettings"),
    ("`[pipeline.quotas.tenants.NAME]`", "QuotaTable"),
    ("`[[phases]]`", "PhaseTable"),
)
"""The sections of the page, each with the definition of the schema that it shows."""

_KEYS = {"empirical": ("file", "column", "samples")}
"""Where a table's keys are not the distribution's own."""


def scenario_markdown() -> str:
    """The page."""
    schema = scenario_schema()
    parts = [_OPENING]
    for heading, name in _TABLES:
        parts.append(table_section(heading, schema["$defs"][name] if name else schema, schema["$defs"]))
    parts += [_mix(), *_kinds(NemesisTable, schema), _crash_points(), _DELIVERIES, *_kinds(DeliveryTable, schema)]
    parts += [_STORE_FAULTS, *_kinds(StoreFaultTable, schema), _store_calls()]
    parts += [_RECEIVERS, *_kinds(ReceiverTable, schema)]
    parts += [_FAULTS, _TOXICS, _distributions(), _gates()]
    return "\n".join(parts)


_DELIVERIES = """\
## `[[deliveries]]`

What happens to messages between the spool and the processor (virtual world). At most one of these rules applies to a
message: the first that selects it, and only once.
"""

_STORE_FAULTS = """\
## `[[store_faults]]`

What happens to the transactions of the reference pipeline's store (worlds `virtual` and `model`, design `spool`). At
most one of these rules applies to a transaction: the first that selects it. A caller is told that the store is
unavailable; the API answers 503.
"""

_RECEIVERS = """\
## `[[receivers]]`

How the receivers of notices misbehave, where somebody is notified (`pipeline.notifier.enabled`). At most one of these
rules applies to a notice: the first that selects it. What comes past the load is taken as it comes.
"""

_FAULTS = """\
## `[[faults]]`

Each kind of fault has its own keys: see the page on faults, or `spoolproof faults`.
"""

_TOXICS = """\
## `[[toxics]]`

Each kind of toxic has its own keys: see the page on toxics, or `spoolproof toxics`.
"""


def _distributions() -> str:
    lines = [
        "## Distributions\n",
        'A number or a text such as `"200ms"` is constant. Anything else is a table:',
        '`{ kind = "lognormal", median = "200ms", p99 = "2s" }`.\n',
        "| kind | keys | |\n|---|---|---|",
    ]
    for kind, distribution in DISTRIBUTIONS.items():
        # Each distribution's file opens with one sentence on what it is.
        about = (sys.modules[distribution.__module__].__doc__ or "").split("\n")[0]
        keys = _KEYS.get(kind) or [field.name for field in fields(distribution) if field.init]  # type: ignore[arg-type]  # they are dataclasses
        lines.append(f"| `{kind}` | {', '.join(f'`{key}`' for key in keys)} | {about} |")
    return "\n".join(lines) + "\n"


def _mix() -> str:
    kinds = " ".join((WorkloadKind.__doc__ or "").split()[8:])
    return f"### What an arrival does (`mix`)\n\n{kinds}\n"


def _kinds(base: type[RuleTable], schema: Schema) -> Iterator[str]:
    """A section for each kind of rule."""
    for name, table in tables_of(base).items():
        kind = table.KINDS[name]
        yield table_section(f"`[[{kind.section}]]`, kind `{name}`", schema["$defs"][table.__name__], schema["$defs"])


def _crash_points() -> str:
    return f"### Crash points (`site`)\n\n{' '.join((CrashPoint.__doc__ or '').split())}\n"


def _store_calls() -> str:
    return f"### Transactions (`call`)\n\n{' '.join((StoreCall.__doc__ or '').split())}\n"


def _gates() -> str:
    lines = [
        "## `gates`\n",
        "`statistic(metric) comparison threshold`, such as `p99.9(create.active) < 3s on north through nginx during",
        "brownout`: `on CLUSTER` limits it to one cluster, `during PHASE` to one phase. `through GATEWAY` (`builtin`,",
        "`nginx`, `haproxy`) limits it to runs behind that gateway: behind another one it is not judged, and a note",
        "says so. The threshold of a latency is a duration with its unit; `ratio` is events per op, a fraction or a",
        "percentage; `rate` is per second of the phase, or of the load if no phase is named. Latencies count from the",
        "instant at which the arrival was due; percentiles are nearest ranks. An op that never ended fails an upper",
        "bound. A gate that has nothing to measure fails: for example a gate on deletes in a run without deletes, or",
        "on a phase without requests.\n",
        "| metric | statistics | measures |\n|---|---|---|",
    ]
    lines += [f"| `{metric.name}` | {available(metric)} | {metric.about} |" for metric in METRICS.values()]
    return "\n".join(lines) + "\n"
