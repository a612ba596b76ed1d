"""The journal: the record of one run, complete enough to judge and to draw it again."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json

from connector.atomic_file import write_atomic
from connector.input_files import read_input
from connector.values import replace
from reports.allowances import STRICT, Allowances
from reports.connector_lacks import ConnectorLack
from reports.errors import JournalError
from reports.history import History
from reports.verdicts import Finding, GateResult, Verdict

__all__ = [
    "FORMAT",
    "ClusterNote",
    "GeneratorNote",
    "Journal",
    "PhaseSpan",
    "Planned",
    "SpanKind",
    "disturbances",
    "read_journal",
    "what_broke",
    "write_journal",
]

FORMAT = 3
"""Raised by one when a reader of the older format would misread a newer journal."""


class SpanKind(StrEnum):
    """What a stretch is: a phase of the scenario, or what broke meanwhile.

    latency-phase: of a cluster's own profile. outage: a part that had ended unasked was down.
    """

    PHASE = "phase"
    FAULT = "fault"
    TOXIC = "toxic"
    DELIVERY = "delivery"
    STORE_FAULT = "store-fault"
    LATENCY_PHASE = "latency-phase"
    NEMESIS = "nemesis"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSpan:
    """A named interval of the schedule; `disturbed` if faults were on, for shading."""

    name: str
    begins: float
    ends: float
    disturbed: bool = False
    kind: SpanKind = SpanKind.PHASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One thing that the scenario breaks on purpose. name: its injections are counted by it. what: which fault,
    toxic, and so on. where: what it applies to. how: its conditions, as text. ends None: no end of its own. expected:
    the minimum number that the scenario expects, or None; shared: the number is for all of its kind together.
    """

    kind: SpanKind
    name: str
    what: str
    where: str = ""
    how: str = ""
    begins: float = 0.0
    ends: float | None = None
    expected: int | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterNote:
    """What a reader wants to know of a cluster. lacks: what its connector cannot do, which makes promises weaker."""

    name: str
    dialect: str
    profile: str
    counters: dict[str, int] = field(default_factory=dict)
    lacks: tuple[ConnectorLack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorNote:
    """One process that played a part of the load.

    asked: ops that it began, polls included. under_way: clients that were not done. dropped: arrivals that were due and
    that it had no room for. offered: whether all its arrivals have come. busy: the largest share of a core that it took
    over a few seconds. cpu: seconds of CPU time that it took, from when it began. latest: seconds, the most that p99 of
    its lateness may be for the run to be believed.
    """

    number: int
    asked: int = 0
    under_way: int = 0
    dropped: int = 0
    offered: bool = False
    busy: float = 0.0
    cpu: float = 0.0
    latest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """One run. scenario_text: the file as it was; command: reproduces the run; began: when by the wall clock, ISO 8601
    in UTC (a run in virtual time: when it was judged).

    load_ends: when the workload stopped; ends: after the final reads. interrupted: ended by Ctrl-C.
    limits: the configured deadlines by hop, seconds. allowances: of the service under test.
    generators: where the load was played by processes of its own.
    notes: what the reader must know (an error on the way, …).
    skipped: the notes on what the scenario asks for and the world does not support.
    design: of the pipeline, or the kind of another service; gateway: the program in front of it; each is empty where it
    is not known. service_text: the file of that
    service, where it is not the scenario's own. folder: from which its relative paths are meant. overrides: by part,
    `module:attribute` of its behaviour.
    """

    format: int = FORMAT
    product: str
    versions: dict[str, str] = field(default_factory=dict)
    scenario: str
    title: str
    scenario_text: str
    seed: int
    world: str
    command: str
    began: str
    load_ends: float
    ends: float
    interrupted: bool = False
    phases: tuple[PhaseSpan, ...] = ()
    planned: tuple[Planned, ...] = ()
    clusters: tuple[ClusterNote, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    allowances: Allowances = STRICT
    generators: tuple[GeneratorNote, ...] = ()
    history: History
    findings: tuple[Finding, ...] = ()
    gates: tuple[GateResult, ...] = ()
    verdict: Verdict = Verdict.UNKNOWN
    notes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    design: str = ""
    gateway: str = ""
    service_text: str = ""
    folder: str = ""
    overrides: dict[str, str] = field(default_factory=dict)


def disturbances(journal: Journal) -> list[PhaseSpan]:
    """When faults were on: the disturbed spans, those that touch or overlap joined into one, within the run."""
    joined: list[PhaseSpan] = []
    for span in sorted((row for row in journal.phases if row.disturbed), key=lambda row: row.begins):
        begins, ends = max(span.begins, 0.0), min(span.ends, journal.ends)
        if joined and begins <= joined[-1].ends:
            last = joined[-1]
            name = last.name if span.name in last.name.split(", ") else f"{last.name}, {span.name}"
            joined[-1] = replace(last, name=name, ends=max(last.ends, ends))
        elif begins < ends:
            joined.append(replace(span, begins=begins, ends=ends))
    return joined


def what_broke(journal: Journal) -> Counter[str]:
    """How often each fault struck, by its label; and what strikes no single call: the nemesis' acts, clusters whose
    own profile was at its worse, and parts that were down unplanned, once for each stretch."""
    lasting = (SpanKind.LATENCY_PHASE, SpanKind.NEMESIS, SpanKind.OUTAGE)
    stretches = (span.name for span in journal.phases if span.kind in lasting)
    return Counter(row.label for row in journal.history.injections) + Counter(stretches)


_JOURNAL: TypeAdapter[Journal] = TypeAdapter(Journal)


_END = b"\n}"
_DIGEST = "digest"


def write_journal(path: Path, journal: Journal) -> None:
    """Write the journal as JSON with its digest, in one step: a reader never sees half of it."""
    dumped = _JOURNAL.dump_json(journal, indent=1)
    digest = f',\n "{_DIGEST}": "{_digest_of(from_json(dumped))}"'.encode()
    write_atomic(path, dumped.removesuffix(_END) + digest + _END + b"\n")


def _digest_of(content: dict[str, Any]) -> str:
    """Of what a journal says, however it is laid out."""
    return f"sha256:{sha256(to_json(content)).hexdigest()}"


_NO_NUMBER = re.compile(rb"NaN|Infinity|[eE]\+?[0-9]{3}")
"""Without one of these a journal can hold no number that is none; with one it may still be part of a text."""


def _finite(written: str) -> float:
    return float(written) if isfinite(float(written)) else _refused(written)


def _refused(written: str) -> float:
    raise ValueError(f"{written} is not a number")


def _check_format(path: Path, content: object) -> None:
    """Before all else: the keys of another format need not be those of this one."""
    written = content.get("format", FORMAT) if isinstance(content, dict) else FORMAT
    if written != FORMAT:
        raise JournalError(f"{path}: journal format {written}; this version reads format {FORMAT}")


def read_journal(path: Path) -> Journal:
    """Read a journal. Raises `JournalError` naming the file, the key and what is wrong, or that it was changed."""
    try:
        data = read_input(path)
        content = from_json(data)
        _check_format(path, content)
        journal = _JOURNAL.validate_json(data)
        if _NO_NUMBER.search(data) is not None:
            json.loads(data, parse_constant=_refused, parse_float=_finite)
    except OSError as error:
        raise JournalError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise JournalError(f"{path}: {where or 'the file'}: {first['msg']}") from error
    except ValueError as error:
        raise JournalError(f"{path}: {error}") from error
    if content.pop(_DIGEST, None) != _digest_of(content):
        raise JournalError(f"{path}: was changed after it was written: its digest is another; play the run again")
    return journal
