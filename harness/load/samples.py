"""Raw samples of a load: one for each op, as CSV for whoever reckons with them, and as HdrHistograms to be merged.

Response times count from the instant at which an arrival was due, service times and those of first bytes from the one
at which it was sent. An op that never ended has none of them.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import StringIO
from pathlib import Path
from typing import Any

from connector.atomic_file import write_atomic
from harness.load.histograms import write_histograms
from harness.load.wire import Row
from reports.history import Op

__all__ = ["DROPPED", "LoadSample", "dropped_samples", "read_samples", "samples_of", "write_samples"]

DROPPED = "dropped"
"""The outcome of an arrival that a generator had no room for."""
_CSV = "samples.csv"
_HISTOGRAMS = "histograms.hlog"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadSample:
    """One op, or a dropped arrival. Instants are seconds since the load began; None: it never came.

    intended, started, first_byte, finished: when it was due, when it was sent, and when its last answer began to come
    and was there. op: `create`, `get`, ... purpose: why it was asked. outcome: `ok`, `fail`, `info` (unknown) or
    `dropped`. tries: how often it was sent.
    """

    intended: float
    started: float | None
    first_byte: float | None = None
    finished: float | None
    op: str
    purpose: str
    phase: str
    cluster: str
    gateway: str
    outcome: str
    status: int | None = None
    tries: int = 0

    @property
    def response(self) -> float | None:
        """Seconds from when it was due."""
        return None if self.finished is None else self.finished - self.intended

    @property
    def service(self) -> float | None:
        """Seconds from when it was sent."""
        return None if self.finished is None or self.started is None else self.finished - self.started

    @property
    def waited(self) -> float | None:
        """Seconds from when it was sent to the first byte of its last answer."""
        return None if self.first_byte is None or self.started is None else self.first_byte - self.started

    @property
    def lateness(self) -> float | None:
        """Seconds by which it was sent too late."""
        return None if self.started is None else self.started - self.intended


_UNSEEN: Mapping[int, float] = {}


def samples_of(ops: Iterable[Op], gateway: str, first_bytes: Mapping[int, float] = _UNSEEN) -> Iterator[LoadSample]:
    """One for each op. first_bytes: when they came, by the op's number."""
    for op in ops:
        yield LoadSample(
            intended=op.intended_at,
            started=op.invoked_at,
            first_byte=first_bytes.get(op.number),
            finished=op.completed_at,
            op=str(op.kind),
            purpose=str(op.purpose),
            phase=op.phase,
            cluster=op.location,
            gateway=gateway,
            outcome=str(op.result),
            status=op.status,
            tries=op.tries,
        )


def dropped_samples(rows: Iterable[Row], gateway: str) -> Iterator[LoadSample]:
    """One for each arrival that was dropped."""
    for row in rows:
        if row.dropped is not None:
            yield LoadSample(
                intended=row.dropped.at,
                started=None,
                finished=None,
                op=row.dropped.op,
                purpose="load",
                phase=row.dropped.phase,
                cluster=row.dropped.location,
                gateway=gateway,
                outcome=DROPPED,
            )


def write_samples(folder: Path, samples: Sequence[LoadSample]) -> None:
    """`samples.csv` and `histograms.hlog`. Raises `OSError`."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for sample in samples:
        row = {**asdict(sample), "response": sample.response, "service": sample.service}
        writer.writerow("" if row[name] is None else row[name] for name in _COLUMNS)
    write_atomic(folder / _CSV, text.getvalue())
    length = max((sample.intended for sample in samples), default=0.0)
    write_histograms(folder / _HISTOGRAMS, _series(samples), length=length)


def read_samples(folder: Path) -> tuple[LoadSample, ...]:
    """What `write_samples` wrote. Raises `OSError`, and `ValueError` for a file that is not of its kind."""
    with (folder / _CSV).open(newline="", encoding="utf-8") as lines:
        return tuple(LoadSample(**_values(row)) for row in csv.DictReader(lines))


_COLUMNS = (*(field.name for field in fields(LoadSample)), "response", "service")
_NUMBERS = {"intended": float, "started": float, "first_byte": float, "finished": float, "status": int, "tries": int}


def _values(row: dict[str, str]) -> dict[str, Any]:
    names = [field.name for field in fields(LoadSample) if field.name in row]  # one more than there once was
    read = {name: _NUMBERS[name](row[name]) if name in _NUMBERS and row[name] else row[name] for name in names}
    return {name: None if name in _NUMBERS and value == "" else value for name, value in read.items()}


def _series(samples: Iterable[LoadSample]) -> dict[str, list[float]]:
    """Seconds by tag: the phase, the op, and which of the three times."""
    found: dict[str, list[float]] = {}
    for sample in samples:
        for name, value in (
            ("response", sample.response),
            ("service", sample.service),
            ("first-byte", sample.waited),
        ):
            if value is not None:
                phase = sample.phase or "all"
                found.setdefault(f"{phase}/{sample.op}/{sample.gateway}/{name}", []).append(value)
    return found
