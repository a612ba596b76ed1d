"""An auditor of SSH servers finds no failure in a front with default settings, and all that any set offers works."""

import asyncio
import json
import sys
from dataclasses import fields
from typing import Any

import asyncssh
import pytest

from fake_clusters.plans import ConnectionPlan, KexPlan
from fake_clusters.server.algorithms import Suite, suite_of
from fake_clusters.spec import Algorithms, ClusterSpec
from tests.fake_clusters.server.conftest import Fronts


def _failures(report: dict[str, Any]) -> list[str]:
    """What the auditor calls a failure, by algorithm."""
    return [
        f"{kind} {entry['algorithm']}: {text}"
        for kind in ("kex", "key", "enc", "mac")
        for entry in report[kind]
        for text in entry["notes"].get("fail", [])
    ]


async def test_ssh_audit_finds_no_failure(fronts: Fronts) -> None:
    front = await fronts.open()
    auditor = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ssh_audit", "--json", "--skip-rate-test", f"127.0.0.1:{front.port}",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, complaint = await auditor.communicate()
    report = json.loads(output)
    assert _failures(report) == [], complaint
    offered = {entry["algorithm"] for kind in ("kex", "key", "enc", "mac") for entry in report[kind]}
    assert {"mlkem768x25519-sha256", "curve25519-sha256", "ssh-ed25519", "aes128-gcm@openssh.com"} <= offered
    assert report["cves"] == []


LEGACY = ClusterSpec(name="north", algorithms=Algorithms.LEGACY)
EVERY = suite_of(Algorithms.LEGACY)
"""What each set offers: each holds all of the one before."""


def test_each_set_holds_all_of_the_one_before() -> None:
    modern, wide, legacy = (suite_of(choice) for choice in (Algorithms.MODERN, Algorithms.WIDE, Algorithms.LEGACY))
    for field in fields(Suite):
        smaller, larger, largest = (getattr(suite, field.name) for suite in (modern, wide, legacy))
        assert (smaller, larger) == (larger[: len(smaller)], largest[: len(larger)])


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")  # of the client, which is here too
@pytest.mark.parametrize("exchange", EVERY.key_exchanges)
async def test_every_key_exchange_on_offer_works_and_can_be_repeated(fronts: Fronts, exchange: str) -> None:
    repeats = 2 if "group18" in exchange or "exchange" in exchange else 20
    connection = await fronts.connect(
        await fronts.open(spec=LEGACY), kex_algs=[exchange], rekey_bytes=40_000 // repeats
    )
    for _ in range(repeats):
        assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("cipher", EVERY.ciphers)
async def test_every_cipher_on_offer_works(fronts: Fronts, cipher: str) -> None:
    connection = await fronts.connect(await fronts.open(spec=LEGACY), encryption_algs=[cipher])
    assert connection.get_extra_info("send_cipher") == cipher
    assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("mac", EVERY.macs)
@pytest.mark.parametrize("cipher", ["aes128-ctr", "aes128-cbc"])
async def test_every_mac_on_offer_works(fronts: Fronts, mac: str, cipher: str) -> None:
    connection = await fronts.connect(await fronts.open(spec=LEGACY), encryption_algs=[cipher], mac_algs=[mac])
    assert connection.get_extra_info("recv_mac") == mac
    assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("algorithm", EVERY.host_keys)
@pytest.mark.parametrize(
    ("kex", "expected"),
    [
        (KexPlan.NORMAL, None),
        (KexPlan.OTHER_HOST_KEY, asyncssh.HostKeyNotVerifiable),
        (KexPlan.BAD_SIGNATURE, asyncssh.KeyExchangeFailed),
    ],
)
async def test_every_kind_of_host_key_can_be_shown_changed_and_signed_with_wrongly(
    fronts: Fronts, algorithm: str, kex: KexPlan, expected: type[Exception] | None
) -> None:
    front = await fronts.open(ConnectionPlan(kex=kex), spec=LEGACY)
    outcome = None
    try:
        connection = await fronts.connect(front, server_host_key_algs=[algorithm])
        assert (await connection.run("ping")).exit_status == 0
    except asyncssh.Error as error:
        outcome = type(error)
    assert outcome is expected


async def test_connections_at_once_sign_each_as_agreed_with_the_one_rsa_key(fronts: Fronts) -> None:
    front = await fronts.open(spec=LEGACY)
    algorithms = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] * 4
    opened = await asyncio.gather(*(fronts.connect(front, server_host_key_algs=[name]) for name in algorithms))
    assert [(await connection.run("ping")).exit_status for connection in opened] == [0] * len(algorithms)


def test_ssh_audit_reports_a_failure_where_there_is_one() -> None:
    weak = {"algorithm": "3des-cbc", "notes": {"fail": ["using broken & deprecated 3DES cipher"]}}
    assert _failures({"kex": [], "key": [], "mac": [], "enc": [weak]}) == [
        "enc 3des-cbc: using broken & deprecated 3DES cipher"
    ]
