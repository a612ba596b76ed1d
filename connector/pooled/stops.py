"""Why a call ended without an answer, and at which site."""

from connector.codes import Code
from connector.outcomes import Failed, Unknown, refusal
from connector.sites import Site

__all__ = ["CallStopped", "ConnectionGone"]


class CallStopped(Exception):
    """A call ended at `site` without an answer. `sent`: the command may have reached the cluster."""

    def __init__(self, code: Code, site: Site, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.code = code
        self.site = site
        self.message = message
        self.sent = sent

    @property
    def outcome(self) -> Failed | Unknown:
        return refusal(self.code, self.site, self.message, sent=self.sent)


class ConnectionGone(CallStopped):
    """The connection had ended, or was full, before the command was sent: on another one it may go through."""
