"""NoticeReceiver: an inbox beside the service, to which notices come, and whatever else is sent there."""

from dataclasses import dataclass

__all__ = ["NoticeReceiver"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReceiver:
    """inbox: of `harness.servers`. address: a URL, or the host and port of a mail server."""

    inbox: object
    address: str
