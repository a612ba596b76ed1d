"""haproxy as a gateway: one process in the foreground, which writes its access log to what it prints."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.collect.gateway_log import TryEnding, UpstreamTry
from harness.live.gateways.program import LogLine, Plan, Program, milliseconds
from harness.live.gateways.upstream import as_often
from harness.scenario.service import GatewaySettings

__all__ = ["HAPROXY"]

_FIELDS = {
    "began": "%[var(txn.began)]",
    "accepted": "%Ts.%ms",
    "asking": "%TR",
    "took": "%Ta",
    "id": "%[var(txn.id),json(utf8s)]",
    "method": "%HM",
    "target": "%[capture.req.uri,json(utf8s)]",
    "status": "%ST",
    "ending": "%ts",
    "server": "%s",
    "waited": "%Tw",
    "connected": "%Tc",
    "retries": "%rc",
}
"""What a line says of a request. Of its tries it has the number of those before the last, and how long they took."""
_IDEMPOTENT = "GET HEAD OPTIONS TRACE PUT DELETE"
_CLIENT = 60.0
"""Seconds for which a client may be silent; a longer `total` lets it for longer."""


def _config(plan: Plan) -> str:
    settings = plan.settings
    upstreams = as_often(plan.upstreams, settings.tries)
    at_once = -(-settings.max_connections // len(upstreams))
    servers = "\n".join(
        f"  server s{number} {upstream.address} maxconn {at_once} pool-purge-delay 1s"
        for number, upstream in enumerate(upstreams, start=1)
    )
    log = json.dumps(_FIELDS, separators=(",", ":"))
    return f"""\
global
  log stdout format raw local0
  noreuseport
  tune.bufsize 32768
defaults
  mode http
  log global
  option dontlognull
  timeout connect {milliseconds(settings.connect)}
  timeout server {milliseconds(settings.read)}
  timeout client {milliseconds(max(_CLIENT, settings.total))}
  timeout http-request 10s
  timeout queue 1ms
  retries {settings.tries - 1}
frontend gateway
  bind 127.0.0.1:{plan.port}
  http-request set-log-level silent if {{ path {plan.ready_path} }}
  http-request return status 204 if {{ path {plan.ready_path} }}
  unique-id-format %{{+X}}o%ci%cp%fi%fp%Ts%rt
  http-request set-header X-Request-Id %[unique-id] unless {{ req.hdr(x-request-id) -m found }}
  http-request set-var(txn.began) date(0,ms)
  http-request set-var(txn.id) req.hdr(x-request-id)
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Proto http
  http-request set-header Host {plan.host}
  http-after-response set-header X-Request-Id %[var(txn.id)]
  option forwardfor
  log-format '{log}'
  default_backend service
backend service
{_retried(settings)}{servers}
"""


def _retried(settings: GatewaySettings) -> str:
    if settings.tries == 1:
        return ""
    # haproxy sends again only what it has whole; without the option, a body in a segment of its own is not waited for.
    only_idempotent = f"  http-request disable-l7-retry unless {{ method {_IDEMPOTENT} }}\n"
    return (
        "  retry-on conn-failure empty-response response-timeout\n"
        "  option redispatch 1\n"
        "  option http-buffer-request\n"
        f"{'' if settings.non_idempotent else only_idempotent}"
    )


def _arguments(config: Path, logs: Path) -> Sequence[str]:
    return ("-db", "-f", str(config))


def _span(said: LogLine) -> tuple[float, float]:
    began = _began(said)
    return began, began + int(said["took"]) / 1000


def _began(said: LogLine) -> float:
    """When the request began to come in; one that never came whole has no such instant, but that of its connection."""
    if said["began"] in {"", "-"}:
        return float(said["accepted"])
    return (float(said["began"]) - max(0, int(said["asking"]))) / 1000


def _tries(said: LogLine, began: float, ended: float, settings: GatewaySettings) -> Iterator[UpstreamTry]:
    if said["server"] in {"<NOSRV>", "<STATS>"}:
        return
    before, asking, server = int(said["retries"].lstrip("+")), max(0, int(said["asking"])) / 1000, said["server"]
    passed_on = began + asking
    last = passed_on + max(0, int(said["waited"])) / 1000 if before else passed_on
    each = (last - passed_on) / before if before else 0.0
    for number in range(before):
        yield UpstreamTry(
            began=passed_on + number * each, ended=passed_on + (number + 1) * each, server=server,
            ending=_earlier(each, said, settings),
        )  # fmt: skip
    ending = _ending(said["ending"], connected=int(said["connected"]) >= 0)
    status = int(said["status"]) if ending is TryEnding.ANSWERED or said["ending"][1] == "D" else None
    yield UpstreamTry(began=last, ended=ended, server=server, ending=ending, status=status)


def _earlier(seconds: float, said: LogLine, settings: GatewaySettings) -> TryEnding:
    """Of a try that haproxy only counts: as long as it waits for an answer is a timeout of that, and so on."""
    if seconds >= settings.read:
        return TryEnding.READ_TIMEOUT
    if int(said["connected"]) < 0:
        return TryEnding.CONNECT_TIMEOUT if seconds >= settings.connect else TryEnding.REFUSED
    return TryEnding.BROKEN


def _ending(state: str, *, connected: bool) -> TryEnding:
    """state: who ended the session, and in which state it was. `s` is a timeout of the server, `C` of the client."""
    match state[0], state[1]:
        case ("-", _):
            return TryEnding.ANSWERED
        case ("s", "C"):
            return TryEnding.CONNECT_TIMEOUT
        case ("s", "Q"):
            return TryEnding.FULL
        case ("s", _):
            return TryEnding.READ_TIMEOUT
        case ("C" | "c", _):
            return TryEnding.CLIENT_LEFT
        case ("S", "C"):
            return TryEnding.REFUSED
        case _:
            return TryEnding.BROKEN if connected else TryEnding.REFUSED


HAPROXY = Program(
    name="haproxy",
    config_name="gateway.haproxy.cfg",
    config=_config,
    arguments=_arguments,
    access_log="gateway.log",
    span=_span,
    tries=_tries,
)
