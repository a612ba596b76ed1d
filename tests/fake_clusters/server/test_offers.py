"""A client gets on with a cluster whose set of algorithms holds enough of what it offers, and with no smaller one."""

import asyncssh
import pytest
from asyncssh.encryption import get_encryption_algs
from asyncssh.kex import get_kex_algs
from asyncssh.mac import get_mac_algs
from asyncssh.public_key import get_public_key_algs

from fake_clusters.keys import HostKeys
from fake_clusters.server.algorithms import suite_of
from fake_clusters.spec import Algorithms, ClusterSpec
from tests.fake_clusters.server.conftest import Fronts
from tests.fake_clusters.server.offers import OFFERS, Offer

_NESTED = (Algorithms.MODERN, Algorithms.WIDE, Algorithms.LEGACY)
"""Each holds the one before."""


@pytest.fixture(scope="module")
def host_keys() -> dict[Algorithms, HostKeys]:
    return {choice: HostKeys.fresh(algorithms=suite_of(choice).host_keys) for choice in Algorithms}


def _spoken(names: str, known: list[bytes]) -> list[str]:
    """Those that the client of these tests can do: the server offers none of the others."""
    return [name for name in names.split() if name.encode() in known]


def _choices(offer: Offer) -> dict[str, list[str]]:
    return {
        "kex_algs": _spoken(offer.kex, get_kex_algs()),
        "server_host_key_algs": _spoken(offer.host_keys, get_public_key_algs()),
        "encryption_algs": _spoken(offer.ciphers, get_encryption_algs()),
        "mac_algs": _spoken(offer.macs, get_mac_algs()),
    }


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # of the client, which is here too
@pytest.mark.parametrize("algorithms", _NESTED)
@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.client)
async def test_a_client_gets_on_with_the_sets_that_hold_enough(
    fronts: Fronts, host_keys: dict[Algorithms, HostKeys], offer: Offer, algorithms: Algorithms
) -> None:
    front = await fronts.open(spec=ClusterSpec(name="north", algorithms=algorithms), keys=host_keys[algorithms])
    choices = _choices(offer)
    if _NESTED.index(algorithms) < _NESTED.index(offer.least):
        with pytest.raises(asyncssh.KeyExchangeFailed):
            await fronts.connect(front, **choices)
    else:
        connection = await fronts.connect(front, **choices)
        assert (await connection.run("ping")).exit_status == 0


async def test_a_cluster_bound_to_fips_offers_what_is_approved_and_nothing_else(
    fronts: Fronts, host_keys: dict[Algorithms, HostKeys]
) -> None:
    front = await fronts.open(
        spec=ClusterSpec(name="north", algorithms=Algorithms.FIPS), keys=host_keys[Algorithms.FIPS]
    )
    (bound,) = [offer for offer in OFFERS if offer.client == "OpenSSH bound to FIPS 140"]
    connection = await fronts.connect(front, **_choices(bound))
    assert (await connection.run("ping")).exit_status == 0
    for refused in (
        {"kex_algs": ["curve25519-sha256"]},
        {"server_host_key_algs": ["ssh-ed25519"]},
        {"encryption_algs": ["chacha20-poly1305@openssh.com"]},
        {"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes256-ctr"]},
    ):
        with pytest.raises(asyncssh.KeyExchangeFailed):
            await fronts.connect(front, **refused)
