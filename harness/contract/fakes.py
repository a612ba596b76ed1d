"""A fake as a target: one cluster model behind real SSH, with a defect where one is asked for."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from connector.clock import steady_clock
from connector.dialects import FileDialect
from connector.errors import CommandError
from connector.operations import Show
from connector.protocol import Deadlines
from connector.targets import Target
from fake_clusters.environment import PacedEnvironment
from fake_clusters.faults.injections import InjectionLog
from fake_clusters.faults.injector import FaultInjector
from fake_clusters.faults.rule import FaultRule
from fake_clusters.keys import KeyStore
from fake_clusters.profiles import load_profile
from fake_clusters.server.dialects import dialect_named
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import ClusterLimits, ClusterSpec
from fake_clusters.validation import MAX_WORD_BYTES
from harness.contract.defects.defect import NO_DEFECT, Defect
from harness.contract.defects.seeded_model import SeededModel
from harness.contract.target import AfterTimeout, ContractParameters, ContractTarget, TargetLimits
from harness.own_folder import own_folder

__all__ = ["FAKE_LIMITS", "fake_target", "served_target"]

_SEED = 1
_SETTLE = 0.15
"""Seconds: a fake without latency has its effects at once."""
_USER = "spool"
_COMMANDS = 32

FAKE_LIMITS = ClusterLimits(commands=_COMMANDS, queue=_COMMANDS, connections=32, share_size=1 << 50, capacity=1 << 60)
"""Limits that a run can reach."""


@asynccontextmanager
async def fake_target(
    *,
    dialect: str = "native",
    profile: str = "instant",
    limits: ClusterLimits = FAKE_LIMITS,
    defect: Defect = NO_DEFECT,
    keys: Path | None = None,
) -> AsyncIterator[ContractTarget]:
    """A shipped profile behind SSH while the context lasts; see `served_target`. Raises `ValueError` for no profile."""
    spec = ClusterSpec(name="fake", dialect=dialect, profile=load_profile(profile), limits=limits)
    async with served_target(spec, title=f"fake ({profile}, {dialect})", defect=defect, keys=keys) as target:
        yield target


@asynccontextmanager
async def served_target(
    base: ClusterSpec,
    *,
    title: str,
    rules: Sequence[FaultRule] = (),
    seed: int = _SEED,
    defect: Defect = NO_DEFECT,
    keys: Path | None = None,
) -> AsyncIterator[ContractTarget]:
    """The fake runs while the context lasts. rules: faults. keys: a folder of keys, which a second fake need not make
    again.

    Raises `DialectError`, and what the SSH server raises.
    """
    with own_folder() as folder:
        store = KeyStore(folder / "keys" if keys is None else keys)
        spec = defect.spec(base)
        loaded = dialect_named(spec.dialect)
        loop = asyncio.get_running_loop()
        async with PacedEnvironment(loop) as env:
            injector = FaultInjector(spec.name, (*rules, *defect.rules), seed=seed, log=InjectionLog())
            model = SeededModel(
                env,
                spec,
                seed=seed,
                wall=steady_clock(loop),
                injector=injector,
                carries=loaded.capabilities,
                defect=defect,
            )
            client = store.client_key()
            options = defect.options(ServerOptions(authorized_keys=(client.public,)))
            front = SshFront(
                model,
                keys=store.host_keys(spec.name),
                options=options,
                respond=defect.respond,
            )
            async with front:
                host, port = front.address
                target = Target(
                    name="fake",
                    host=host,
                    port=port,
                    dialect=base.dialect,
                    username=_USER,
                    client_key=str(client.path.absolute()),
                    host_key=front.fingerprints[0],
                )
                yield _target(title, target, defect.base(base))


def _longest_name(dialect: FileDialect) -> int:
    """Bytes of the longest name that the dialect can spell, and the cluster takes."""
    return next(length for length in range(MAX_WORD_BYTES, 0, -1) if _is_spelled(dialect, "x" * length))


def _is_spelled(dialect: FileDialect, name: str) -> bool:
    try:
        return bool(dialect.command(Show(name=name)))
    except CommandError:
        return False


def _target(title: str, target: Target, spec: ClusterSpec) -> ContractTarget:
    """What is true of a fake without a defect."""
    limits = spec.limits
    return ContractTarget(
        title=title,
        target=target,
        dialect=dialect_named(spec.dialect),
        claims=spec.capabilities,
        after_timeout=AfterTimeout.FINISHES,
        limits=TargetLimits(
            name_bytes=_longest_name(dialect_named(spec.dialect)),
            sessions=limits.sessions,
            connections=limits.connections,
            commands=limits.commands,
            share_size=limits.share_size,
            rounding=limits.allocation or 1,
        ),
        parameters=ContractParameters(settle=_SETTLE if spec.profile.name == "instant" else 2.0),
        deadlines=Deadlines(connect=5.0, login=5.0, channel=5.0, command=15.0),
    )
