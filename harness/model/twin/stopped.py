"""How a call of the model's connector ends without an answer."""

from connector.codes import Code
from connector.outcomes import Failed, Unknown, refusal
from connector.sites import Site

__all__ = ["Stopped"]


class Stopped(Exception):
    """A call ended without an answer. gone: on another connection it may go through."""

    def __init__(self, code: Code, site: Site, message: str, *, sent: bool = False, gone: bool = False) -> None:
        super().__init__(message)
        self.outcome: Failed | Unknown = refusal(code, site, message, sent=sent)
        self.gone = gone
