"""`python -m pipeline`: parts of the pipeline as a process."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from connector.errors import ConnectorError
from connector.event_loop import run_serving
from connector.tomlfile import read_toml
from pipeline.designs.table import parts_of
from pipeline.errors import PipelineError
from pipeline.garbage import spare_the_start
from pipeline.log import start_logging
from pipeline.overrides import load_overrides
from pipeline.parts import Part
from pipeline.serve import serve
from pipeline.settings import PipelineSettings

__all__ = ["main"]

_BAD_INPUT = 64
_LEVELS = ("debug", "info", "warning", "error")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT. 0: ended as asked; 64: the input is not acceptable, and one line says why."""
    asked = _parser().parse_args(arguments)
    level = logging.getLevelNamesMapping()[asked.log_level.upper()]
    start_logging(level)
    try:
        settings = PipelineSettings() if asked.config is None else read_toml(asked.config, PipelineSettings)
        start_logging(level, settings.log.format)
        overrides = load_overrides(asked.overrides, asked.decide)
        parts = asked.parts or frozenset(parts_of(settings))
        spare_the_start()
        run_serving(serve(settings, parts, ready=asked.ready, overrides=overrides))
    except (ConnectorError, PipelineError) as error:
        print(f"pipeline: {error}", file=sys.stderr)
        return _BAD_INPUT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline", description="Run parts of the reference pipeline.")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings as TOML; without it, the defaults")
    parser.add_argument(
        "--parts", type=_parts, metavar="PART,…", help=f"of: {', '.join(Part)} (default: all that the design has)"
    )
    parser.add_argument("--ready", type=Path, metavar="FILE", help="written when all parts are up: part -> url, pid")
    parser.add_argument("--log-level", choices=_LEVELS, default="info")
    parser.add_argument("--decide", metavar="MODULE:NAME", help="another decision for the processor")
    parser.add_argument(
        "--overrides", metavar="MODULE:NAME", help="other behaviour throughout: a pipeline.overrides.Overrides"
    )
    return parser


def _parts(words: str) -> frozenset[Part]:
    try:
        return frozenset(Part(word.strip()) for word in words.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; accepted: {', '.join(Part)}") from error


if __name__ == "__main__":
    sys.exit(main())
