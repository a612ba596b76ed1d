"""The documentation's pages on what is served over HTTP: the pipeline's API, and the admin APIs."""

from collections.abc import Iterator

from harness.handbook.openapi import OPERATIONS
from harness.service.reference import api_document, catalogue

__all__ = ["admin_markdown", "http_api_markdown"]

_API_HEAD = """\
# The HTTP API of the pipeline

The same in all three [designs](../explanation/designs.md), behind the gateway or without it. A share is known by
location (the name of a cluster) and name. Bodies are JSON with `Content-Type: application/json`; keys that are unknown,
or come twice, are refused.

```toml clusters.toml
[clusters.north]
```

```toml pipeline.toml
targets = "clusters.json"

[auth]
mode = "none"                     # this machine alone; see the page on securing the API
```

```console
$ spoolproof clusters serve clusters.toml > served.txt & \\
    until grep -q Ctrl-C served.txt; do sleep 0.1; done
$ spoolproof pipeline serve pipeline.toml --ready parts.json > parts.txt & \\
    until [ -f parts.json ]; do sleep 0.1; done
```

```python
import json
import time

import httpx

url = json.load(open("parts.json"))["gateway"]["url"]
share = {"location": "north", "name": "home", "size": 1_000_000}
asked = httpx.post(f"{url}/v1/shares", json=share, headers={"Idempotency-Key": '"k-1"'})
assert asked.status_code == 202, asked.text
where = url + asked.headers["Location"]

while httpx.get(where).json()["state"] == "pending":        # the answer says after how long: Retry-After
    time.sleep(0.1)
assert httpx.get(where).json()["state"] == "active"

assert httpx.post(f"{url}/v1/shares", json=share).json()["type"] == "/problems/share-exists"
assert httpx.patch(where, json={"size": 2_000_000}).status_code == 202
```

An `Idempotency-Key` (a quoted text, or the same text bare: both are one key) makes a request safe to repeat: what was
decided about the operation is answered again, and another request with the same key is refused. Answers
that depend on the state of the moment are not kept.

`X-Tenant` says who asks: 1 to 64 letters, digits and `._@-`; without it, `default`. Tenants take turns at each cluster,
and idempotency keys are each tenant's own.

[The OpenAPI document](openapi.json) has every parameter, body and answer. The API serves it at `/openapi.json`, and at
`/try` a page to try it in a browser, which loads nothing from elsewhere. Shares come in pages: `next` is the `cursor`
of the following one, and `Link` its address (RFC 8288). In the lists of what happened, `next` is the next `after`.
What [sweeps](../explanation/sweeping.md) and [metrics](../how-to/watch-it.md) are has pages of its own.

## Routes

| | |
|---|---|
"""

_PROBLEMS = """
## Refusals

`application/problem+json` (RFC 9457). `type` is `/problems/CAUSE`, and the cause is what a client decides by.

| cause | status | kept with the key | |
|---|---|---|---|
"""

_ADMIN_HEAD = """\
# The admin APIs

`spoolproof clusters serve` has one for its clusters. `spoolproof run --admin FILE` has the same for the clusters of a
live run, and another for its links. Every request needs the token, `Authorization: Bearer TOKEN`; URL and token are in
the file that is named when it starts.

```toml clusters.toml
[clusters.north]
```

```console
$ spoolproof clusters serve clusters.toml > served.txt & \\
    until grep -q Ctrl-C served.txt; do sleep 0.1; done
```

```python
import json

import httpx

admin = json.load(open("clusters-admin.json"))
http = httpx.Client(base_url=admin["url"], headers={"Authorization": f"Bearer {admin['token']}"})

fault = {"kind": "reply_lost", "verbs": ["create"], "label": "mine"}
assert http.post("/clusters/north/faults", json=fault).status_code == 201
assert [row["label"] for row in http.get("/clusters/north/faults").json()["faults"]] == ["mine"]
assert http.delete("/clusters/north/faults/mine").status_code == 204
assert http.get("/clusters/north/shares").json() == {"shares": []}
assert http.get("/clusters/north/wait", params={"counter": "commands", "timeout": 0.1}).status_code == 504
```

[The OpenAPI document](admin-openapi.json) has every path, body and answer, for tools that make clients of it. A body
that adds a fault is a table as in [faults](faults.md), one that adds a toxic as in [toxics](toxics.md), and a profile
is a table as in [the clusters file](clusters-file.md). Refusals are problem details (RFC 9457).

## Clusters

| | |
|---|---|
"""

_LINKS = """
## Links of a live run

| | |
|---|---|
"""


def http_api_markdown() -> str:
    """The whole page."""
    routes = "".join(f"| `{route}` | {about} |\n" for route, about in _routes())
    problems = "".join(
        f"| `{cause}` | {entry.status} | {'yes' if entry.kept else 'no'} | {' '.join(entry.prose.split())} |\n"
        for cause, entry in catalogue().items()
    )
    return _API_HEAD + routes + _PROBLEMS + problems


def _routes() -> Iterator[tuple[str, str]]:
    for path, methods in api_document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation["summary"]


def admin_markdown() -> str:
    """The whole page."""
    rows = [(path, f"| `{method} {path}` | {each.summary} |\n") for (method, path), each in OPERATIONS.items()]
    clusters = "".join(row for path, row in rows if not path.startswith("/links"))
    links = "".join(row for path, row in rows if path.startswith("/links"))
    return _ADMIN_HEAD + clusters + _LINKS + links
