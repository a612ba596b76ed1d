"""The settings of how a process that runs parts is observed: metrics, traces and log."""

from enum import StrEnum

from connector.table import TomlTable
from pipeline.settings.fields import Port

__all__ = ["LogFormat", "LogSettings", "MetricsSettings", "TracesSettings"]


class TracesSettings(TomlTable):
    """Traces, through OpenTelemetry. setup: `module:function`, called once at the start, which sets a tracer provider;
    None: nothing is traced."""

    setup: str | None = None


class LogFormat(StrEnum):
    """text: a line for people. json: an object on each line, with the trace that it belongs to."""

    TEXT = "text"
    JSON = "json"


class LogSettings(TomlTable):
    """How a process writes its log, on stderr."""

    format: LogFormat = LogFormat.TEXT


class MetricsSettings(TomlTable):
    """What the parts measure, for Prometheus. The API serves it at `/metrics`; a process without an API serves it at
    host and port, with `/livez`, where a port is given."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port | None = None
