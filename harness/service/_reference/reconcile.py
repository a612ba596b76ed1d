"""Reconciles the reference pipeline, for `spoolproof pipeline reconcile`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from connector.tomlfile import read_toml
from pipeline.serve import reconcile
from pipeline.settings import PipelineSettings

__all__ = ["reconcile_pipeline"]


async def reconcile_pipeline(path: Path, *, apply: bool) -> Sequence[Mapping[str, object]]:
    """Everything that differs, with the settings of a file. apply: mend what may be mended.

    Raises `TomlProblems`, `PipelineError`, `ConnectorError`.
    """
    return [asdict(difference) for difference in await reconcile(read_toml(path, PipelineSettings), apply=apply)]
