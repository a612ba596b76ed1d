"""Serves a sandbox and its page until it is asked to end; a reset begins anew on the same port, with no state."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connector.http_connection import HttpLimits
from connector.http_server import http_server
from harness.errors import first_world_error
from harness.live.loopback import check_loopback
from harness.live.open_files import allow_open_files
from harness.live.part_command import PartCommand
from harness.live.spawned import StartProcess, spawn
from harness.sandbox.app import sandbox_app
from harness.sandbox.folder import SandboxFolder
from harness.sandbox.guard import PageGuard
from harness.sandbox.live_verdict import judged
from harness.sandbox.opening import open_sandbox
from harness.sandbox.page_address import PageAddress, keep_address, page_address
from harness.sandbox.sandbox import Sandbox
from harness.sandbox.up_file import UpFile, address_of, write_up_file
from harness.scenario.scenario import Scenario

__all__ = ["HOST", "PAGE_LIMITS", "SandboxRequests", "serve_sandbox"]

HOST = "127.0.0.1"
PAGE_LIMITS = HttpLimits(unsent=64 * 1024)
"""A browser that is busy for a while finds what is new then, and not all that was new meanwhile."""
_GRACE = 1
"""Seconds that requests may take when it ends; the streams of events end at once."""


@dataclass(slots=True)
class SandboxRequests:
    """What the page, and the commands beside it, can ask of the process. stop: set from outside as well."""

    stop: asyncio.Event
    reset: asyncio.Event

    async def wait(self) -> None:
        """Until one of them is asked."""
        async with asyncio.TaskGroup() as group:
            waits = [group.create_task(event.wait()) for event in (self.stop, self.reset)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()


async def serve_sandbox(
    scenario: Scenario,
    folder: SandboxFolder,
    *,
    stop: asyncio.Event,
    port: int = 0,
    commands: Mapping[str, PartCommand] = MappingProxyType({}),
    start: StartProcess = spawn,
    ready: Callable[[UpFile], None],
) -> None:
    """Serve until `stop`, in a folder that this process keeps. port 0: any free one. commands, start: see
    `open_reference_parts`. ready: told where all is, at the start and after each reset.

    Raises `OutputError`, `WorldError`, `ListenError`.
    """
    allow_open_files()
    await check_loopback()
    while not stop.is_set():
        requests = SandboxRequests(stop, asyncio.Event())
        address = page_address(folder.address, port)
        try:
            async with (
                open_sandbox(scenario, folder, commands=commands, start=start) as sandbox,
                judged(sandbox) as judge,
            ):
                app = PageGuard(sandbox_app(sandbox, judge, requests, folder.running), token=address.token, host=HOST)
                async with http_server(app, HOST, address.port, grace=_GRACE, limits=PAGE_LIMITS) as page:
                    port = int(page.rpartition(":")[2])
                    keep_address(folder.address, PageAddress(port=port, token=address.token))
                    up = _up(sandbox, page, address.token, folder)
                    write_up_file(folder.up, up)
                    ready(up)
                    await requests.wait()
                    sandbox.changed.close()
        except BaseExceptionGroup as group:
            error = first_world_error(group)
            if error is None:
                raise
            raise error from group
        if requests.reset.is_set():
            folder.forget()
            folder.state.mkdir()


def _up(sandbox: Sandbox, page: str, token: str, folder: SandboxFolder) -> UpFile:
    return UpFile(
        page=page,
        token=token,
        pid=os.getpid(),
        scenario=sandbox.scenario.name,
        service=sandbox.scenario.design,
        folder=str(folder.root.absolute()),
        gateway=sandbox.entry,
        parts={name: part.url for name, part in sandbox.world.service.parts.items()},
        inbox={kind.plural: address for kind, address in sandbox.inbox.addresses.items()},
        clusters=tuple(address_of(cluster.target) for cluster in sandbox.clusters),
    )
