"""Keys are made once, kept private, and are the same for everyone who uses the directory."""

import multiprocessing
import stat
from base64 import b64encode
from pathlib import Path

import asyncssh
import pytest

from fake_clusters.errors import KeyStoreError
from fake_clusters.keys import HostKeys, KeyStore, fingerprint


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _use(directory: str) -> tuple[str, str]:
    store = KeyStore(Path(directory))
    return store.host_keys("north").fingerprint, store.client_key().public


def test_host_keys_are_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = KeyStore(tmp_path / "keys").host_keys("north")
    second = KeyStore(tmp_path / "keys").host_keys("north")
    assert first.fingerprint == second.fingerprint
    assert first.own.public_data == second.own.public_data


def test_each_cluster_has_a_host_key_of_its_own(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    prints = {store.host_keys(name).fingerprint for name in ("north", "south", "east")}
    assert len(prints) == 3
    assert all(print_.startswith("SHA256:") for print_ in prints)


def test_the_other_host_key_is_another_one() -> None:
    keys = HostKeys.fresh("north")
    assert keys.other.public_data != keys.own.public_data


def test_the_false_signer_shows_the_own_key_and_signs_wrongly() -> None:
    keys = HostKeys.fresh()
    key = asyncssh.import_public_key(b"ssh-ed25519 " + b64encode(keys.own.public_data))
    assert keys.false_signer.public_data == keys.own.public_data
    assert key.verify(b"data", keys.own.sign(b"data"))
    assert not key.verify(b"data", keys.false_signer.sign(b"data"))


def test_private_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "keys"
    store = KeyStore(directory)
    store.host_keys("north")
    client = store.client_key()
    assert _mode(directory) == 0o700
    assert {_mode(path) for path in directory.iterdir()} == {0o600}
    assert client.path in directory.iterdir()


def test_files_that_have_become_readable_by_others_are_made_private_again(tmp_path: Path) -> None:
    _use(str(tmp_path))
    for path in tmp_path.iterdir():
        path.chmod(0o666)
    _use(str(tmp_path))
    assert {_mode(path) for path in tmp_path.iterdir()} == {0o600}


def test_the_client_key_is_a_key_pair(tmp_path: Path) -> None:
    client = KeyStore(tmp_path).client_key()
    private = asyncssh.read_private_key(client.path)
    assert fingerprint(client.public) == private.get_fingerprint()
    assert client.path.with_suffix(".pub").read_text().strip() == client.public


def test_processes_that_start_together_end_with_the_same_keys(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        results = pool.map(_use, [str(tmp_path / "keys")] * 6, chunksize=1)
    assert len(set(results)) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [
        "client_ed25519",
        "client_ed25519.pub",
        "host_seed",
    ]


@pytest.mark.parametrize("garbage", [b"", b"no hex", b"abcd\n", b"\xff\xfe\x00", b"ab" * 33])
def test_garbage_for_a_host_seed_gives_one_clear_error(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "host_seed"
    path.write_bytes(garbage)
    with pytest.raises(KeyStoreError, match="host_seed: is not a") as raised:
        KeyStore(tmp_path).host_keys("north")
    assert "\n" not in str(raised.value)
    assert path.read_bytes() == garbage


@pytest.mark.parametrize("garbage", [b"", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", b"\x80\x81"])
def test_garbage_for_a_client_key_gives_one_clear_error(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / "client_ed25519").write_bytes(garbage)
    with pytest.raises(KeyStoreError, match="client_ed25519: is not a") as raised:
        KeyStore(tmp_path).client_key()
    assert "\n" not in str(raised.value)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyStoreError, match=r"file/keys/host_seed: cannot be used: Not a directory"):
        KeyStore(tmp_path / "file" / "keys").host_keys("north")


def test_a_line_that_is_no_public_key_has_no_fingerprint() -> None:
    with pytest.raises(KeyStoreError, match="'nonsense' is not a public key"):
        fingerprint("nonsense")


def test_what_is_no_folder_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere" / "at all")
    for name in ("file", "astray"):
        with pytest.raises(KeyStoreError, match=f"{name}: the folder of keys is no folder"):
            KeyStore(tmp_path / name).client_key()
