"""What some histories were when they were last looked at: `python -m tests.harness.virtual.golden` writes it anew.

A digest that one Python wrote and another finds again says that both have the same history, without having both. And
a release of a library that changes what runs come to is noticed when it is taken, rather than never.
"""

import json
import math
import platform
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from harness.versions import versions
from tests.harness.virtual.dumped import dumped

__all__ = ["NAMES", "Golden", "arithmetic", "digest"]

NAMES = ("demo", "explore", "explore+bytes", "late_effects")
"""Nothing is killed in them, so a change of the pipeline that takes another turn of the loop does not show."""

_FILE = Path(__file__).with_name("golden.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """digests: of each history, by the name that `dumped` knows. made_with: all that a history may hang on."""

    digests: dict[str, str]
    made_with: dict[str, str]

    @classmethod
    def kept(cls) -> Self:
        return cls(**json.loads(_FILE.read_text()))

    @classmethod
    def made(cls) -> Self:
        return cls(digests={name: digest(name) for name in NAMES}, made_with=_made_with())

    def other_here(self) -> str:
        """What is not as it was when these were written: the first suspects."""
        here = _made_with()
        pairs = [f"{name} {was} -> {here.get(name)}" for name, was in self.made_with.items() if here.get(name) != was]
        return ", ".join(pairs) or "nothing: so it is our own code"

    def keep(self) -> None:
        _FILE.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n")


def digest(name: str) -> str:
    return sha256(dumped(name)).hexdigest()


def _made_with() -> dict[str, str]:
    return {
        **versions(),
        "libc": " ".join(platform.libc_ver()),
        "machine": platform.machine(),
        "arithmetic": arithmetic(),
    }


def arithmetic() -> str:
    """The last digits of what draws are made with: they are the C library's, which looks at the processor."""
    points = [number / 97 for number in range(1, 2000)]
    functions = (math.log, math.log1p, math.exp, math.lgamma, math.erfc)
    values = [function(point) for function in functions for point in points] + [point**0.3 for point in points]
    return sha256(repr(values).encode()).hexdigest()[:16]


if __name__ == "__main__":
    Golden.made().keep()
