"""Clients from Debian's packages, older than what the modern set asks for, log in to a cluster of the wide one."""

import asyncio
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from fake_clusters.keys import KeyKind, KeyStore
from fake_clusters.server.front import SshFront
from fake_clusters.server.options import ServerOptions
from fake_clusters.spec import Algorithms, ClusterSpec
from tests.fake_clusters.server.conftest import PASSWORD, USER, Fronts
from tests.real_parts import need, need_module

PONG = '{"done": "ping"}\n'
WIDE = ClusterSpec(name="north", algorithms=Algorithms.WIDE)

PERL = """
use Net::SSH2;
my ($port, $user, $password, $key) = @ARGV;
my $ssh = Net::SSH2->new(timeout => 20000);
$ssh->connect("127.0.0.1", $port) or $ssh->die_with_error;
$key ? $ssh->auth_publickey($user, "$key.pub", $key) : $ssh->auth_password($user, $password);
$ssh->auth_ok or $ssh->die_with_error;
my $channel = $ssh->channel or $ssh->die_with_error;
$channel->exec("ping") or $ssh->die_with_error;
while ($channel->read(my $data, 1024)) { print $data }
$channel->wait_closed;
exit $channel->exit_status;
"""

RUBY = """
require "net/ssh"
port, user, password, key = ARGV
login = key ? { keys: [key], auth_methods: ["publickey"] } : { password: password, auth_methods: ["password"] }
Net::SSH.start("127.0.0.1", user, port: port.to_i, config: false, keys_only: true, verify_host_key: :never,
               timeout: 20, **login) { |ssh| print ssh.exec!("ping") }
"""


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path)


async def _front(fronts: Fronts, store: KeyStore) -> SshFront:
    """A cluster that every client key and the password let in."""
    keys = tuple(store.client_key(kind).public for kind in KeyKind)
    return await fronts.open(spec=WIDE, options=ServerOptions(users={USER: PASSWORD}, authorized_keys=keys))


async def _output(home: Path, *words: str, **environment: str) -> str:
    """What a client prints that ends well."""
    process = await asyncio.create_subprocess_exec(
        *words,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(home), **environment},
    )  # fmt: skip
    output, complaint = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, complaint.decode()
    return output.decode()


def _dropbear(front: SshFront, *words: str) -> Sequence[str]:
    return (need("dbclient"), "-y", "-y", "-p", str(front.port), *words, f"{USER}@127.0.0.1", "ping")


async def test_dropbear_logs_in_with_a_password(fronts: Fronts, store: KeyStore, tmp_path: Path) -> None:
    front = await _front(fronts, store)
    assert await _output(tmp_path, *_dropbear(front), DROPBEAR_PASSWORD=PASSWORD) == PONG


@pytest.mark.parametrize("kind", KeyKind)
async def test_dropbear_logs_in_with_a_key(fronts: Fronts, store: KeyStore, tmp_path: Path, kind: KeyKind) -> None:
    front, own = await _front(fronts, store), str(tmp_path / "own")
    await _output(tmp_path, need("dropbearconvert"), "openssh", "dropbear", str(store.client_key(kind).path), own)
    assert await _output(tmp_path, *_dropbear(front, "-i", own)) == PONG


async def test_plink_logs_in_with_a_password(fronts: Fronts, store: KeyStore, tmp_path: Path) -> None:
    front = await _front(fronts, store)
    pinned = [word for print_ in front.fingerprints for word in ("-hostkey", print_)]
    words = [
        need("plink"),
        "-batch",
        "-ssh",
        "-P",
        str(front.port),
        "-pw",
        PASSWORD,
        *pinned,
        f"{USER}@127.0.0.1",
        "ping",
    ]
    assert await _output(tmp_path, *words) == PONG


@pytest.mark.parametrize("kind", [None, *KeyKind])
async def test_libssh2_logs_in(fronts: Fronts, store: KeyStore, tmp_path: Path, kind: KeyKind | None) -> None:
    front, perl = await _front(fronts, store), need_module("perl", "-MNet::SSH2", "-e1")
    key = [str(store.client_key(kind).path)] if kind else []
    assert await _output(tmp_path, perl, "-e", PERL, str(front.port), USER, PASSWORD, *key) == PONG


@pytest.mark.parametrize("kind", [None, KeyKind.ECDSA, KeyKind.RSA])
async def test_net_ssh_of_ruby_logs_in(fronts: Fronts, store: KeyStore, tmp_path: Path, kind: KeyKind | None) -> None:
    front, ruby = await _front(fronts, store), need_module("ruby", "-rnet/ssh", "-e1")
    key = [str(store.client_key(kind).path)] if kind else []
    assert await _output(tmp_path, ruby, "-e", RUBY, str(front.port), USER, PASSWORD, *key) == PONG


OLD = {
    "FIPS 140": "-oKexAlgorithms=ecdh-sha2-nistp256 -oHostKeyAlgorithms=ecdsa-sha2-nistp256 -oMACs=hmac-sha2-256 "
    "-oCiphers=aes256-ctr",
    "DH and RSA": "-oKexAlgorithms=diffie-hellman-group14-sha256 -oHostKeyAlgorithms=rsa-sha2-256 -oCiphers=aes128-ctr",
    "SHA-1": "-oKexAlgorithms=diffie-hellman-group1-sha1 -oHostKeyAlgorithms=ssh-rsa -oCiphers=3des-cbc "
    "-oMACs=hmac-md5 -oPubkeyAcceptedAlgorithms=ssh-rsa",
}


@pytest.mark.parametrize("name", OLD)
async def test_openssh_told_to_do_what_older_ones_do_logs_in_by_key(
    fronts: Fronts, store: KeyStore, tmp_path: Path, name: str
) -> None:
    keys = tuple(store.client_key(kind).public for kind in KeyKind)
    spec = ClusterSpec(name="north", algorithms=Algorithms.LEGACY)
    front = await fronts.open(spec=spec, options=ServerOptions(authorized_keys=keys))
    known = tmp_path / "known_hosts"
    known.write_text(front.known_hosts)
    settings = ["-F", "none", "-oBatchMode=yes", "-oStrictHostKeyChecking=yes", f"-oUserKnownHostsFile={known}"]
    login = ["-oIdentitiesOnly=yes", "-i", str(store.client_key(KeyKind.RSA).path), "-p", str(front.port)]
    words = [need("ssh"), *settings, *login, *OLD[name].split(), f"{USER}@127.0.0.1", "ping"]
    assert await _output(tmp_path, *words) == PONG
