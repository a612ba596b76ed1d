"""Whether a target can be tested at all: reached, logged in to, understood, and able to hold a share."""

import asyncio

from connector.codes import Code
from connector.operations import Capabilities, CapabilitiesReply, Capability, Ping
from connector.outcomes import Done, Outcome
from connector.protocol import Connector
from connector.sites import Site
from harness.contract.target import ContractTarget
from harness.errors import ServiceUnavailable

__all__ = ["check_target", "is_reached", "why_gone"]

_LOOKS = 3
"""How often a target that does not answer is looked at before it is given up."""
_LOOK_AFTER = 0.3

_CURES = {
    Code.UNTRUSTED: "if the host has a new key, and you know why, change host_key or known_hosts",
    Code.TIMEOUT: "is the host up, and is it a connector that listens there?",
}


async def check_target(target: ContractTarget, connector: Connector) -> frozenset[Capability]:
    """The capabilities that are to be proven. Raises `ServiceUnavailable` with one line."""
    outcome = await connector.perform(Ping(), target.deadlines)
    if not _is_answered(outcome):
        raise ServiceUnavailable(_cannot_be_tested(target, outcome))
    carried = target.dialect.capabilities
    if target.claims is not None:
        return target.claims & carried
    outcome = await connector.perform(Capabilities(), target.deadlines)
    if isinstance(outcome, Done) and isinstance(outcome.reply, CapabilitiesReply):
        return outcome.reply.capabilities & carried
    return carried


def _is_answered(outcome: Outcome) -> bool:
    """Whether the connector itself has answered, in words of the dialect."""
    return isinstance(outcome, Done) or outcome.site is Site.CONNECTOR_EXEC


async def why_gone(target: ContractTarget, connector: Connector) -> str | None:
    """One line where the target does not answer any more; None where it does."""
    for number in range(1, _LOOKS + 1):
        outcome = await connector.perform(Ping(), target.deadlines)
        if _is_answered(outcome):
            break
        if number == _LOOKS:
            return f"{_where(target)}: {_reason(outcome)}"
        await asyncio.sleep(_LOOK_AFTER)
    return None


def is_reached(outcome: Outcome) -> bool:
    """Whether something is there that gets commands, though what it says may be no words of the dialect."""
    return _is_answered(outcome) or (not isinstance(outcome, Done) and outcome.code is Code.UNREADABLE)


def _cannot_be_tested(target: ContractTarget, outcome: Outcome) -> str:
    where = _where(target)
    named = where if target.title in where else f"{target.title}: {where}"
    return f"{named} cannot be tested: {_reason(outcome)}"


def _where(target: ContractTarget) -> str:
    return f"{target.target.username}@{target.target.host}:{target.target.port}"


def _reason(outcome: Outcome) -> str:
    assert not isinstance(outcome, Done)
    cure = f"; {_CURES[outcome.code]}" if outcome.code in _CURES else ""
    return f"{outcome.message} ({outcome.code} at {outcome.site}){cure}"
