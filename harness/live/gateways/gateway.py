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
from harness.live.gateways.builtin import builtin_launch
from harness.live.gateways.haproxy import HAPROXY
from harness.live.gateways.nginx import NGINX
from harness.live.gateways.program import Plan, Program
from harness.live.gateways.upstream import Upstream
from harness.live.launch import Launch
from harness.live.parts import open_parts
from harness.live.process import PartProcess
from harness.live.workspace import workspace
from harness.python_path import user_environment
from harness.scenario.gateway import GatewayKind, GatewayPolicy
from harness.scenario.roles import Role
from harness.scenario.service_spec import ProbeKind, ReadyProbe

__all__ = ["Gateway", "GatewayLaunch", "open_gateway", "prepare_gateway"]

_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where such programs lie, though the PATH of an ordinary user may not say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLaunch:
    """A gateway whose configuration is written. launch: how it is started. log: where its requests can be read; None:
    it keeps none, as the built-in one does."""

    launch: Launch
    log: AccessLog | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One that runs. url: where its clients find it. part: its process, for who kills or pauses it. log: see
    `GatewayLaunch`."""

    kind: GatewayKind
    url: str
    part: PartProcess
    log: AccessLog | None


@asynccontextmanager
async def open_gateway(
    kind: GatewayKind, policy: GatewayPolicy, upstreams: Sequence[str], folder: Path
) -> AsyncIterator[Gateway]:
    """Start a gateway in front of these URLs; it ends with the context, or with this process, however that ends.

    folder: where its configuration, its access log and what it prints stay; made where it is missing. Raises
    `ServiceUnavailable` where the program is not installed or does not come up, `WorldError` for a URL that it cannot
    pass requests on to.
    """
    logs = folder.absolute()  # noqa: ASYNC240 - this asks for the working directory alone
    logs.mkdir(parents=True, exist_ok=True)
    with workspace(None) as work:
        prepared = prepare_gateway(kind, policy, upstreams, port=FreePorts().of(Role.GATEWAY), work=work, logs=logs)
        async with open_parts([prepared.launch], logs) as parts:
            part = parts[Role.GATEWAY]
            assert part.url is not None, "a gateway listens"
            yield Gateway(kind=kind, url=part.url, part=part, log=prepared.log)


def prepare_gateway(
    kind: GatewayKind, policy: GatewayPolicy, upstreams: Sequence[str], *, port: int, work: Path, logs: Path
) -> GatewayLaunch:
    """Write the configuration of a gateway that will listen on this port.

    work: the run's own folder, which does not stay. logs: that of what does. Raises as `open_gateway` does.
    """
    plan = Plan(port=port, policy=policy, upstreams=[Upstream.of_url(url) for url in upstreams], work=work)
    match kind:
        case GatewayKind.BUILTIN:
            return GatewayLaunch(launch=builtin_launch(plan))
        case GatewayKind.NGINX:
            return _prepared(NGINX, plan, logs)
        case GatewayKind.HAPROXY:
            return _prepared(HAPROXY, plan, logs)
        case _:
            assert_never(kind)


def _prepared(program: Program, plan: Plan, logs: Path) -> GatewayLaunch:
    path = _found(program.name)
    config, log = logs / program.config_name, logs / program.access_log
    config.write_text(program.config(plan))
    log.unlink(missing_ok=True)
    launch = Launch(
        part=Role.GATEWAY,
        command=(path, *program.arguments(config, logs)),
        environment=marked(user_environment(), plan.work),
        ready=ReadyProbe(kind=ProbeKind.URL, target=f"http://127.0.0.1:{plan.port}{plan.ready_path}"),
        url=plan.url,
    )
    return GatewayLaunch(launch=launch, log=AccessLog(path=log, row_of=partial(program.row_of, plan.policy)))


def _found(program: str) -> str:
    found = shutil.which(program) or shutil.which(program, path=_SBIN)
    if found is None:
        raise ServiceUnavailable(f"{program} is not installed: run `make real-parts`")
    return os.path.abspath(found)
