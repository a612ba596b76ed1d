"""SSH's binary packets (RFC 4253, section 6) by a short way: those of channels, once logged in, under AES-GCM.

asyncssh's own way serves every cipher, every compression and every phase of a connection, and that generality is most
of what a command costs. What nearly every packet is goes the short way here; whatever is not goes asyncssh's.
"""

from typing import Any

import asyncssh
from asyncssh.constants import MSG_CHANNEL_FAILURE, MSG_CHANNEL_WINDOW_ADJUST, MSG_IGNORE
from asyncssh.encryption import Encryption, GCMEncryption
from asyncssh.misc import MACError, ProtocolError
from asyncssh.packet import PacketDecodeError, SSHPacket

__all__ = ["LeanPackets"]

_BLOCK = 16
_TAG = 16
_LENGTH = 4
_LEAST_PADDING = 4
_OF_CHANNELS = range(MSG_CHANNEL_WINDOW_ADJUST, MSG_CHANNEL_FAILURE + 1)


class _Opened(Encryption):
    """Stands for the cipher where a packet that is open already goes the long way."""

    def __init__(self, packet: bytes) -> None:
        self._packet = packet

    def decrypt_packet(self, *_: Any) -> bytes:
        return self._packet


class LeanPackets(asyncssh.SSHServerConnection):
    """Reads and writes packets."""

    def send_packet(self, pkttype: int, *args: bytes, handler: Any = None) -> None:
        if pkttype == MSG_IGNORE:
            return  # what asyncssh sends before each packet guards the chained-block ciphers, none of which is offered
        cipher = self._send_encryption
        # Whether it is time for new keys is asked on the long way, at the latest by the next channel that opens.
        if (
            pkttype not in _OF_CHANNELS
            or not self._auth_complete
            or not self._kex_complete
            or self._rekey_bytes_sent >= self._rekey_bytes
            or not isinstance(cipher, GCMEncryption)
        ):
            super().send_packet(pkttype, *args)
            return
        packet = _padded(pkttype, args)
        sealed, tag = cipher.encrypt_packet(self._send_seq, len(packet).to_bytes(_LENGTH, "big"), packet)
        self._send(sealed + tag)
        self._send_seq = (self._send_seq + 1) & 0xFFFFFFFF
        self._rekey_bytes_sent += len(packet)

    def _recv_packet(self) -> bool:
        cipher = self._recv_encryption
        if not self._auth_complete or not isinstance(cipher, GCMEncryption):
            return super()._recv_packet()
        received, number = self._inpbuf, self._recv_seq
        end = _LENGTH + self._pktlen + _TAG - self._recv_blocksize
        if len(received) < end:
            return False
        opened = cipher.decrypt_packet(
            number, self._packet, received[: end - _TAG], _LENGTH, received[end - _TAG : end]
        )
        if not opened:
            raise MACError("MAC verification failed")
        kind = opened[1] if len(opened) > 1 else 0
        if kind in _OF_CHANNELS:
            channel = self._channels.get(int.from_bytes(opened[2:6], "big"))
            if channel is None:
                return self._receive_opened(opened, cipher)
            self._take(end)
            try:
                channel.process_packet(kind, number, SSHPacket(opened[6 : -opened[0]]))
            except PacketDecodeError as error:
                raise ProtocolError(str(error)) from error
        elif kind == MSG_IGNORE:
            self._take(end)
        else:
            return self._receive_opened(opened, cipher)
        self._finish_recv_packet(kind, number)
        return True

    def _take(self, end: int) -> None:
        self._inpbuf = self._inpbuf[end:]
        self._packet = b""

    def _receive_opened(self, packet: bytes, cipher: GCMEncryption) -> bool:
        """Go the long way; what it reads with next is `cipher`, unless this packet brought other keys."""
        stand_in = _Opened(packet)
        self._recv_encryption = stand_in
        try:
            return super()._recv_packet()
        finally:
            if self._recv_encryption is stand_in:
                self._recv_encryption = cipher


def _padded(kind: int, args: tuple[bytes, ...]) -> bytes:
    """A packet without its length. The padding need not be random: an authenticated mode shows nothing of it."""
    payload = bytes((kind,)) + b"".join(args)
    padding = -(1 + len(payload)) % _BLOCK
    if padding < _LEAST_PADDING:
        padding += _BLOCK
    return bytes((padding,)) + payload + bytes(padding)
