"""Reconciles the reference pipeline, for `spoolproof pipeline reconcile`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from connector.tomlfile import read_toml
from pipeline.processor.differences import DifferenceKind
from pipeline.reconcile_once import reconcile
from pipeline.settings import PipelineSettings

__all__ = ["Reconciliation", "reconcile_pipeline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """not_judged: the kinds of difference that this pipeline's spool lets nobody see."""

    differences: Sequence[Mapping[str, object]]
    not_judged: Sequence[str] = ()


async def reconcile_pipeline(path: Path, *, apply: bool) -> Reconciliation:
    """Everything that differs, with the settings of a file. apply: mend what may be mended.

    Raises `TomlProblems`, `PipelineError`, `ConnectorError`.
    """
    settings = read_toml(path, PipelineSettings)
    found = [asdict(difference) for difference in await reconcile(settings, apply=apply)]
    not_judged = () if settings.spool is None else (DifferenceKind.UNHINTED.value,)
    return Reconciliation(differences=found, not_judged=not_judged)
