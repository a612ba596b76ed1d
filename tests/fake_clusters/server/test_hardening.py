"""An auditor of SSH servers finds no failure in a front with default settings."""

import asyncio
import json
import sys
from typing import Any

import pytest

from fake_clusters.server.algorithms import CIPHERS, key_exchanges
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


@pytest.mark.parametrize("exchange", key_exchanges())
async def test_every_key_exchange_on_offer_works_and_can_be_repeated(fronts: Fronts, exchange: str) -> None:
    connection = await fronts.connect(await fronts.open(), kex_algs=[exchange], rekey_bytes=2000)
    for _ in range(20):
        assert (await connection.run("ping")).exit_status == 0


@pytest.mark.parametrize("cipher", CIPHERS)
async def test_every_cipher_on_offer_works(fronts: Fronts, cipher: str) -> None:
    connection = await fronts.connect(await fronts.open(), encryption_algs=[cipher])
    assert connection.get_extra_info("send_cipher") == cipher
    assert (await connection.run("ping")).exit_status == 0


def test_the_check_would_see_a_failure() -> None:
    weak = {"algorithm": "3des-cbc", "notes": {"fail": ["using broken & deprecated 3DES cipher"]}}
    assert _failures({"kex": [], "key": [], "mac": [], "enc": [weak]}) == [
        "enc 3des-cbc: using broken & deprecated 3DES cipher"
    ]
