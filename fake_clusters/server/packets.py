"""SSH's binary packets (RFC 4253, section 6) by a short way: those of channels, once logged in, under AES-GCM.

asyncssh's own way serves every cipher, every compression and every phase of a connection, and that generality is most
of what a command costs. What nearly every packet is goes the short way here; whatever is not goes asyncssh's.
"""

from typing import Any

import asyncssh
from asyncssh.constants import (
    MSG_CHANNEL_FAILURE,
    MSG_CHANNEL_OPEN,
    MSG_CHANNEL_OPEN_CONFIRMATION,
    MSG_CHANNEL_WINDOW_ADJUST,
    MSG_IGNORE,
)
from asyncssh.encryption import Encryption
from asyncssh.misc import MACError, ProtocolError
from asyncssh.packet import PacketDecodeError, SSHPacket

from fake_clusters.server.cipher import LENGTH, TAG, ReusableGcm, with_reused_key

__all__ = ["LeanPackets"]

_BLOCK = 16
_LEAST_PADDING = 4
_ZEROS = bytes(_BLOCK + _LEAST_PADDING)
_OPENING = 2
_WITHIN = 6
"""Where the content of a packet begins: after padding length and kind, and within a channel after its number too."""

_TO_CHANNELS = range(MSG_CHANNEL_WINDOW_ADJUST, MSG_CHANNEL_FAILURE + 1)
_OF_CHANNELS = range(MSG_CHANNEL_OPEN_CONFIRMATION, MSG_CHANNEL_FAILURE + 1)


class _Opened(Encryption):
    """Stands for the cipher where a packet that is open already goes the long way."""

    def __init__(self, packet: bytes) -> None:
        self._packet = packet

    def decrypt_packet(self, *_: Any) -> bytes:
        return self._packet


class LeanPackets(asyncssh.SSHServerConnection):
    """Reads and writes packets."""

    def send_newkeys(self, k: bytes, h: bytes) -> None:
        super().send_newkeys(k, h)
        self._send_encryption = with_reused_key(self._send_encryption)
        self._next_recv_encryption = with_reused_key(self._next_recv_encryption)

    def send_packet(self, pkttype: int, *args: bytes, handler: Any = None) -> None:
        if pkttype == MSG_IGNORE:
            return  # asyncssh sends it before each packet to guard chained-block ciphers; nothing here is worth that
        cipher = self._send_encryption
        if (
            pkttype not in _OF_CHANNELS
            or not self._auth_complete
            or not self._kex_complete
            or self._rekey_bytes_sent >= self._rekey_bytes
            or not isinstance(cipher, ReusableGcm)
            or (pkttype == MSG_CHANNEL_OPEN_CONFIRMATION and self._is_time_for_keys())
        ):
            super().send_packet(pkttype, *args)
            return
        packet = _padded(pkttype, args)
        self._send(cipher.seal(packet))
        self._send_seq = (self._send_seq + 1) & 0xFFFFFFFF
        self._rekey_bytes_sent += len(packet)

    def _is_time_for_keys(self) -> bool:
        """Asked for each channel that opens. The long way asks again, by its own clock, and then sends for them."""
        return bool(self._rekey_seconds) and self._loop.time() >= self._rekey_time

    def _recv_pkthdr(self) -> bool:
        """The packet that begins here, whole."""
        cipher = self._recv_encryption
        if not self._auth_complete or not isinstance(cipher, ReusableGcm):
            return super()._recv_pkthdr()
        received = self._inpbuf
        if len(received) < _BLOCK:
            return False
        length = int.from_bytes(received[:LENGTH], "big")
        if length > self._max_recv_pktlen:
            raise ProtocolError("Max packet size exceeded")
        end = LENGTH + length + TAG
        if len(received) < end:
            return False
        opened = cipher.open(received[:end])
        if not opened:
            raise MACError("MAC verification failed")
        self._inpbuf = received[end:]
        if not self._receive(opened):
            return self._receive_otherwise(received, opened, cipher)
        self._recv_seq = (self._recv_seq + 1) & 0xFFFFFFFF
        return True

    def _receive(self, opened: bytes) -> bool:
        """Handle a packet of a kind that nearly every packet is of; False for another, which is left as it is."""
        last = len(opened) - opened[0]
        kind = opened[1] if 1 < last < len(opened) else 0
        if kind == MSG_IGNORE:
            return True
        try:
            if kind in _TO_CHANNELS and last >= _WITHIN:
                channel = self._channels.get(int.from_bytes(opened[_OPENING:_WITHIN], "big"))
                if channel is None:
                    return False
                channel.process_packet(kind, self._recv_seq, SSHPacket(opened[_WITHIN:last]))
            elif kind == MSG_CHANNEL_OPEN:
                self._process_channel_open(kind, self._recv_seq, SSHPacket(opened[_OPENING:last]))
            else:
                return False
        except PacketDecodeError as error:
            raise ProtocolError(str(error)) from error
        self._auth_final = True
        return True

    def _receive_otherwise(self, received: bytes, opened: bytes, cipher: ReusableGcm) -> bool:
        """Go the long way; what it reads with next is `cipher`, unless this packet brought other keys."""
        stand_in = _Opened(opened)
        self._recv_encryption = stand_in
        self._packet, self._inpbuf = received[:_BLOCK], received[_BLOCK:]
        self._pktlen = len(opened)
        try:
            return super()._recv_packet()
        finally:
            if self._recv_encryption is stand_in:
                self._recv_encryption = cipher


def _padded(kind: int, args: tuple[bytes, ...]) -> bytes:
    """A packet without its length. The padding need not be random: an authenticated mode shows nothing of it."""
    content = b"".join(args)
    padding = -(2 + len(content)) % _BLOCK
    if padding < _LEAST_PADDING:
        padding += _BLOCK
    return bytes((padding, kind)) + content + _ZEROS[:padding]
