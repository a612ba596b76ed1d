"""open_gateway: a gateway in front of a service, as a process of its own."""

import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import assert_never

from harness.errors import ServiceUnavailable
from harness.live.cleaner import marked
from harness.live.free_ports import FreePorts
from harness.live.gateways.access_log import AccessLog
from harness.live.gateways.builtin import BUILTIN_LOG, builtin_launch
from harness.live.gateways.haproxy import HAPROXY
from harness.live.gateways.nginx import NGINX
from harness.live.gateways.program import Plan, Program
from harness.live.gateways.upstream import UpstreamAddress
from harness.live.launch import Launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.live.workspace import workspace
from harness.python_path import user_environment
from harness.scenario.gateway_kind import GatewayKind
from harness.scenario.roles import Role
from harness.scenario.service import GatewaySettings
from harness.scenario.service_spec import ProbeKind, ReadyProbe
from harness.service.reference import read_gateway_line

__all__ = ["RunningGateway", "access_log", "check_installed", "gateway_launch", "open_gateway"]

_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where such programs lie, though the PATH of an ordinary user may not say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningGateway:
    """One that runs. url: where its clients find it. part: its process, for who kills or pauses it. log: see
    `access_log`."""

    kind: GatewayKind
    url: str
    part: PartProcess
    log: AccessLog | None


@asynccontextmanager
async def open_gateway(
    kind: GatewayKind, settings: GatewaySettings, upstreams: Sequence[str], folder: Path
) -> AsyncIterator[RunningGateway]:
    """Start a gateway in front of these URLs; it ends with the context, or with this process, however that ends.

    folder: where its configuration, its access log and what it prints stay; made where it is missing. Raises
    `ServiceUnavailable` where the program is not installed or does not come up, `WorldError` for a URL that it cannot
    pass requests on to.
    """
    with workspace(None) as work, FreePorts() as ports:
        launch = gateway_launch(kind, settings, upstreams, port=ports.of(Role.GATEWAY), work=work, logs=folder)
        async with open_parts([launch], folder) as parts:
            part = parts[Role.GATEWAY]
            assert part.url is not None, "a gateway listens"
            yield RunningGateway(kind=kind, url=part.url, part=part, log=access_log(kind, settings, folder))


def gateway_launch(
    kind: GatewayKind, settings: GatewaySettings, upstreams: Sequence[str], *, port: int, work: Path, logs: Path
) -> Launch:
    """How a gateway is started that will listen on this port; its configuration is written.

    work: the run's own folder, which does not stay. logs: that of what does. Raises as `open_gateway` does.
    """
    logs = logs.absolute()  # nginx looks for its files below the folder that it is given
    plan = Plan(port=port, settings=settings, upstreams=[UpstreamAddress.of_url(url) for url in upstreams], work=work)
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = _program(kind)
    log = logs / (BUILTIN_LOG if program is None else program.access_log)
    log.unlink(missing_ok=True)
    if program is None:
        return builtin_launch(plan, log)
    path, config = _found(program.name), logs / program.config_name
    config.write_text(program.config(plan))
    return Launch(
        part=Role.GATEWAY,
        command=(path, *program.arguments(config, logs)),
        environment=marked(user_environment(), work),
        ready=ReadyProbe(kind=ProbeKind.URL, target=f"http://127.0.0.1:{port}{plan.ready_path}"),
        url=plan.url,
    )


def check_installed(kind: GatewayKind | None) -> None:
    """Raises `ServiceUnavailable` where its program is not installed. None: there is no gateway."""
    program = None if kind is None else _program(kind)
    if program is not None:
        _found(program.name)


def access_log(kind: GatewayKind, settings: GatewaySettings, logs: Path) -> AccessLog | None:
    """Where the requests of a gateway with these settings and logs can be read. None: it keeps none, as the built-in
    one where it passes each request on once: what it did is in its answers."""
    program = _program(kind)
    if program is None:
        return AccessLog(path=logs / BUILTIN_LOG, row_of=read_gateway_line) if settings.tries > 1 else None
    return AccessLog(path=logs / program.access_log, row_of=partial(program.row_of, settings))


def _program(kind: GatewayKind) -> Program | None:
    """None: it is the lab's own."""
    match kind:
        case GatewayKind.BUILTIN:
            return None
        case GatewayKind.NGINX:
            return NGINX
        case GatewayKind.HAPROXY:
            return HAPROXY
        case _:
            assert_never(kind)


def _found(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path=_SBIN)
    if found is None:
        raise ServiceUnavailable(f"{program} is not installed: run `make real-parts`")
    return os.path.abspath(found)
