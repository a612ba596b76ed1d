"""An asyncio loop that never waits: its clock jumps to the next timer."""

import asyncio
import selectors
from typing import Any

__all__ = ["JumpingLoop"]


class _Impatient(selectors.SelectSelector):
    """Where the loop would wait for so long, its clock moves by so much instead."""

    loop: "JumpingLoop"

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nothing is ready and no timer is set: the loop would wait for ever"
        self.loop.at += timeout
        self.loop.turns += 1
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """Starts at an odd instant, so that differences of instants round. turns: how often it went round."""

    def __init__(self, at: float = 1234.1) -> None:
        self.at = at
        self.turns = 0
        selector = _Impatient()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.at
