"""Shares on a target that no run of the suite made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from connector.operations import Create, List, ListReply, Stamp
from connector.outcomes import Done
from connector.ssh import SshConnector
from harness.contract.target import ContractTarget

__all__ = ["names_on", "shares_of_others"]


@asynccontextmanager
async def shares_of_others(target: ContractTarget, *names: str) -> AsyncIterator[None]:
    """They are there before the block, and stay."""
    async with SshConnector(target.target, target.dialect, connections=1) as connector:
        for name in names:
            create = Create(name=name, size=1 << 30, stamp=Stamp(request_id=f"other-{name}"))
            assert isinstance(await connector.perform(create, target.deadlines), Done)
    yield


async def names_on(target: ContractTarget) -> list[str]:
    """All shares, by name."""
    async with SshConnector(target.target, target.dialect, connections=1) as connector:
        outcome = await connector.perform(List(), target.deadlines)
    assert isinstance(outcome, Done)
    assert isinstance(outcome.reply, ListReply)
    return sorted(share.name for share in outcome.reply.shares)
