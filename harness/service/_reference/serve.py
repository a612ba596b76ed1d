"""Serves parts of the reference pipeline in this process, for `spoolproof pipeline serve`."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from connector.tomlfile import TomlDocument, read_toml
from harness.service._reference.settings import open_to_all
from pipeline.designs.table import parts_of
from pipeline.garbage import spare_the_start
from pipeline.log import start_logging
from pipeline.parts import Part
from pipeline.ready_file import check_ready, write_ready
from pipeline.running import running
from pipeline.settings import PipelineSettings

__all__ = ["PartsToServe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsToServe:
    """Parts, with the settings of a file. ready: a file that says where they are, once all are up; None: none."""

    settings: PipelineSettings
    parts: frozenset[Part]
    ready: Path | None

    @classmethod
    def read(cls, path: Path, words: str | None, ready: Path | None) -> Self:
        """words: parts, with commas between; None: all that the design has.

        Raises `ValueError` for a word that names no part, `TomlProblems`, and `SettingsError` for `ready`.
        """
        asked = None if words is None else _parts(words)
        settings = read_toml(path, PipelineSettings)
        if ready is not None:
            check_ready(ready)
        return cls(settings=settings, parts=asked or _all(settings), ready=ready)

    @classmethod
    def of_values(cls, values: Mapping[str, Any], *, source: str) -> Self:
        """All parts, from the values of such a file. source: stands for it in messages. Raises `TomlProblems`."""
        settings = TomlDocument.of_values(values, source).validate(PipelineSettings)
        settings = open_to_all(settings) if settings.auth.mode is None else settings
        return cls(settings=settings, parts=_all(settings), ready=None)

    @property
    def names(self) -> list[str]:
        """In the order in which they are started."""
        return [part.value for part in Part if part in self.parts]

    def start_logging(self, *, verbose: bool) -> None:
        """verbose: log all activity."""
        start_logging(logging.INFO if verbose else logging.WARNING, self.settings.log.format)

    async def serve(self, announce: Callable[[Mapping[str, str | None]], None]) -> None:
        """Until cancelled. announce: called with the URL of each part when all are up. Raises `PipelineError`."""
        async with running(self.settings, self.parts) as urls:
            if self.ready is not None:
                write_ready(self.ready, urls)
            announce({part.value: url for part, url in urls.items()})
            spare_the_start()
            await asyncio.Event().wait()


def _all(settings: PipelineSettings) -> frozenset[Part]:
    return frozenset(parts_of(settings))


def _parts(words: str) -> frozenset[Part]:
    try:
        return frozenset(Part(word.strip()) for word in words.split(","))
    except ValueError as error:
        raise ValueError(f"{error}; accepted: {', '.join(Part)}") from error
