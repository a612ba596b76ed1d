"""How a process that runs parts writes its log: to stderr, its own words and the libraries' warnings."""

import json
import logging
import sys
from datetime import UTC, datetime

from pipeline.settings import LogFormat

__all__ = ["start_logging"]

_WORDY = ("asyncssh", "httpx", "uvicorn")
"""Libraries that write a line or more per command or request; their warnings are enough unless all is asked for."""

_TEXT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""What every record of `logging` has; the rest is what its caller gave as `extra`."""


def start_logging(level: int, format: LogFormat = LogFormat.TEXT) -> None:
    """Write what is of this level (of `logging`) or graver."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if format is LogFormat.JSON else logging.Formatter(_TEXT))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    if level > logging.DEBUG:
        for name in _WORDY:
            logging.getLogger(name).setLevel(max(level, logging.WARNING))


class _JsonLines(logging.Formatter):
    """An object on each line: `time`, `level`, `logger`, `message`, what came as `extra`, and the trace, if any."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {key: value for key, value in vars(record).items() if key not in _OWN}
        told |= _trace()
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def _trace() -> dict[str, str]:
    """Of the span that is under way, where OpenTelemetry is in use."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return {}
    context = trace.get_current_span().get_span_context()
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"} if context.is_valid else {}
