"""The client's side of a list that tells too little of each share: a look at each follows."""

from typing import TYPE_CHECKING

from connector.codes import Code
from connector.dialects.asked_command import AskedCommand
from connector.dialects.talk import Talk, carries
from connector.operations import List, ListReply, Reply, Request, ShareView, Show, ShowReply
from connector.protocol import Refusal, WireReply

if TYPE_CHECKING:
    from connector.dialects.engine import FileDialect

__all__ = ["ListTalk"]


class ListTalk(Talk):
    """First the list, then a `show` of each share in it. One that is gone by then is left out."""

    __slots__ = ("_left", "_look", "_shares")

    def __init__(self, dialect: "FileDialect", request: Request) -> None:
        super().__init__(dialect, request)
        self._look: Talk | None = None
        self._left: list[str] = []
        self._shares: list[ShareView] = []

    @property
    def ask(self) -> AskedCommand:
        return super().ask if self._look is None else self._look.ask

    @property
    def part(self) -> Request:
        return super().part if self._look is None else self._look.part

    def heard(self, answer: Reply | Refusal | WireReply) -> Reply | Refusal | None:
        """See `Talk.heard`."""
        if self._look is None:
            listed = super().heard(answer)
            if not isinstance(listed, ListReply):
                return listed
            self._left = [share.name for share in reversed(listed.shares)]
            return self._next()
        shown = self._look.heard(answer)
        if isinstance(shown, ShowReply):
            self._shares.append(shown.share)
        elif shown is None or not (isinstance(shown, Refusal) and shown.code is Code.NOT_FOUND):
            return shown
        return self._next()

    def _ended(self, answer: Reply) -> Reply | Refusal:
        return answer

    def _next(self) -> Reply | None:
        if self._left:
            self._look = self._dialect.talk(Show(name=self._left.pop()))
            return None
        assert isinstance(self._wanted, List)
        return ListReply(shares=tuple(share for share in self._shares if carries(share, self._wanted.mark)))
