"""The kept cipher is AES-GCM as asyncssh has it, packet after packet."""

import asyncssh
import pytest
from asyncssh.encryption import Encryption, get_encryption

from fake_clusters.server.cipher import LENGTH, ReusableGcm, with_reused_key
from tests.fake_clusters.server.conftest import Fronts

KEY = bytes(range(32))
PACKETS = [bytes([4, 98]) + bytes(range(10)) + bytes(4), bytes([6, 96]) + bytes(40), bytes(16)]


def _own(nonce: bytes = bytes(12)) -> Encryption:
    return get_encryption(b"aes256-gcm@openssh.com", KEY, nonce, b"", b"", True)


def _sealed(cipher: Encryption, packet: bytes) -> bytes:
    return b"".join(cipher.encrypt_packet(0, len(packet).to_bytes(LENGTH, "big"), packet))


@pytest.mark.parametrize("nonce", [bytes(12), bytes(11) + b"\xff", b"\xff" * 12])
def test_packets_are_sealed_and_opened_as_asyncssh_does_it_even_where_the_counter_overflows(nonce: bytes) -> None:
    other, sealing, opening = _own(nonce), ReusableGcm(KEY, nonce), ReusableGcm(KEY, nonce)
    for packet in PACKETS:
        sealed = _sealed(other, packet)
        assert sealing.seal(packet) == sealed
        assert opening.open(sealed) == packet


def test_it_takes_over_from_asyncssh_s_cipher_at_the_next_packet() -> None:
    other, reference = _own(), _own()
    for cipher in (other, reference):
        _sealed(cipher, PACKETS[0])
    going_on = with_reused_key(other)
    assert isinstance(going_on, ReusableGcm)
    assert going_on.seal(PACKETS[1]) == _sealed(reference, PACKETS[1])


def test_asyncssh_s_own_calls_and_its_own_can_alternate() -> None:
    cipher, reference = ReusableGcm(KEY, bytes(12)), _own()
    assert [_sealed(cipher, PACKETS[0]), cipher.seal(PACKETS[1])] == [_sealed(reference, each) for each in PACKETS[:2]]


@pytest.mark.parametrize("place", [0, LENGTH, 20, -1])
def test_a_packet_with_one_bit_changed_is_not_opened(place: int) -> None:
    sealed = bytearray(_sealed(_own(), PACKETS[0]))
    sealed[place] ^= 1
    assert ReusableGcm(KEY, bytes(12)).open(bytes(sealed)) == b""


def test_a_cipher_other_than_gcm_is_not_replaced() -> None:
    other = get_encryption(b"aes128-ctr", bytes(16), bytes(16), b"hmac-sha2-256", bytes(32), False)
    assert with_reused_key(other) is other
    assert with_reused_key(None) is None


class Listening(asyncssh.SSHClient):
    """Keeps why the connection ended."""

    reason = ""

    def connection_lost(self, exc: Exception | None) -> None:
        self.reason = str(exc)


@pytest.mark.parametrize("payload", [bytes([97]), bytes([97, 0, 0, 0]), bytes([98, 0, 0])])
async def test_a_packet_without_all_of_its_channels_number_is_not_read_on_into_its_padding(
    fronts: Fronts, payload: bytes
) -> None:
    front, client = await fronts.open(), Listening()
    connection = await fronts.connect(front, client_factory=lambda: client)
    async with connection.create_process():
        padding = 32 - (1 + len(payload)) % 16
        cipher = connection._send_encryption
        assert cipher is not None
        connection._send(_sealed(cipher, bytes([padding]) + payload + bytes(padding)))
        await connection.wait_closed()
    assert client.reason == "Incomplete channel request received"
    assert (await (await fronts.connect(front)).run("ping")).exit_status == 0
