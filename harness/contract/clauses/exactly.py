"""The one rule for every word that a caller may send: kept exactly as it is, or refused for certain."""

from connector.codes import Code
from connector.errors import CommandError
from connector.operations import Create, Show
from connector.outcomes import Done, Failed
from harness.contract.expect import unexpected
from harness.contract.findings import NotClaimed, Violation
from harness.contract.probe import ClauseProbe

__all__ = ["Canary", "exact_or_refused"]


class Canary:
    """A share that nobody asks for: its create stands within a word, and must not be carried out."""

    def __init__(self, probe: ClauseProbe) -> None:
        self._probe = probe
        self._create = probe.create(size=probe.parameters.size)

    @property
    def command(self) -> str:
        return self._probe.spelled(self._create)

    @property
    def name(self) -> str:
        return self._create.name

    async def is_silent(self) -> None:
        if await self._probe.find(self.name) is not None:
            raise Violation(f"a command within the word was carried out: the canary {self.name!r} exists")


async def exact_or_refused(probe: ClauseProbe, name: str, core: str) -> None:
    """core: what every spoiled form of the name still has in it. A name that is taken is also found and deleted."""
    create = probe.create(probe.adopt(name))
    try:
        probe.spelled(create)
    except CommandError as error:
        raise NotClaimed(f"the dialect cannot say it: {error}") from error
    outcome = await probe.ask(create)
    await _no_other(probe, name, core)
    if isinstance(outcome, Done):
        await probe.there(name)
        await probe.done(probe.delete(name))
        await probe.gone(name)
    elif isinstance(outcome, Failed):
        await _is_not_there(probe, create)
    else:
        unexpected(create, outcome, "it has to be done or refused for certain")


async def _no_other(probe: ClauseProbe, name: str, core: str) -> None:
    listed = await probe.listed()
    if others := [each for each in listed if core in each and each != name and not probe.knows(each)]:
        raise Violation(f"{name!r} was asked for, and list has {others[0]!r}")


async def _is_not_there(probe: ClauseProbe, create: Create) -> None:
    """A refused name need not be a name to `show` either."""
    outcome = await probe.ask(Show(name=create.name))
    if isinstance(outcome, Done):
        raise Violation(f"create of {create.name!r} was refused, and show finds it")
    if isinstance(outcome, Failed) and outcome.code not in {Code.NOT_FOUND, Code.INVALID, Code.UNSUPPORTED}:
        unexpected(Show(name=create.name), outcome, "it has to be refused as not-found or invalid")
