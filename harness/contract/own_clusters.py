"""The clusters of a run on connectors of somebody's own: nothing of theirs is touched, and nothing of the run's stays.

A run gives its shares plain names. Where a share of one of them is there already, the run does not begin; else they are
all in a ledger before it does, and at its end what has one of them is removed. What a killed run left,
`contract sweep` finds.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from connector.dialects import DIALECTS
from connector.operations import Ping
from connector.ssh import SshConnector
from connector.targets import Target
from connector.values import replace
from fake_clusters.farm import Farm
from harness.contract.cleanup import Remover, list_names
from harness.contract.ledger import NameLedger
from harness.contract.preflight import check_target, is_reached
from harness.contract.target import ContractTarget
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import InputProblems, ServiceUnavailable
from harness.live.clusters import StandingClusters
from harness.real.clusters import BlackBox, RealClusters
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.service.foreign_files import known_hosts_place
from harness.workload.arrivals import drawn
from reports.sentences import some_of

__all__ = ["OnLeft", "check_named_clusters", "open_own_clusters"]

OnLeft = Callable[[str, Sequence[str]], None]
"""Told of a cluster on which shares are left, or perhaps are, and of their names."""
_SSH_PORT = 22


def check_named_clusters(scenario: Scenario, named: Mapping[str, NamedTarget]) -> None:
    """Whether each cluster of the scenario, and no other, has a connector. Raises `InputProblems`."""
    names = [cluster.name for cluster in scenario.clusters]
    for name in named:
        if name not in names:
            raise InputProblems(
                f"spoolproof: --connector: {scenario.name} has no cluster {name!r}; there are: {', '.join(names)}"
            )
    if missing := [name for name in names if name not in named]:
        raise InputProblems(
            f"spoolproof: --connector: {scenario.name} has clusters without one: {', '.join(missing)}; "
            "give each a --connector NAME=TARGET"
        )


@asynccontextmanager
async def open_own_clusters(
    scenario: Scenario,
    directory: Path,
    seed: int,
    *,
    named: Mapping[str, NamedTarget],
    ledger: Path,
    on_left: OnLeft,
) -> AsyncIterator[StandingClusters]:
    """named: a connector for each cluster. ledger: the folder of ledgers. The rest as `OpenClusters` has it.

    Raises `InputProblems` where a share has a name that the run would use, `ServiceUnavailable` where a connector
    cannot be reached or listed, `OutputError` for the ledger, and what reading the targets raises.
    """
    planned = _planned(scenario, seed)
    async with AsyncExitStack() as stack:
        own = [
            await stack.enter_async_context(_open(named[name], name, planned[name], ledger, on_left))
            for name in planned
        ]
        if scenario.service is not None and (bare := [each.name for each in own if each.target.client_key is None]):
            raise InputProblems(
                f"spoolproof: --connector: {bare[0]} is logged in to without a key, and a service that is not the "
                "reference pipeline is told of a key; give it one"
            )
        farm = await stack.enter_async_context(Farm((), keys=directory / "keys", seed=seed))
        boxes = [each.box for each in own]
        yield StandingClusters(
            clusters=await stack.enter_async_context(RealClusters(farm, boxes)),
            targets=[each.target for each in own],
            known_hosts="".join(each.known_hosts for each in own),
            farm=farm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _OwnCluster:
    name: str
    box: BlackBox
    known_hosts: str

    @property
    def target(self) -> Target:
        return self.box.target


def _planned(scenario: Scenario, seed: int) -> Mapping[str, Sequence[str]]:
    """The names that the load may give to shares, by cluster."""
    found: dict[str, list[str]] = {cluster.name: [] for cluster in scenario.clusters}
    for arrival in drawn(scenario.workload, seed=seed, phases=scenario.phases, clusters=list(found)):
        if arrival.kind is WorkloadKind.CREATE:
            found[arrival.location].append(arrival.name)
    return found


@asynccontextmanager
async def _open(
    named: NamedTarget, name: str, planned: Sequence[str], folder: Path, on_left: OnLeft
) -> AsyncIterator[_OwnCluster]:
    async with open_target(named) as opened:
        async with SshConnector(opened.target, opened.dialect, connections=1) as connector:
            claims = await check_target(opened, connector)
            await _check_names(name, opened, connector, planned)
        keys = await _host_keys(opened.target)
        box = BlackBox(
            target=_placed(name, named, opened.target, keys),
            dialect=opened.dialect,
            capabilities=claims,
            kind=f"a connector of its own: {opened.title}",
            deadlines=opened.deadlines,
        )
        with NameLedger.open(folder, opened.target, f"spcr{secrets.token_hex(5)}") as ledger:
            ledger.register_checked(planned)
            try:
                yield _OwnCluster(name=name, box=box, known_hosts=_known_hosts(box.target, keys))
            finally:
                if left := await _removed(opened, ledger):
                    on_left(name, left)


async def _check_names(name: str, target: ContractTarget, connector: SshConnector, planned: Sequence[str]) -> None:
    """Whether all planned names are free."""
    listed = await list_names(connector, target.deadlines)
    if listed is None:
        raise ServiceUnavailable(f"{name}: its list cannot be read, so nobody knows what is there already")
    if taken := sorted(set(planned) & set(listed)):
        raise InputProblems(
            f"spoolproof: {name} holds shares with names that the run would use: {some_of(taken)}; "
            "if a killed run left them, `spoolproof contract sweep` removes them"
        )


async def _removed(target: ContractTarget, ledger: NameLedger) -> Sequence[str]:
    """Remove what the run made. Returns what is left, or may be."""
    await asyncio.sleep(target.parameters.settle)  # what was given up may still have its effect
    async with SshConnector(target.target, target.dialect, connections=1) as connector:
        if not is_reached(await connector.perform(Ping(), target.deadlines)):
            return tuple(ledger.names)
        remover = Remover(connector, target.deadlines, ledger.token, ledger.names.__contains__)
        left = await remover.remove(tuple(ledger.names))
    if not left:
        ledger.forget()
    return left


def _placed(name: str, named: NamedTarget, target: Target, keys: Sequence[asyncssh.SSHKey]) -> Target:
    """As every part of the run finds it, wherever it works: the host key is pinned, since toxics move the address."""
    pins = [key.get_fingerprint() for key in keys]
    dialect = target.dialect
    if dialect not in DIALECTS:
        beside = Path(named.name).parent if named.name.endswith(".toml") else Path()
        dialect = str((beside / dialect).absolute())
    return replace(
        target,
        name=name,
        dialect=dialect,
        client_key=None if target.client_key is None else str(Path(target.client_key).expanduser().absolute()),
        known_hosts=None,
        insecure=False,
        host_key=pins[0],
        other_host_keys=tuple(pins[1:]),
    )


async def _host_keys(target: Target) -> Sequence[asyncssh.SSHKey]:
    """The public keys that the host may show. Raises `InputProblems`."""
    where = f"[{target.host}]:{target.port}"
    if target.known_hosts is not None:
        known = asyncssh.read_known_hosts(target.known_hosts)
        port = None if target.port == _SSH_PORT else target.port
        keys, _, revoked, *_ = asyncssh.match_known_hosts(known, target.host, "", port)
        if trusted := [key for key in keys if key not in revoked]:
            return trusted
        raise InputProblems(f"spoolproof: {target.known_hosts}: names no key of {where}, but for an authority perhaps")
    shown = await asyncssh.get_server_host_key(target.host, target.port, config=[])
    if shown is None or not (target.insecure or shown.get_fingerprint() in target.pinned):
        raise InputProblems(f"spoolproof: {where} has several host keys: give known_hosts instead of host_key")
    return [shown]


def _known_hosts(target: Target, keys: Sequence[asyncssh.SSHKey]) -> str:
    """As OpenSSH's clients keep them."""
    return "".join(f"{known_hosts_place(target)} {key.export_public_key().decode()}" for key in keys)
