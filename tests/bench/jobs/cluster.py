"""A cluster within the process, whose creates do what the bench says, and that forgets nothing it made."""

from collections.abc import Awaitable, Callable

from connector.codes import Code
from connector.operations import (
    Capabilities,
    CapabilitiesReply,
    Capability,
    Create,
    DoneReply,
    List,
    ListReply,
    Request,
    ShareView,
    Show,
    ShowReply,
)
from connector.outcomes import Done, Failed, Outcome
from connector.protocol import Deadlines
from connector.sites import Site

__all__ = ["Cluster"]


class Cluster:
    """See `Connector`. create: awaited by each create, with the name of its share."""

    def __init__(self, create: Callable[[str], Awaitable[None]]) -> None:
        self._create = create
        self._made: dict[str, ShareView] = {}

    async def perform(self, request: Request, deadlines: Deadlines) -> Outcome:
        """All is well, always."""
        match request:
            case Capabilities():
                return Done(reply=CapabilitiesReply(capabilities=frozenset({Capability.MARK, Capability.SEQUENCE})))
            case Create(name=name, size=size, mark=mark):
                await self._create(name)
                self._made[name] = ShareView(name=name, size=size, mark=mark)
                return Done(reply=DoneReply())
            case Show(name=name):
                view = self._made.get(name)
                if view is None:
                    return Failed(code=Code.NOT_FOUND, site=Site.CONNECTOR_EXEC, message="there is none")
                return Done(reply=ShowReply(share=view))
            case List():
                return Done(reply=ListReply(shares=tuple(self._made.values())))
            case _:
                raise AssertionError(f"nobody asks for {request}")
