"""Lines of a connector's output that say nothing of ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from connector.dialects.form import SheetError
from connector.dialects.sheet import NoiseSheet
from connector.protocol import WireReply
from connector.values import replace

__all__ = ["Noise", "noise_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Lines that are left out of every reply; samples: those that a fake writes before it."""

    patterns: Sequence[re.Pattern[str]]
    samples: Sequence[str]

    def added(self, wire: WireReply) -> WireReply:
        """The reply as a fake sends it."""
        return replace(wire, stdout="".join(f"{line}\n" for line in self.samples) + wire.stdout)

    def removed(self, wire: WireReply) -> WireReply:
        """The reply as it was meant."""
        return replace(wire, stdout=self._without(wire.stdout), stderr=self._without(wire.stderr))

    def _without(self, text: str) -> str:
        kept = [line for line in text.splitlines(keepends=True) if not self._is(line.rstrip("\r\n"))]
        return "".join(kept)

    def _is(self, line: str) -> bool:
        return any(pattern.fullmatch(line) for pattern in self.patterns)


def noise_of(sheets: Sequence[NoiseSheet]) -> Noise:
    """Raises `SheetError`."""
    for index, sheet in enumerate(sheets):
        if sheet.sample is not None and re.fullmatch(sheet.pattern, sheet.sample) is None:
            raise SheetError(("noise", index), f"its sample {sheet.sample!r} does not fit its pattern")
    return Noise(
        patterns=[re.compile(sheet.pattern) for sheet in sheets],
        samples=[sheet.sample for sheet in sheets if sheet.sample is not None],
    )
