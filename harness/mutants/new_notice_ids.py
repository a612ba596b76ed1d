"""Sends a message again under another id: its receiver cannot tell that it has it already."""

from connector.values import replace
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.notices.sender import NoticeSender
from pipeline.overrides import Overrides

__all__ = ["OVERRIDES", "RenamingSender"]


class RenamingSender:
    """See `NoticeSender`."""

    def __init__(self, sender: NoticeSender) -> None:
        self._sender = sender

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        renamed = replace(delivery, message=f"{delivery.message}_{delivery.attempt}")
        return await self._sender.send(endpoint, renamed)


OVERRIDES = Overrides(sender=RenamingSender)
