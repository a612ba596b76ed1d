"""The pipeline's running parts, as the course of a run sees them: processes, or what stands for a process."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from harness.errors import WorldError
from pipeline.serve import Part
from pipeline.settings import PipelineSettings

__all__ = ["ClockedPart", "End", "OnTheWay", "Parts", "RunningPart", "as_it_is", "in_front_of", "url_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a process ended. status: as `subprocess` has it, so negative for a signal. log: its last lines."""

    status: int
    log: str


class RunningPart(Protocol):
    """One part: killed, paused, and started again where it was."""

    @property
    def part(self) -> Part: ...

    @property
    def url(self) -> str | None:
        """Where it listens, if it does."""
        ...

    @property
    def running(self) -> bool: ...

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises `PartEnded` where it ends first, or another `WorldError`."""
        ...

    def kill(self) -> None:
        """As SIGKILL does: immediate, no cleanup runs."""
        ...

    def pause(self) -> None:
        """As SIGSTOP does: to everyone else it hangs."""
        ...

    def resume(self) -> None: ...

    async def wait(self) -> int | None:
        """Until it has ended: its exit status."""
        ...

    async def unplanned_end(self) -> End:
        """Until it ends, in whichever life, without having been killed or asked to by this side; each end once."""
        ...


@runtime_checkable
class ClockedPart(Protocol):
    """One whose host has a clock of its own."""

    def shift_clock(self, seconds: float) -> None:
        """Set the clock of its host ahead, or back; it stays so over restarts. Processes never see it step back."""
        ...


P_co = TypeVar("P_co", bound=RunningPart, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Generic[P_co]):
    """The running pipeline. processor None: the design has none."""

    api: P_co
    processor: P_co | None
    gateway: P_co

    def __iter__(self) -> Iterator[P_co]:
        yield self.api
        if self.processor is not None:
            yield self.processor
        yield self.gateway

    @property
    def api_url(self) -> str:
        return url_of(self.api)

    @property
    def gateway_url(self) -> str:
        return url_of(self.gateway)


OnTheWay = Callable[[str], Awaitable[str]]
"""From the URL at which a server listens to the one at which its clients shall find it."""


async def as_it_is(url: str) -> str:
    """There is nothing on the way."""
    return url


def in_front_of(settings: PipelineSettings, url: str) -> PipelineSettings:
    """The settings of a gateway to this URL."""
    return settings.model_copy(update={"gateway": settings.gateway.model_copy(update={"upstream": url})})


def url_of(part: RunningPart) -> str:
    """Where a part listens. Raises `WorldError` where it does not say."""
    if part.url is None:
        raise WorldError(f"the {part.part} is ready, and does not say where")
    return part.url
