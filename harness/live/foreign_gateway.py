"""A gateway of ours in front of a service that is not the reference pipeline."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from harness.live.free_ports import FreePorts
from harness.live.gateways.gateway import gateway_launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.scenario.gateway import GatewaySpec
from harness.scenario.roles import Role
from harness.toxics.links import GATEWAY_API
from harness.toxics.relays import Relays

__all__ = ["open_in_front"]


@asynccontextmanager
async def open_in_front(
    gateway: GatewaySpec | None, url: str, relays: Relays, directory: Path, logs: Path
) -> AsyncIterator[tuple[str, Mapping[str, PartProcess]]]:
    """Start it in front of the service at this URL; gives where clients find it, and its part. None: there is none.

    Raises as `gateway_launch` and `open_parts` do.
    """
    if gateway is None:
        yield url, {}
        return
    upstream = await relays.through_url(GATEWAY_API, url)
    with FreePorts() as ports:
        port = ports.of(Role.GATEWAY)
        launch = gateway_launch(gateway.kind, gateway, [upstream], port=port, work=directory, logs=logs)
        async with open_parts([launch], logs) as parts:
            yield launch.url or url, parts
