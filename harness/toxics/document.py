"""The table of toxics: what `spoolproof toxics` lists, and the page of the documentation made from it."""

from collections.abc import Iterator

from fake_clusters.parameter_texts import ParameterKind, ParameterText, markdown_table, texts_of
from harness.toxics import TOXICS
from harness.toxics.latency import Jitter
from harness.toxics.toxic import ToxicKind

__all__ = ["parameter_texts", "toxics_markdown"]

_JITTER = ParameterKind(hint=Jitter, accepts="duration or distribution", seconds=True)

_OPENING = """\
# Toxics

A toxic is a lasting modifier of a link: between the clients and the gateway, the gateway and the API, or the pipeline
and a cluster. Each link that a scenario's toxics name has a relay. The relay forwards every byte and every end of a
connection, and applies the toxics to them:

```toml
[[toxics]]
link = "processor-north"
kind = "latency"
label = "slow wan"
latency = "40ms"
jitter = { kind = "lognormal", median = "5ms", p99 = "80ms" }
direction = "both"
toxicity = 0.5
phase = "evening"
```

*link* is `client-gateway`, `gateway-api`, `processor-CLUSTER`, or `processor-*` for every cluster. *label* is its
name in reports (default: the toxic's own name). *between* or *phase* sets when it works; without them it works during
the whole load. After the load all toxics are removed.

*direction* is seen from the side that connects: `up` is what it sends, `down` what it receives. *toxicity* is the
fraction of connections that a toxic affects. Whether it affects one is a function of the seed, its label and the
connection's number on the link; the values that it draws are a function of these and the piece's number. Other toxics
have no influence.

Several toxics on a link work one after the other, in the order in which they were added. They can be added, changed
and removed while bytes are in transit: a change applies at once, also to bytes that are held, and no byte is lost or
overtakes another. Only `half_open` loses bytes, so the connections that it affected are reset when it is removed. At
most 4 MiB are in transit in each direction of a connection; then the sender has to wait, as with TCP's window.

During a live run you can also add, change and remove toxics by hand: `spoolproof run SCENARIO --admin FILE` puts a
relay on every link, and writes to FILE the `url` and the bearer `token` of an HTTP API for `toxics` (and of one
for `clusters`): `GET /links`; `GET`, `POST`, `DELETE /links/LINK/toxics`; `GET`, `PUT`, `DELETE
/links/LINK/toxics/LABEL`; `POST /links/LINK/reset`. A body is a toxic as in a scenario, without its link and times:
`{"kind": "latency", "label": "slow", "latency": "200ms"}`. Healing removes these too.

Reports count the connections that a toxic affected, once each. `down`, and `partition` where it applies to all
connections, also count each time that they begin, because the relay does not see attempts to connect.

## How connections open, on real sockets

Once a relay listens, it cannot prevent a client's kernel from completing a handshake. It can only keep its accept queue
full; then Linux drops the client's SYN. The client's kernel sends the SYN again after 1, 3, 7, 15 … seconds.

- `partition` fills the queue, so attempts to connect hang. When it heals, an attempt succeeds with its next SYN, which
  can take as long again as the attempt had hung.
- `slow_accept` accepts one connection per `delay`, with a queue of one: the first client is connected at once and
  receives nothing for `delay`; the clients behind it are delayed by dropped SYNs, in steps of seconds. The time until
  the first byte follows the same rule in every world: never before `delay` and `first_byte` have passed.
- Refused and dropped attempts leave no trace in a kernel, so they are not counted.

In virtual time all of this is exact: a connection opens after `delay`, or at the moment at which the partition heals,
and an attempt times out after 127 s, as on Linux.
"""


def parameter_texts(kind: ToxicKind) -> tuple[ParameterText, ...]:
    """The parameters of a kind, in order."""
    return texts_of(kind.parameters, (_JITTER,))


def toxics_markdown() -> str:
    """The documentation's page on toxics."""
    return "\n".join([_OPENING, *(line for kind in TOXICS.values() for line in _section(kind)), *_counterparts()])


def _section(kind: ToxicKind) -> Iterator[str]:
    yield f"## `{kind.name}`\n"
    yield f"{kind.does}\n"
    yield f"*Seen by the side that connects*: {kind.seen}\n"
    yield f"{_whom(kind)}\n"
    yield from markdown_table(parameter_texts(kind))


def _whom(kind: ToxicKind) -> str:
    if kind.standing:
        return "A state of the whole link: it takes neither direction nor toxicity."
    if kind.direction is None:
        return "Concerns how connections open: it takes no direction."
    return f"Direction: `{kind.direction}` unless another is given."


def _counterparts() -> Iterator[str]:
    yield "## For users of Toxiproxy\n"
    yield "Every toxic of Toxiproxy has its counterpart, under its name and with its attributes. A duration is a text"
    yield 'such as `"100ms"`; a bare number is seconds, where Toxiproxy has milliseconds. `upstream` is `up`,'
    yield "`downstream` is `down`. The other differences:\n"
    yield "| here | there |\n|---|---|"
    for kind in TOXICS.values():
        yield f"| `{kind.name}` | {kind.counterpart or 'none'} |"
    yield ""
