"""The processes of the pipeline as targets of the nemesis."""

from typing import assert_never

from harness.live.process import PartProcess
from harness.nemesis.target import Undo
from harness.scenario.scenario import NemesisKind, NemesisStep

__all__ = ["ProcessTarget"]


class ProcessTarget:
    """A part that can be killed (and is started again on its port) or paused. seconds: a start may take so long."""

    kinds = frozenset({NemesisKind.KILL, NemesisKind.PAUSE})

    def __init__(self, process: PartProcess, *, seconds: float) -> None:
        self._process = process
        self._seconds = seconds
        self._paused = False

    def well(self) -> bool:
        return self._process.running and not self._paused

    async def strike(self, step: NemesisStep) -> Undo:
        match step.kind:
            case NemesisKind.KILL:
                self._process.kill()
                await self._process.wait()
                return self._start_again
            case NemesisKind.PAUSE:
                self._process.pause()
                self._paused = True
                return self._resume
            case NemesisKind.CRASH:
                raise AssertionError("a process is killed or paused; it is clusters that crash")
            case _:
                assert_never(step.kind)

    async def _start_again(self) -> None:
        await self._process.start(seconds=self._seconds)

    async def _resume(self) -> None:
        self._process.resume()
        self._paused = False
