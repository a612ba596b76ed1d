"""The one place where the errors of asyncssh and of the network become codes of the catalogue."""

import asyncssh

from connector.codes import Code
from connector.pooled.stops import CallStopped, ConnectionGone
from connector.sites import Site

__all__ = ["stopped_by"]

# The first row that fits. Nothing was sent in any of these cases, or the code is `lost` whatever the error was.
_TABLE: tuple[tuple[type[Exception], Code, str], ...] = (
    (asyncssh.HostKeyNotVerifiable, Code.UNTRUSTED, "the host key is not trusted"),
    (asyncssh.KeyExchangeFailed, Code.REFUSED, "the key exchange failed"),
    (asyncssh.PermissionDenied, Code.REFUSED, "the login was refused"),
    (asyncssh.ChannelOpenError, Code.REFUSED, "the session was refused"),
    (asyncssh.ProtocolNotSupported, Code.REFUSED, "the server speaks another protocol"),
    (asyncssh.ProtocolError, Code.REFUSED, "the server does not keep to the protocol"),
    (asyncssh.ConnectionLost, Code.REFUSED, "the connection was closed"),
    (asyncssh.DisconnectError, Code.REFUSED, "the server ended the connection"),
    (ConnectionRefusedError, Code.REFUSED, "the connection was refused"),
    (ConnectionResetError, Code.REFUSED, "the connection was reset"),
    (OSError, Code.REFUSED, "the network failed"),
    (Exception, Code.REFUSED, "the connection broke"),
)


def stopped_by(error: Exception | None, site: Site, *, sent: bool, gone: bool = False) -> CallStopped:
    """What an error means at `site`. `error` None: the other side closed in good order."""
    code, words = Code.REFUSED, "the connection was closed"
    if error is not None:
        code, words = next((code, words) for kind, code, words in _TABLE if isinstance(error, kind))
        detail = _detail(error)
        words = f"{words}: {detail}" if detail else words
    kind = ConnectionGone if gone else CallStopped
    return kind(Code.LOST if sent else code, site, words, sent=sent)


def _detail(error: Exception) -> str:
    match error:
        case asyncssh.DisconnectError() | asyncssh.ChannelOpenError():
            return str(error.reason)
        case OSError():
            return (error.strerror or str(error)).lower()
        case _:
            return str(error)
