"""The result of a run: the history, and what a reader of the journal wants to know beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.allowances import STRICT, Allowances
from reports.history import History
from reports.journal import ClusterNote, GeneratorNote, PhaseSpan

__all__ = ["RunResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """One run, not yet judged. Seconds from the start of the load.

    began: Unix time of the start of the load. load_ends: when the last arrival was due, or when the run was cut short.
    ends: after the final reads. limits: the configured deadlines by hop. allowances: of the service.
    generators: where the load was played by processes of its own. skipped: what the scenario asks for and this
    world does not support. notes: what else the reader must know.
    """

    history: History
    began: float
    load_ends: float
    ends: float
    interrupted: bool = False
    phases: tuple[PhaseSpan, ...] = ()
    clusters: tuple[ClusterNote, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    allowances: Allowances = STRICT
    generators: tuple[GeneratorNote, ...] = ()
    skipped: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
