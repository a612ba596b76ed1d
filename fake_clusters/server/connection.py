"""asyncssh's server connection without what a fake cluster does not need, and with the answers that OpenSSH gives.

With `packets.py`, `cipher.py` and `key_exchange.py` this is what leans on how asyncssh works inside. Left out is,
each measured:

- the text of log records that nobody reads, written for every packet;
- the reading of all options again for each user who logs in: ours do not depend on the user;
- a task for each channel that opens at once, and for each packet whose handling waits for nothing;
- a post-quantum key pair that only a client uses.
"""

import asyncio
import re
import sys
import warnings
from collections.abc import Awaitable, Coroutine, Generator, Mapping, Sequence
from functools import partial
from inspect import isawaitable
from traceback import walk_tb
from types import CoroutineType, coroutine
from typing import Any, Self

import asyncssh
from asyncssh.constants import (
    MSG_CHANNEL_EOF,
    MSG_KEXINIT,
    MSG_SERVICE_REQUEST,
    OPEN_ADMINISTRATIVELY_PROHIBITED,
    OPEN_CONNECT_FAILED,
)
from asyncssh.logging import SSHLogger
from asyncssh.packet import Boolean, SSHPacket, String, UInt32

from fake_clusters.server import cipher, key_exchange, packets

__all__ = ["NULL_LOGGER", "LeanConnection"]


class _NullLogger(SSHLogger):
    """A logger that discards everything."""

    def get_child(self, child: str = "", context: str = "") -> Self:
        return self

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        return

    def debug1(self, msg: str, *args: Any, **kwargs: object) -> None:
        return

    def debug2(self, msg: str, *args: Any, **kwargs: object) -> None:
        return

    def info(self, msg: object, *args: Any, **kwargs: Any) -> None:
        return


NULL_LOGGER = _NullLogger()

_LOGIN = b"ssh-userauth"

_COOKIE_END = 17
_GUESS_FOLLOWS = -5
"""In the offer that opens a key exchange: where the names begin, and where it says that a guess comes next."""

_ENVIRONMENT = re.compile(rb"LANG|LC_\w+")
"""The variables that a client may set: those that Debian's sshd accepts."""

_WITHIN_ASYNCSSH = frozenset({__name__, cipher.__name__, key_exchange.__name__, packets.__name__})


class _Unlogged:
    """Writes no log record: the text of each would be made, for every packet, though nobody reads it."""

    @property
    def logger(self) -> SSHLogger:
        return NULL_LOGGER

    def log_sent_packet(self, *args: object) -> None:
        return

    def log_received_packet(self, *args: object) -> None:
        return


class LeanChannel(_Unlogged, asyncssh.SSHServerChannel[bytes]):
    """A session channel. It ends as OpenSSH's does: all output, the exit status, the end of the output, the close."""

    _ending: tuple[bytes, ...] | None = None

    def process_open(self, send_chan: int, send_window: int, send_pktsize: int, session: Any) -> None:
        if isawaitable(session):
            super().process_open(send_chan, send_window, send_pktsize, session)
            return
        self._send_chan = send_chan
        self._send_window = send_window
        self._send_pktsize = send_pktsize
        opening = self._finish_open_request(session)
        try:
            opening.send(None)
        except StopIteration:
            return
        raise AssertionError("opening a channel waits for nothing where the session is at hand")

    def exit(self, status: int) -> None:
        self._end_with(b"exit-status", UInt32(status & 0xFF))

    def exit_with_signal(self, signal: str, core_dumped: bool = False, msg: str = "", lang: str = "") -> None:
        self._end_with(b"exit-signal", String(signal), Boolean(core_dumped), String(msg), String(lang))

    def _end_with(self, *request: bytes) -> None:
        if not self.is_closing():
            self._ending = request
            self.close()

    def _close_send(self) -> None:
        # asyncssh comes by here when the client's window has taken the last of the output, or closes without that.
        if self._send_state == "close_pending" and not self._send_buf:
            if self._ending is not None:
                self._send_request(*self._ending)
            self.send_packet(MSG_CHANNEL_EOF)
        super()._close_send()

    def _process_env_request(self, packet: SSHPacket) -> bool:
        return _ENVIRONMENT.fullmatch(packet.get_string()) is not None

    def _process_exec_request(self, packet: SSHPacket) -> bool:
        command = packet.get_string()
        packet.check_end()
        return self._start_session(command=command.decode(errors="surrogateescape"))

    def _process_signal_request(self, packet: SSHPacket) -> bool:
        return self._session_started and super()._process_signal_request(packet)


class LeanConnection(_Unlogged, packets.LeanPackets):
    """A server connection that shows and signs with `host_keys`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        options: asyncssh.SSHServerConnectionOptions,
        host_keys: Mapping[bytes, asyncssh.SSHKeyPair],
        server: asyncssh.SSHServer,
    ) -> None:
        super().__init__(loop, options)
        self._host_keys = host_keys
        self._server_host_key_algs = [*host_keys]
        self._protocol_factory = lambda: server

    def choose_server_host_key(self, peer_host_key_algs: Sequence[bytes]) -> bool:
        # asyncssh sets the algorithm of a pair that all connections share.
        algorithm = next((name for name in peer_host_key_algs if name in self._host_keys), None)
        self._server_host_key = self._host_keys.get(algorithm) if algorithm else None
        return self._server_host_key is not None

    def _choose_alg(self, alg_type: str, local_algs: Sequence[bytes], remote_algs: Sequence[bytes]) -> bytes:
        chosen = super()._choose_alg(alg_type, local_algs, remote_algs)
        if chosen.startswith(b"diffie-hellman-"):
            # That these are old is why an older client asks for them; nobody need read it each time.
            warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")
        return key_exchange.handlers().get(chosen, chosen)

    def internal_error(self, exc_info: Any = None, error_logger: SSHLogger | None = None) -> None:
        # asyncssh takes every exception for the peer's fault and ends the connection; one of ours must be heard of.
        error = exc_info[1] if exc_info else sys.exc_info()[1]
        if error is not None and _is_ours(error):
            self._loop.call_exception_handler({"message": "serving a connection failed", "exception": error})
        super().internal_error(exc_info, error_logger)

    async def reload_config(self) -> None:
        return

    def send_channel_open_failure(self, send_chan: int, code: int, reason: str, lang: str) -> None:
        # OpenSSH tells apart only what it forbids, and says no more.
        code = code if code == OPEN_ADMINISTRATIVELY_PROHIBITED else OPEN_CONNECT_FAILED
        super().send_channel_open_failure(send_chan, code, "open failed", "")

    def _process_cancel_tcpip_forward_global_request(self, packet: SSHPacket) -> None:
        self._report_global_response(False)  # nothing is ever forwarded; asyncssh would end the connection

    def _process_cancel_streamlocal_forward_at_openssh_dot_com_global_request(self, packet: SSHPacket) -> None:
        self._report_global_response(False)

    def process_packet(self, pkttype: int, pktid: int, packet: SSHPacket) -> bool | Awaitable[None]:
        if pkttype == MSG_SERVICE_REQUEST and not self._auth_complete and self._auth_in_progress:
            self._next_service = _LOGIN  # paramiko asks for it again before each try, as sshd lets it
        result = super().process_packet(pkttype, pktid, packet)
        if not isinstance(result, CoroutineType):
            return result
        try:
            awaited = result.send(None)
        except StopIteration:
            if pkttype == MSG_KEXINIT and self._kex is not None and self._client_kexinit[_GUESS_FOLLOWS]:
                self._ignore_first_kex = self._guessed_wrong()
            return True
        return _resumed(result, awaited)

    def _guessed_wrong(self) -> bool:
        """Whether the client's next packet belongs to a key exchange that it guessed, and that is not the one.

        A guess is right where both sides would like the same best (RFC 4253, section 7); asyncssh takes it for right
        where what the client likes best was agreed on, and then the client's second try comes as a surprise.
        """
        offer = SSHPacket(self._client_kexinit)
        offer.get_bytes(_COOKIE_END)
        exchanges, host_keys = offer.get_namelist(), offer.get_namelist()
        return (exchanges[0], host_keys[0]) != (self._kex_algs[0], next(iter(self._host_keys)))

    def create_server_channel(
        self, encoding: str | None = "", errors: str = "", window: int = 0, max_pktsize: int = 0
    ) -> LeanChannel:
        pktsize = max_pktsize or self._max_pktsize
        self._update_recv_pktlen(pktsize)
        return LeanChannel(
            self, self._loop, self._allow_pty, False, False, 0, 0, None, "strict", window or self._window, pktsize
        )


@coroutine
def _resumed(running: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that has run as far as `awaited`."""
    while True:
        try:
            came = yield awaited
        except BaseException as error:  # noqa: BLE001 - whatever it is, cancellation too, is the coroutine's to handle
            step = partial(running.throw, error)
        else:
            step = partial(running.send, came)
        try:
            awaited = step()
        except StopIteration:
            return


def _is_ours(error: BaseException) -> bool:
    """Whether it was raised by, or passed through, anything here that asyncssh called and that is not part of it."""
    modules = (frame.f_globals["__name__"] for frame, _ in walk_tb(error.__traceback__))
    return any(name.startswith(("fake_clusters.", "connector.")) and name not in _WITHIN_ASYNCSSH for name in modules)
