"""The session of a sandbox: what was asked and what happened, kept line by line so that the next start goes on.

The first line says when it began, and each other line is one row of the history. What the service logs in its own store
stays there, and a row that comes again takes the place of the one with its number.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from connector.values import replace
from fake_clusters.effects import ClusterEffect, ClusterEffectKind
from harness.collect.assemble import in_order
from harness.errors import OutputError
from reports.history import Attempt, Effect, History, Injection, NemesisAction, Op, PartEnd, Reading

__all__ = ["Row", "Session", "merged"]

Row = Op | Attempt | Effect | Injection | NemesisAction | PartEnd | Reading

_KINDS: Mapping[str, type[Row]] = {
    "op": Op,
    "attempt": Attempt,
    "effect": Effect,
    "injection": Injection,
    "nemesis": NemesisAction,
    "end": PartEnd,
    "reading": Reading,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in _KINDS.items()}
_FORMAT = 1

Numbered = TypeVar("Numbered", NemesisAction, PartEnd)


class Session:
    """began: Unix seconds of its beginning; None: it has not begun. before: the rows of earlier starts.

    Opening raises `OutputError` for a file that is no session.
    """

    def __init__(self, path: Path, scenario: str) -> None:
        self._path = path
        self.began: float | None = None
        self.before = History(has_effect_log=True)
        if path.exists():
            self._read(scenario)
        self._file: FileIO | None = None
        self._scenario = scenario

    def __enter__(self) -> "Session":
        try:
            # Unbuffered: what could not be written is not tried once more at the end.
            self._file = self._path.open("ab", buffering=0)
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from error
        return self

    def __exit__(self, *error: object) -> None:
        assert self._file is not None
        self._file.close()

    @property
    def is_new(self) -> bool:
        """Whether there was no earlier start."""
        return self.began is None

    def begin(self, began: float) -> None:
        """Write down when it began, at the first start alone."""
        if self.began is None:
            self.began = began
            self._write({"format": _FORMAT, "began": began, "scenario": self._scenario})

    def add(self, *rows: Row) -> None:
        """Keep rows."""
        for row in rows:
            name = _NAMES[type(row)]
            self._write({name: _ADAPTERS[name].dump_python(row, mode="json", exclude_defaults=True)})

    def effects(self) -> Mapping[str, Sequence[ClusterEffect]]:
        """Those of earlier starts by cluster, as a cluster has them."""
        found: dict[str, list[ClusterEffect]] = {}
        for row in self.before.effects:
            found.setdefault(row.cluster, []).append(_of_cluster(row))
        return found

    def _write(self, row: Mapping[str, Any]) -> None:
        assert self._file is not None, "the session is not open"
        line = json.dumps(row, separators=(",", ":")) + "\n"
        try:
            self._file.write(line.encode())
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror}") from error

    def _read(self, scenario: str) -> None:
        rows: dict[str, list[Any]] = {name: [] for name in _KINDS}
        for number, line in enumerate(self._path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                parsed = json.loads(line)
                if number == 1:
                    self._begun(parsed, scenario)
                    continue
                ((name, value),) = parsed.items()
                rows[name].append(_ADAPTERS[name].validate_python(value))
            except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
                if number == 1:
                    raise OutputError(f"{self._path}: is no session of a sandbox; remove it, or reset") from error
                # A killed process may leave half a line, and the next start goes on behind it.
        self.before = History(
            ops=tuple({row.number: row for row in rows["op"]}.values()),
            attempts=tuple({row.number: row for row in rows["attempt"]}.values()),
            effects=in_order(rows["effect"]),
            injections=in_order(rows["injection"]),
            nemesis=_numbered(rows["nemesis"]),
            part_ends=_numbered(rows["end"]),
            readings=in_order(rows["reading"]),
            has_effect_log=True,
        )

    def _begun(self, first: Any, scenario: str) -> None:
        if first["format"] != _FORMAT:
            raise OutputError(f"{self._path}: format {first['format']}; this version reads {_FORMAT}; reset to go on")
        if first["scenario"] != scenario:
            raise OutputError(
                f"{self._path.parent}: the state of a sandbox of {first['scenario']!r}; "
                f"`spoolproof reset` removes it, and --folder gives {scenario!r} a folder of its own"
            )
        self.began = float(first["began"])


def merged(before: History, now: History) -> History:
    """The rows of earlier starts, and those of this one behind them."""
    return replace(
        now,
        ops=(*before.ops, *now.ops),
        attempts=in_order((*before.attempts, *now.attempts)),
        effects=in_order((*before.effects, *now.effects)),
        injections=in_order((*before.injections, *now.injections)),
        nemesis=_numbered((*before.nemesis, *now.nemesis)),
        part_ends=_numbered((*before.part_ends, *now.part_ends)),
        readings=in_order((*before.readings, *now.readings)),
    )


def _numbered(rows: Iterable[Numbered]) -> tuple[Numbered, ...]:
    ordered = sorted(rows, key=lambda row: row.at)
    return tuple(_renumbered(ordered))


def _renumbered(rows: Iterable[Numbered]) -> Iterator[Numbered]:
    for number, row in enumerate(rows, start=1):
        yield row if row.number == number else replace(row, number=number)


def _of_cluster(row: Effect) -> ClusterEffect:
    return ClusterEffect(
        number=row.number,
        at=row.at,
        kind=ClusterEffectKind(row.kind.value),
        name=row.name,
        incarnation=row.incarnation,
        request_id=row.request_id,
        sequence=row.sequence,
        mark=row.mark,
        size=row.size,
        late=row.late,
    )
