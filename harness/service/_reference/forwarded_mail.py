"""Mail of the reference pipeline in a world where requests go from host to host: composed as ever, and posted."""

from urllib.parse import quote

import httpx

from harness.http_client import InMemoryRequest
from harness.service.environment import Forward
from pipeline.notices.mail_text import compose
from pipeline.notices.records import NoticeDelivery, NoticeEndpoint, NoticeReply
from pipeline.settings import NotifierSettings

__all__ = ["ForwardedMail"]

_TAKEN = 250


class ForwardedMail:
    """A `NoticeSender`. Its path says to whom a mail goes, and 2xx that it was taken."""

    def __init__(self, forward: Forward, settings: NotifierSettings) -> None:
        self._forward = forward
        self._settings = settings

    async def send(self, endpoint: NoticeEndpoint, delivery: NoticeDelivery) -> NoticeReply:
        settings, mail = self._settings.mail, compose(delivery, sender=self._settings.mail.sender, to=endpoint.target)
        assert settings.host is not None, "without a mail server nothing is sent"
        body = mail.as_bytes()
        headers = [(b"host", settings.host.encode()), (b"content-length", b"%d" % len(body))]
        target = f"/{quote(endpoint.target)}".encode()
        request = InMemoryRequest(method="POST", target=target, headers=headers, body=body)
        patience = self._settings.timeout
        try:
            answer = await self._forward(settings.host, settings.port, request, connect=patience, patience=patience)
        except httpx.HTTPError as error:
            return NoticeReply(error=str(error) or type(error).__name__)
        if answer.status < 300:
            return NoticeReply(status=_TAKEN)
        return NoticeReply(status=answer.status, error=f"answered {answer.status}")
