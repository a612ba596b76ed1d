"""What the lab reports, as values. Instants are seconds from the start of the clusters or of the load, sizes bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

__all__ = ["Anomaly", "ClauseResult", "Effect", "Finding", "Gate", "Injection", "Result", "Share", "Verdict"]


class _Row:
    """Made from an object of the lab's; keys that this version does not know are left out."""

    __slots__ = ()

    @classmethod
    def read(cls, row: Mapping[str, Any], **others: Any) -> Self:
        known = {each.name for each in fields(cls)}  # type: ignore[arg-type]  # each subclass is a dataclass
        return cls(**{key: value for key, value in row.items() if key in known} | others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(_Row):
    """A share on a cluster. complete: False while it is half-made. rules: access by client."""

    name: str
    size: int
    complete: bool = True
    mark: str | None = None
    request_id: str | None = None
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(_Row):
    """A change of one share, from the cluster's own log: the ground truth.

    number: from 1 without a gap. kind: `created`, `half-created`, `resized`, `deleted`, … incarnation: counts the
    shares that had this name, from 1. late: it happened after its command had been answered, or given up by its caller.
    """

    number: int
    at: float
    kind: str
    name: str
    incarnation: int
    request_id: str | None = None
    sequence: int | None = None
    mark: str | None = None
    size: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection(_Row):
    """One occasion on which a fault was injected. key, verb: None for connections and channels."""

    number: int
    at: float
    fault: str
    label: str
    cluster: str
    site: str
    key: str | None = None
    verb: str | None = None
    attempt: int | None = None


class Verdict(StrEnum):
    """valid < unknown < invalid."""

    VALID = "valid"
    UNKNOWN = "unknown"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly(_Row):
    """A violation of an invariant. message: one sentence. name: of the share. witnesses: what proves it, in words."""

    invariant: str
    message: str
    location: str
    name: str
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(_Row):
    """What one checker found. verdict None: not judged in this run, and `summary` says why."""

    invariant: str
    title: str
    verdict: Verdict | None
    summary: str
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(_Row):
    """A threshold on a metric. value None: there was nothing to measure, so the gate failed. measured: in words."""

    expression: str
    value: float | None
    threshold: float
    passed: bool
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(_Row):
    """One run of a scenario, judged.

    figures: by their name in a gate, such as `p95(create.accept)`; latencies in seconds. faults: how often each was
    injected. command: runs it again. journal, report, junit: its files.
    """

    scenario: str
    title: str
    world: str
    design: str
    seed: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    gates: tuple[Gate, ...]
    figures: Mapping[str, float]
    faults: Mapping[str, int]
    notes: tuple[str, ...]
    command: str
    journal: Path
    report: Path
    junit: Path

    @property
    def ok(self) -> bool:
        """Whether the verdict is valid and every gate passed."""
        return self.verdict is Verdict.VALID and all(gate.passed for gate in self.gates)

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        """Of all findings."""
        return tuple(anomaly for finding in self.findings for anomaly in finding.anomalies)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseResult(_Row):
    """One clause of the contract, asked of a target. level: `must` or `should`. message: why, empty where it passed.

    state: `passed`, `failed`, `unknown`, `not claimed`, `exempted` or `error`. steps: what was asked and answered.
    exemption: the reason of the exemption that applied.
    """

    id: str
    sentence: str
    level: str
    state: str
    message: str = ""
    seconds: float = 0.0
    steps: tuple[str, ...] = ()
    exemption: str | None = None


def read_share(row: Mapping[str, Any]) -> Share:
    return Share.read(row, rules={rule["client"]: rule["access"] for rule in row["rules"]})


def read_clause_result(row: Mapping[str, Any]) -> ClauseResult:
    return ClauseResult.read(row, steps=tuple(row["steps"]))


def read_result(row: Mapping[str, Any], folder: Path) -> Result:
    """folder: what relative paths are taken from."""
    paths = {key: folder / row[key] for key in ("journal", "report", "junit")}
    return Result.read(
        row,
        verdict=Verdict(row["verdict"]),
        findings=tuple(_read_finding(finding) for finding in row["findings"]),
        gates=tuple(Gate.read(gate) for gate in row["gates"]),
        notes=tuple(row["notes"]),
        **paths,
    )


def _read_finding(row: Mapping[str, Any]) -> Finding:
    verdict = row["verdict"]
    return Finding.read(
        row,
        verdict=None if verdict is None else Verdict(verdict),
        anomalies=tuple(
            Anomaly.read(anomaly, invariant=row["invariant"], witnesses=tuple(anomaly["witnesses"]))
            for anomaly in row["anomalies"]
        ),
    )
