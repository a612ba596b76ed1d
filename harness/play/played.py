"""What playing a scenario leaves: the history, and what a reader of the journal wants to know beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from reports.history import History
from reports.journal import ClusterNote, PhaseSpan

__all__ = ["Played", "Progress", "Stage", "Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One run, not yet judged. Seconds from the start of the load.

    began: Unix time of the start of the load. load_ends: when the last arrival was due, or when the run was cut short.
    ends: after the final reads. limits: the configured deadlines by hop. skipped: what the scenario asks for and this
    world cannot do. notes: what else the reader must know.
    """

    history: History
    began: float
    load_ends: float
    ends: float
    interrupted: bool = False
    phases: tuple[PhaseSpan, ...] = ()
    clusters: tuple[ClusterNote, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Stage(StrEnum):
    """What a run is doing, in this order; replicate: it is played again with other seeds."""

    START = "start"
    LOAD = "load"
    HEAL = "heal"
    QUIESCE = "quiesce"
    FENCE = "fence"
    COLLECT = "collect"
    STOP = "stop"
    REPLICATE = "replicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a run stands. done, of: seconds into this stage and its most, or replications; ops: asked so far."""

    stage: Stage
    done: float = 0.0
    of: float | None = None
    ops: int = 0


class Progress(Protocol):
    """Hears how a run goes: at each change of stage, and about four times a second within one."""

    def __call__(self, step: Step) -> None: ...
