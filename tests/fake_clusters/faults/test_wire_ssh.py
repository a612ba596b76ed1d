"""What the registry says that the user of a real `ssh` sees is what the real `ssh` shows."""

import asyncio
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fake_clusters.faults import FAULTS
from tests.fake_clusters.faults.farms import CREATE, DONE, LIST, Faulty

pytestmark = pytest.mark.skipif(shutil.which("ssh") is None, reason="needs OpenSSH's client")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """status None: it hangs. printed: any of these on stderr. stdout: all of it, None for anything.

    effects: by the cluster's own log, once `ssh` has gone. command: what is sent, after `before` by another client.
    """

    status: int | None
    effects: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    stdout: bytes | None = b""
    parameters: dict[str, Any] = field(default_factory=dict)
    before: str | None = None
    command: str = CREATE


CUT = ("Broken pipe", "Connection reset by", "closed by remote host")
SLOW = {"delay": "100ms"}
DID = ("created",)
LATE = Seen(status=0, effects=DID, stdout=DONE, parameters=SLOW)
HANGS = Seen(status=None)
LISTED = Seen(status=0, effects=DID, stdout=b'{"count": 0, "shares": []}\n', before=CREATE, command=LIST)
NO_BANNER = Seen(status=255, printed=("Connection timed out during banner exchange",))

SIGHTS: dict[str, Seen] = {
    "refused": Seen(status=255, printed=("Connection refused",)),
    "connection_silent": NO_BANNER,
    "connection_reset": Seen(status=255, printed=("Connection reset by",)),
    "half_close": Seen(status=255, printed=("Connection closed by remote host",)),
    "banner_slow": LATE,
    "banner_missing": NO_BANNER,
    "banner_garbage": Seen(status=255, printed=("banner line contains invalid characters",)),
    "kex_slow": LATE,
    "kex_stall": HANGS,
    "bad_signature": Seen(status=255, printed=("incorrect signature",)),
    "host_key_changed": Seen(status=255, printed=("REMOTE HOST IDENTIFICATION HAS CHANGED!",)),
    "auth_rejected": Seen(status=255, printed=("Permission denied",)),
    "auth_slow": LATE,
    "auth_stall": HANGS,
    "channel_refused": Seen(status=255, printed=("open failed",)),
    "channel_slow": LATE,
    "exec_refused": Seen(status=255, printed=("exec request failed on channel 0",)),
    "error_exit": Seen(status=13, printed=('"code": "quota"',), parameters={"code": "quota"}),
    "slow_service": Seen(status=0, effects=DID, stdout=DONE, parameters={"add": "100ms"}),
    "hang": HANGS,
    "disconnect_before": Seen(status=255, printed=CUT),
    "disconnect_during": Seen(status=255, effects=DID, printed=CUT),
    "disconnect_after": Seen(status=255, effects=DID, printed=CUT, parameters={"how": "close"}),
    "crash": Seen(status=255, effects=DID, printed=CUT[:2]),
    "read_only": Seen(status=15, printed=('"code": "read-only"',)),
    "full": Seen(status=14, printed=('"code": "full"',)),
    "partial_effect": Seen(status=70, effects=("half-created",), printed=('"code": "internal"',)),
    "late_effect": HANGS,
    "name_taken": Seen(status=None, effects=("created-by-others",)),
    "lying_success": Seen(status=0, stdout=DONE),
    "stale_list": LISTED,
    "incomplete_list": LISTED,
    "reply_lost": Seen(status=None, effects=DID),
    "drip": Seen(status=0, effects=DID, stdout=DONE, parameters={"rate": 200}),
    "truncated": Seen(status=0, effects=DID, stdout=DONE[:9]),
    "garbled": Seen(status=0, effects=DID, stdout=None),
    "oversized": Seen(status=0, effects=DID, stdout=None, parameters={"extra": "2 kB"}),
    "no_exit_status": Seen(status=255, effects=DID, stdout=DONE),
}


async def ssh(
    faulty: Faulty, directory: Path, command: str = CREATE, *, give_up: float | None
) -> tuple[int | None, bytes, str]:
    """Exit status (None: it still ran after `give_up` seconds), stdout and stderr."""
    known = directory / "known_hosts"
    known.write_text(faulty.known_host())
    options = {
        "BatchMode": "yes",
        "ConnectTimeout": "1",
        "GlobalKnownHostsFile": "none",
        "IdentitiesOnly": "yes",
        "StrictHostKeyChecking": "yes",
        "UserKnownHostsFile": str(known),
    }
    target = faulty.target
    words = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
    address = ["-i", str(target.client_key), "-p", str(target.port), f"{target.username}@{target.host}"]
    process = await asyncio.create_subprocess_exec(
        "ssh",
        *("-F", "none"),
        *words,
        *address,
        command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ending = asyncio.ensure_future(process.communicate())
    await asyncio.wait({ending}, timeout=give_up)
    hung = not ending.done()
    if hung:
        process.kill()
    stdout, stderr = await ending
    return None if hung else process.returncode, stdout, stderr.decode()


def test_every_fault_is_looked_at() -> None:
    assert set(SIGHTS) == set(FAULTS)


@pytest.mark.parametrize("name", SIGHTS)
async def test_ssh_shows_what_the_registry_says(key_directory: Path, tmp_path: Path, name: str) -> None:
    seen = SIGHTS[name]
    async with Faulty.open(key_directory, {"kind": name, **seen.parameters}) as faulty:
        if seen.before is not None:
            await faulty.run(seen.before)
        give_up = 0.8 if seen.status is None else None
        status, stdout, stderr = await ssh(faulty, tmp_path, seen.command, give_up=give_up)

        assert status == seen.status, stderr
        assert not seen.printed or any(text in stderr for text in seen.printed), stderr
        assert seen.stdout in (None, stdout)
        assert faulty.kinds() == list(seen.effects)
        assert len(faulty.cluster.injections()) == 1


@pytest.mark.parametrize("name", SIGHTS)
def test_the_registry_promises_neither_more_nor_less(name: str) -> None:
    """Its words were compared with `ssh` above: quoted text is what is printed, and so on."""
    seen, words = SIGHTS[name], FAULTS[name].seen
    quoted = re.findall(r'"([^"]+)"', words)
    if seen.status == 255:
        assert set(quoted) & set(seen.printed) or not (quoted or seen.printed)
        assert "exit status 255" in words or "ConnectTimeout" in words
    elif seen.status is None:
        assert "hangs" in words
    else:
        assert quoted == []


async def test_ssh_against_a_cluster_without_a_fault_simply_works(key_directory: Path, tmp_path: Path) -> None:
    async with Faulty.open(key_directory) as faulty:
        assert await ssh(faulty, tmp_path, give_up=None) == (0, DONE, "")
