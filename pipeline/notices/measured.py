"""A sender whose tries are counted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.notices.records import EndpointKind, NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.notices.sender import NoticeSender

if TYPE_CHECKING:
    from pipeline.metrics import Metrics

__all__ = ["MeasuredSender"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSender:
    """The same sender."""

    sender: NoticeSender
    metrics: "Metrics"

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        """See `NoticeSender.send`."""
        reply = await self.sender.send(endpoint, delivery)
        channel = "mail" if endpoint.kind is EndpointKind.MAIL else "webhook"
        outcome = "delivered" if reply.error is None else "gone" if reply.gone else "failed"
        self.metrics.notified(channel, outcome)
        return reply
