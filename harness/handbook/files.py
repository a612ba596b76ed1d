"""The documentation's pages on the files that `clusters serve` and `pipeline serve` read, made from what reads them."""

from collections.abc import Mapping
from typing import Any

from connector.table import TomlTable
from fake_clusters.clusters_file import ClustersTable
from harness.scenario.words import table_section
from harness.service.reference import PipelineSettings

__all__ = ["clusters_file_markdown", "pipeline_file_markdown"]

_CLUSTERS = """\
# The clusters file

What `spoolproof clusters serve FILE` reads: which fake clusters to run behind real SSH, what breaks, who may log in.
Relative paths are taken from the file's own folder. Once all clusters listen, the *address file* says where they are
and with which key to log in; a pipeline or a test reads it. Next to it lie `…-admin.json` with the URL and token of
the [admin API](admin-api.md), and `…-known_hosts` with the host keys: see [any SSH client](../how-to/ssh-clients.md).

```toml clusters.toml
[clusters.north]                  # all defaults: quick, healthy, any free port

[clusters.south]
profile = "steady"
limits = { commands = 2, shares = 100 }

[[faults]]
kind = "reply_lost"
clusters = ["south"]
verbs = ["create"]
every = 2
```

```console
$ spoolproof clusters serve clusters.toml > served.txt & \\
    until grep -q Ctrl-C served.txt; do sleep 0.1; done
$ grep -c "ssh -p" served.txt
2
$ python3 -c "import json; print([row['name'] for row in json.load(open('clusters.json'))['clusters']])"
['north', 'south']
```

Each line that it prints is a command that logs in: `ssh -p 40022 -i keys/client_ed25519 spool@127.0.0.1`, to which a
command of the cluster's [dialect](connector.md) is added, such as
`share create demo --size 1073741824 --request-id r1`. The keys of `[[faults]]` depend on the kind of fault: see
[faults](faults.md).
"""

_CLUSTERS_TABLES = (
    ("Top level", ""),
    ("`[admin]`", "AdminTable"),
    ("`[clusters.NAME]`", "ServedClusterTable"),
    ("`[clusters.NAME.login]`", "LoginTable"),
    ("`[clusters.NAME.limits]`", "LimitsTable"),
    ("`[clusters.NAME.order]`", "OrderTable"),
    ("`[clusters.NAME.profile]`", "ProfileTable"),
    ("`[clusters.NAME.latency]`", "LatencyTable"),
    ("`[[clusters.NAME.latency_phases]]`", "LatencyPhaseTable"),
)

_PIPELINE = """\
# The pipeline file

What `spoolproof pipeline serve FILE` reads: the settings of the reference pipeline, a table for each part. The same
tables, under `pipeline.`, are those of a [scenario](scenario.md). Durations are seconds or texts such as `"200ms"`.

```toml clusters.toml
[clusters.north]
```

```toml pipeline.toml
store = "shares.db"
targets = "clusters.json"         # the address file that `spoolproof clusters serve` writes

[auth]
mode = "none"                     # this machine alone; see the page on securing the API

[gateway]
read = "5s"

[retry]
attempts = 3
```

```console
$ spoolproof clusters serve clusters.toml > served.txt & \\
    until grep -q Ctrl-C served.txt; do sleep 0.1; done
$ spoolproof pipeline serve pipeline.toml --ready parts.json > parts.txt & \\
    until [ -f parts.json ]; do sleep 0.1; done
$ python3 -c "import json; print(*json.load(open('parts.json')))"
api processor gateway
```

`--parts` serves some of them, so that each can be a process of its own: several processors share one store. What the
API answers is on the page on the [HTTP API](http-api.md).
"""

_PIPELINE_TABLES = (
    ("Top level", ""),
    ("`[api]`", "ApiSettings"),
    ("`[blocking]`", "BlockingSettings"),
    ("`[gateway]`", "GatewaySettings"),
    ("`[processor]`", "ProcessorSettings"),
    ("`[command]`", "CommandSettings"),
    ("`[retry]`", "RetrySettings"),
    ("`[breaker]`", "BreakerSettings"),
    ("`[sweeper]`", "SweeperSettings"),
    ("`[notifier]`", "NotifierSettings"),
    ("`[notifier.mail]`", "MailSettings"),
    ("`[auth]`", "AuthSettings"),
    ("`[limits]`", "LimitsSettings"),
    ("`[quotas]`", "QuotasSettings"),
    ("`[quotas.tenants.NAME]`", "QuotaTable"),
    ("`[metrics]`", "MetricsSettings"),
    ("`[traces]`", "TracesSettings"),
    ("`[log]`", "LogSettings"),
)


def clusters_file_markdown() -> str:
    """The whole page."""
    return _page(_CLUSTERS, ClustersTable, dict(_CLUSTERS_TABLES))


def pipeline_file_markdown() -> str:
    """The whole page."""
    return _page(_PIPELINE, PipelineSettings, dict(_PIPELINE_TABLES))


def _page(head: str, model: type[TomlTable], tables: Mapping[str, str]) -> str:
    schema: dict[str, Any] = model.model_json_schema()
    definitions = schema["$defs"]
    sections = (
        table_section(heading, definitions[name] if name else schema, definitions) for heading, name in tables.items()
    )
    return "\n".join([head, *sections])
