"""The virtual loop as somebody else's code may use it: no executor, no subprocess, nobody outside the network."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVarTuple

from harness.virtual.hosted.life import current_life
from harness.virtual.hosted.origin import note_start
from harness.virtual.hosted.threads import refuse_thread
from harness.virtual.loop import VirtualLoop
from harness.virtual.network import Network

__all__ = ["HostingLoop"]

Ts = TypeVarTuple("Ts")

_OUTSIDE = "it can reach the clusters and the service's own parts"


class HostingLoop(VirtualLoop):
    """A virtual loop that refuses what would leave virtual time."""

    def create_task(
        self, coro: Coroutine[Any, Any, Any] | Generator[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        task = super().create_task(coro, **options)
        if current_life() is not None:
            note_start(task)
        return task

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]  # as in the loop itself
        life = current_life()
        if life is not None:
            refuse_thread(life, "an executor")
        return super().run_in_executor(executor, func, *args)

    async def create_connection(self, protocol_factory: Any, host: Any = None, port: Any = None, **options: Any) -> Any:
        life = current_life()
        if life is not None:
            name = host.decode() if isinstance(host, bytes) else str(host)
            if isinstance(self.net, Network) and not self.net.knows(name):
                raise life.refuse(f"a connection to {name}:{port}", _OUTSIDE)
            if options.get("ssl"):
                raise life.refuse("TLS", "connections are in memory here: take http")
        return await super().create_connection(protocol_factory, host, port, **options)

    async def subprocess_exec(self, *args: Any, **options: Any) -> Any:
        life = current_life()
        if life is not None:
            raise life.refuse("a subprocess", "there is no process of the service here but its parts")
        return await super().subprocess_exec(*args, **options)

    async def subprocess_shell(self, *args: Any, **options: Any) -> Any:
        return await self.subprocess_exec(*args, **options)

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Nobody sends signals here: a part that shall end is cancelled, or killed."""

    def remove_signal_handler(self, sig: int) -> bool:
        return False
