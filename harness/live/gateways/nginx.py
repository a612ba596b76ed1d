"""nginx as a gateway.

One process without a master: it needs no user to change to, a kill leaves no worker behind, and it ends with whoever
started it. All files lie in its own folder.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.collect.gateway_log import TryEnding, UpstreamTry
from harness.live.gateways.program import LogLine, Plan, Program, milliseconds, splits
from harness.live.gateways.upstream import as_often
from harness.scenario.service import GatewaySettings

__all__ = ["NGINX"]

_ACCESS_LOG = "gateway.access.jsonl"
_FIELDS = {
    "ended": "$msec",
    "took": "$request_time",
    "id": "$http_x_request_id",
    "method": "$request_method",
    "target": "$request_uri",
    "status": "$status",
    "length": "$content_length",
    "whole": "$request_completion",
    "answer": "$sent_http_content_length",
    "servers": "$upstream_addr",
    "statuses": "$upstream_status",
    "connected": "$upstream_connect_time",
    "headed": "$upstream_header_time",
    "lasted": "$upstream_response_time",
    "sent": "$upstream_bytes_sent",
    "received": "$upstream_response_length",
}
"""What a line of the access log says of a request, and, from `servers` on, of each try."""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
_BAD_GATEWAY, _TIMEOUT = 502, 504
_SLACK = 0.05


def _config(plan: Plan) -> str:
    settings = plan.settings
    read, connect = milliseconds(settings.read), milliseconds(settings.connect)
    servers = "\n".join(
        f"    server {upstream.address} max_fails=0;" for upstream in as_often(plan.upstreams, settings.tries)
    )
    log = json.dumps(_FIELDS, separators=(",", ":"))
    temporary = "\n".join(f"  {kind}_temp_path {_quoted(plan.work / f'nginx-{kind}')};" for kind in _TEMPORARY)
    return f"""\
daemon off;
master_process off;
pid {_quoted(plan.work / "nginx.pid")};
lock_file {_quoted(plan.work / "nginx.lock")};
error_log stderr warn;
events {{
  worker_connections {2 * settings.max_connections + 512};
}}
http {{
  log_format tries escape=json '{log}';
  access_log {_ACCESS_LOG} tries;
{temporary}
  client_body_buffer_size 1m;
  client_max_body_size 0;
  server_tokens off;
  map $http_x_request_id $our_request_id {{
    "" $request_id;
    default $http_x_request_id;
  }}
  limit_conn_zone $server_name zone=under_way:1m;
  upstream service {{
{servers}
    keepalive {settings.max_connections};
    keepalive_timeout 1s;
  }}
  server {{
    listen 127.0.0.1:{plan.port};
    server_name gateway;
    limit_conn under_way {settings.max_connections};
    location = {plan.ready_path} {{
      access_log off;
      return 204;
    }}
    location / {{
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host "{plan.host}";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Request-Id $our_request_id;
      add_header X-Request-Id $our_request_id always;
      proxy_connect_timeout {connect};
      proxy_send_timeout {read};
      proxy_read_timeout {read};
      proxy_next_upstream {_retried(settings)};
      proxy_next_upstream_tries {settings.tries};
    }}
  }}
}}
"""


def _retried(settings: GatewaySettings) -> str:
    if settings.tries == 1:
        return "off"
    return "error timeout non_idempotent" if settings.non_idempotent else "error timeout"


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _arguments(config: Path, logs: Path) -> Sequence[str]:
    """The access log is relative to `-p`, since what the configuration says of it may not hold every character."""
    return ("-p", f"{logs}/", "-c", str(config), "-e", "stderr")


def _span(said: LogLine) -> tuple[float, float]:
    ended = float(said["ended"])
    return ended - float(said["took"]), ended


def _tries(said: LogLine, began: float, ended: float, settings: GatewaySettings) -> Iterator[UpstreamTry]:
    length = int(said["length"] or 0)
    columns = [splits(said[name]) for name in ("servers", "statuses", "connected", "headed", "sent", "lasted")]
    left = sum(_seconds(word) or 0.0 for word in columns[-1])
    for server, status, connected, headed, sent, lasted in zip(*columns, strict=True):
        head, took = _seconds(headed), _seconds(lasted) or 0.0
        if head is not None:
            ending = _after_head(took - head, settings.read, whole=_is_whole(said))
        else:
            ending = _without_head(status, connected=connected != "-", sent=int(sent), length=length)
        # One follows another, and the last ends with the request; each is rounded by itself.
        at, left = max(began, ended - left), left - took
        yield UpstreamTry(
            began=at,
            ended=min(ended, at + took),
            server=server,
            ending=ending,
            status=int(status) if head is not None else None,
        )


def _is_whole(said: LogLine) -> bool:
    """nginx calls a request complete though the answer was cut off."""
    received, announced = splits(said["received"])[-1], said["answer"]
    has_body = said["method"] != "HEAD" and said["status"] not in {"204", "304"}
    return said["whole"] == "OK" and not (has_body and announced and int(received) < int(announced))


def _after_head(silent: float, read: float, *, whole: bool) -> TryEnding:
    if whole:
        return TryEnding.ANSWERED
    return TryEnding.READ_TIMEOUT if silent >= read - _SLACK else TryEnding.BROKEN


def _without_head(status: str, *, connected: bool, sent: int, length: int) -> TryEnding:
    """The status is of nginx's own making."""
    if status == str(_TIMEOUT):
        if not connected:
            return TryEnding.CONNECT_TIMEOUT
        return TryEnding.SEND_TIMEOUT if sent < length else TryEnding.READ_TIMEOUT
    if status == str(_BAD_GATEWAY):
        return TryEnding.BROKEN if sent else TryEnding.REFUSED
    return TryEnding.CLIENT_LEFT


def _seconds(word: str) -> float | None:
    return None if word == "-" else float(word)


NGINX = Program(
    name="nginx",
    config_name="gateway.nginx.conf",
    config=_config,
    arguments=_arguments,
    access_log=_ACCESS_LOG,
    span=_span,
    tries=_tries,
)
