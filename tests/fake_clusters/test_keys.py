"""Keys are made once, kept private, and are the same for everyone who uses the directory."""

import multiprocessing
import stat
from pathlib import Path

import asyncssh
import pytest

from fake_clusters.errors import KeyStoreError
from fake_clusters.keys import HostKeys, KeyKind, KeyStore, fingerprint
from fake_clusters.server.algorithms import suite_of
from fake_clusters.spec import Algorithms

EVERY = suite_of(Algorithms.LEGACY).host_keys


@pytest.fixture(scope="module")
def host_keys() -> HostKeys:
    return HostKeys.fresh("north", EVERY)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _use(directory: str) -> tuple[str, str]:
    store = KeyStore(Path(directory))
    return store.host_keys("north", EVERY).public[-1], store.client_key().public


def test_host_keys_are_the_same_at_the_next_start(tmp_path: Path) -> None:
    first = KeyStore(tmp_path / "keys").host_keys("north", EVERY)
    second = KeyStore(tmp_path / "keys").host_keys("north", EVERY)
    assert first.fingerprints == second.fingerprints
    assert first.public == second.public


def test_each_cluster_has_a_host_key_of_its_own(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    for kind in range(4):
        prints = {store.host_keys(name, EVERY).fingerprints[kind] for name in ("north", "south", "east")}
        assert len(prints) == 3
        assert all(print_.startswith("SHA256:") for print_ in prints)


def test_an_rsa_key_is_made_only_for_clusters_that_show_one_and_then_for_all_of_them(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.host_keys("north")
    assert not (tmp_path / "host_rsa").exists()
    north, south = (store.host_keys(name, ["rsa-sha2-512"]) for name in ("north", "south"))
    assert north.public == south.public
    assert (tmp_path / "host_rsa").read_text().startswith("-----BEGIN RSA PRIVATE KEY-----")


@pytest.mark.parametrize("algorithm", [name.encode() for name in EVERY])
def test_a_host_has_keys_of_every_kind_another_one_and_one_that_signs_wrongly(
    host_keys: HostKeys, algorithm: bytes
) -> None:
    own, other, false = (pairs[algorithm] for pairs in (host_keys.own, host_keys.other, host_keys.false_signer))
    assert other.public_data != own.public_data == false.public_data
    key = next(key for key in map(asyncssh.import_public_key, host_keys.public) if key.public_data == own.public_data)
    assert algorithm in own.sign(b"data")
    assert key.verify(b"data", own.sign(b"data"))
    assert not key.verify(b"data", false.sign(b"data"))


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        (KeyKind.ED25519, "-----BEGIN OPENSSH PRIVATE KEY-----"),
        (KeyKind.ECDSA, "-----BEGIN EC PRIVATE KEY-----"),
        (KeyKind.RSA, "-----BEGIN RSA PRIVATE KEY-----"),
    ],
)
def test_client_keys_that_older_clients_use_are_in_the_form_that_they_read(
    tmp_path: Path, kind: KeyKind, heading: str
) -> None:
    client = KeyStore(tmp_path).client_key(kind)
    assert client.path.read_text().startswith(heading)
    assert asyncssh.read_private_key(client.path).get_fingerprint() == fingerprint(client.public)
    assert KeyStore(tmp_path).client_key(kind) == client


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
        "host_rsa",
        "host_seed",
        "other_rsa",
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
