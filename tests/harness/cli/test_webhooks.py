"""`spoolproof pipeline webhooks`: who is notified, by the command line."""

import asyncio
import json
from pathlib import Path

import pytest

from connector.clock import steady_clock
from harness.cli.entry import invoke
from pipeline.states import ShareState
from pipeline.store.sqlite import open_store
from tests.pipeline.store.stores import accepted, new_share, taken


async def _happened(path: Path) -> None:
    """One share that has become active."""
    async with open_store(path, steady_clock(asyncio.get_running_loop())) as store:
        await accepted(store, new_share(tenant="blue"))
        assert await store.move(await taken(store), ShareState.ACTIVE) is not None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    asyncio.run(_happened(tmp_path / "store.db"))
    path = tmp_path / "pipeline.toml"
    path.write_text(f'store = "{tmp_path}/store.db"\n')
    return path


def listed(file: Path, capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capfd.readouterr()
    assert invoke(["pipeline", "webhooks", "list", str(file), "--json"]) == 0
    rows: list[dict[str, object]] = json.loads(capfd.readouterr().out)["webhooks"]
    return rows


def said(capfd: pytest.CaptureFixture[str], *words: str, exit: int = 0) -> str:
    capfd.readouterr()
    assert invoke(["pipeline", "webhooks", *words]) == exit
    captured = capfd.readouterr()
    return captured.err if exit else captured.out


def test_a_receiver_from_its_first_day_to_its_last(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert said(capfd, "list", str(file)) == "nobody is notified\n"
    words = ("--kind", "share.active", "--kind", "share.failed", "--tenant", "blue")
    added = said(capfd, "add", str(file), "https://portal.example/hook", *words)
    (row,) = listed(file, capfd)
    id = str(row["id"])
    assert (row["tenant"], row["kinds"], row["disabled"]) == ("blue", ["share.active", "share.failed"], None)
    assert f"added: {id}: https://portal.example/hook, share.active, share.failed of tenant blue\n" in added
    first = added.splitlines()[-1]
    assert first.startswith("secret: whsec_")
    assert "secret" not in row
    second = said(capfd, "rotate", str(file), id).splitlines()[-1]
    assert second.startswith("secret: whsec_")
    assert second != first
    assert said(capfd, "disable", str(file), id) == f"disabled: {id}\n"
    assert listed(file, capfd)[0]["disabled"] == "an operator disabled it"
    assert said(capfd, "enable", str(file), id) == f"enabled: {id}\n"
    assert said(capfd, "replay", str(file), id) == f"1 message owed to {id} once more\n"
    assert said(capfd, "replay", str(file), id, "--from", "7") == f"0 messages owed to {id} once more\n"
    shown = f"{id}: https://portal.example/hook, share.active, share.failed of tenant blue\n"
    assert said(capfd, "list", str(file)) == shown
    assert said(capfd, "remove", str(file), id) == f"removed: {id}\n"
    assert listed(file, capfd) == []


def test_v1a_shows_what_its_receiver_verifies_with(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shown = said(capfd, "add", str(file), "https://portal.example/hook", "--signature", "v1a").splitlines()
    assert shown[0].endswith("all kinds of every tenant")
    assert shown[1].startswith("public_key: whpk_")
    assert shown[2].startswith("secret: whsk_")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["add", "FILE", "http://portal.example/"], "url: http://portal.example/: accepted: "),
        (
            ["add", "FILE", "https://a.example/", "--kind", "share.gone"],
            "kind: 'share.gone' is none; accepted: share.act",
        ),
        (["add", "FILE", "https://a.example/", "--signature", "v2"], "signature: 'v2' is none; accepted: v1, v1a"),
        (["add", "FILE", "https://a.example/", "--tenant", "a b"], "tenant: 'a b' is none; accepted: 1 to 64"),
        (["rotate", "FILE", "nobody"], "no webhook 'nobody'; there are: none"),
        (["disable", "FILE", "nobody"], "no webhook 'nobody'; there are: none"),
        (["replay", "FILE", "nobody"], "no webhook 'nobody'; there are: none"),
        (["remove", "FILE", "nobody"], "no webhook 'nobody'; there are: none"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    file: Path, capfd: pytest.CaptureFixture[str], words: list[str], fault: str
) -> None:
    told = said(capfd, *(str(file) if word == "FILE" else word for word in words), exit=64)
    assert fault in told
    assert told.count("\n") == 1


def test_mail_has_no_secret_to_rotate(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "secret" not in said(capfd, "add", str(file), "mailto:ops@example.org")
    id = str(listed(file, capfd)[0]["id"])
    assert "mail is not signed" in said(capfd, "rotate", str(file), id, exit=64)
