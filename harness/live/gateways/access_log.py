"""The access log of a gateway, as it is at the moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.collect.gateway_log import GatewayRow

__all__ = ["AccessLog"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog:
    """row_of: the request that a line tells of; None for a line that tells of none, or is not whole."""

    path: Path
    row_of: Callable[[str], GatewayRow | None]

    def rows(self) -> Sequence[GatewayRow]:
        """Those whose requests have ended, in that order, over all lives of the process."""
        try:
            lines = self.path.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ()
        return [row for row in map(self.row_of, lines) if row is not None]
