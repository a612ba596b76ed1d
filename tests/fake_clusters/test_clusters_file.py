"""The file of `spoolproof clusters serve`, and serving it."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

import asyncssh
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.errors import TomlProblems
from connector.targets import read_targets
from fake_clusters.clusters_file import AdminAddress, Auth, ClustersFile, read_clusters_file
from fake_clusters.errors import FarmError
from fake_clusters.rules.rule import Window
from fake_clusters.serve import Served, serve_clusters
from fake_clusters.server.algorithms import suite_of
from fake_clusters.spec import Algorithms, LoginMethod, LoginSpec

WHOLE = """
seed = 7
host = "127.0.0.1"
keys = "my-keys"
auth = "password"
password = "secret"
addresses = "out/where.json"

[admin]
port = 0
token = "a-token-of-sixteen"

[clusters.north]
profile = "lan"
port = 0
limits = { sessions = 2, capacity = "10 GiB" }

[clusters.south]
dialect = "filer"
latency = { service = { create = "5ms" } }

[[faults]]
kind = "reply_lost"
label = "lost"
clusters = ["north"]
verbs = ["create"]
between = ["1s", "1m"]
"""


def read(directory: Path, text: str) -> ClustersFile:
    path = directory / "clusters.toml"
    path.write_text(text)
    return read_clusters_file(path)


@asynccontextmanager
async def serving(file: ClustersFile) -> AsyncIterator[Served]:
    started: asyncio.Future[Served] = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(serve_clusters(file, ready=started.set_result))
    task.add_done_callback(lambda ended: started.cancel())
    await asyncio.wait({started})
    if task.done():
        await task
    try:
        yield await started
    finally:
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()


def test_all_that_the_file_says_is_read(tmp_path: Path) -> None:
    file = read(tmp_path, WHOLE)
    north, south = file.specs
    assert (north.name, north.profile.name, north.limits.sessions, north.limits.capacity) == (
        "north",
        "lan",
        2,
        10 << 30,
    )
    assert (south.name, south.dialect) == ("south", "filer")
    assert (file.seed, file.auth, file.password) == (7, Auth.PASSWORD, "secret")
    assert (file.keys, file.addresses) == (tmp_path / "my-keys", tmp_path / "out/where.json")
    assert file.admin_addresses == tmp_path / "out/where-admin.json"
    assert file.admin == AdminAddress(token="a-token-of-sixteen")
    (rule,) = file.rules
    assert (rule.label, rule.selector.clusters) == ("lost", ("north",))
    assert rule.window == Window(begins=1.0, ends=60.0)


def test_one_cluster_is_enough_of_a_file(tmp_path: Path) -> None:
    file = read(tmp_path, "[clusters.north]\n")
    assert (file.auth, file.host, file.rules, file.ports) == (Auth.KEY, "127.0.0.1", (), {"north": 0})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "clusters: is required"),
        ("[clusters]\n", "clusters"),
        ("[clusters.north]\nporfile = 'lan'\n", ":2: clusters.north.porfile: unknown key (did you mean 'profile'?)"),
        ("[clusters.north]\nport = 70000\n", ":2: clusters.north.port: must be less than or equal to 65535"),
        ("password = 'x'\n[clusters.north]\n", ":1: password: is only for auth = 'password', not 'key'"),
        ("auth = 'kerberos'\n[clusters.north]\n", ":1: auth: must be 'key', 'password' or 'none' (got 'kerberos')"),
        ("[admin]\ntoken = 'short'\n[clusters.n]\n", ":2: admin.token: "),
        ("[clusters.a]\nport = 2222\n[clusters.b]\nport = 2222\n", ":2: clusters.a.port: 2222 is asked for twice"),
        (
            "[clusters.n]\n[[faults]]\nkind = 'hagn'\n",
            ":3: faults[0].kind: unknown fault 'hagn' (did you mean",
        ),
        ("[clusters.n]\n[[faults]]\nkind = 'hang'\nphase = 'x'\n", ":4: faults[0].phase: is only for scenarios"),
        (
            "[clusters.n]\n[[faults]]\nkind = 'hang'\nclusters = ['m']\n",
            ":4: faults[0].clusters: unknown cluster 'm'; accepted: n",
        ),
        (
            "[clusters.n]\n[[faults]]\nkind = 'hang'\n[[faults]]\nkind = 'hang'\n",
            ":4: faults[1].label: 'hang' is taken; give this fault a label of its own",
        ),
        ("[clusters.n\n", ":1: not valid TOML"),
    ],
)
def test_a_mistake_is_refused_with_its_line_and_key(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TomlProblems) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_bytes_are_a_file_or_a_refusal(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(data)
    with pytest.raises(TomlProblems, match=r"any\.toml"):
        read_clusters_file(path)


async def test_what_is_served_can_be_found_and_used_by_its_address_file(tmp_path: Path) -> None:
    async with serving(read(tmp_path, "[clusters.north]\n[clusters.south]\n")) as served:
        targets = read_targets(tmp_path / "clusters.json")
        assert targets == served.farm.targets()
        async with asyncssh.connect(
            targets[0].host,
            targets[0].port,
            username=targets[0].username,
            client_keys=[targets[0].client_key],
            known_hosts=None,
            config=None,
        ) as connection:
            assert (await connection.run("ping")).exit_status == 0
        admin = json.loads((tmp_path / "clusters-admin.json").read_text())
        assert admin == {"url": served.admin.url, "token": served.admin.token}
        async with httpx.AsyncClient(
            base_url=admin["url"], headers={"Authorization": f"Bearer {admin['token']}"}
        ) as http:
            answer = (await http.get("/clusters")).json()
        assert [cluster["port"] for cluster in answer["clusters"]] == [target.port for target in targets]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(targets[0].host, targets[0].port)


async def test_files_with_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    async with serving(read(tmp_path, "auth = 'password'\n[clusters.north]\n")):
        for name in ("clusters.json", "clusters-admin.json"):
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("line", ["auth = 'password'", "auth = 'password'\npassword = 'secret'", "auth = 'none'"])
async def test_each_way_to_log_in_works_as_the_address_file_says(tmp_path: Path, line: str) -> None:
    async with serving(read(tmp_path, f"{line}\n[clusters.north]\n")):
        (target,) = read_targets(tmp_path / "clusters.json")
        assert target.client_key is None
        assert (target.password is None) == (line == "auth = 'none'")
        async with asyncssh.connect(
            target.host,
            target.port,
            username=target.username,
            password=target.password,
            client_keys=None,
            known_hosts=None,
            config=None,
        ) as connection:
            assert (await connection.run("ping")).exit_status == 0


async def test_an_admin_api_that_others_can_reach_needs_a_token_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(FarmError, match=r"admin\.host: 0\.0\.0\.0 can be reached from elsewhere; set admin\.token"):
        async with serving(read(tmp_path, "[admin]\nhost = '0.0.0.0'\n[clusters.north]\n")):
            raise AssertionError("it must not start")


async def test_an_address_file_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FarmError, match=r"addresses: .*nowhere.* cannot be written: No such file"):
        async with serving(read(tmp_path, "addresses = 'nowhere/at.json'\n[clusters.north]\n")):
            raise AssertionError("it must not start")


async def test_each_cluster_is_wide_unless_told_otherwise_and_its_login_is_read(tmp_path: Path) -> None:
    text = """
    auth = "password"
    [clusters.north]
    [clusters.south]
    algorithms = "modern"
    login = { methods = ["keyboard-interactive"], banner = "Staff only.", motd = "Hello.", password_expired = true }
    """
    north, south = read(tmp_path, text).specs
    assert (north.algorithms, south.algorithms) == (Algorithms.WIDE, Algorithms.MODERN)
    assert north.login == LoginSpec(methods=tuple(LoginMethod))
    methods = (LoginMethod.KEYBOARD_INTERACTIVE,)
    assert south.login == LoginSpec(methods=methods, banner="Staff only.", motd="Hello.", password_expired=True)


@pytest.mark.parametrize(
    ("auth", "login", "complaint"),
    [
        ("key", '{ methods = ["password"] }', "methods: let nobody in with auth = 'key'; needed is one of: publickey"),
        ("password", '{ methods = ["publickey"] }', "needed is one of: keyboard-interactive, password"),
        ("key", "{ password_expired = true }", "password_expired: is only for auth = 'password', not 'key'"),
        ("none", "{ password_expired = true }", "password_expired: is only for auth = 'password', not 'none'"),
        ("key", "{ methods = [] }", "methods"),
        ("key", '{ methods = ["smartcard"] }', "'publickey', 'password' or 'keyboard-interactive'"),
        ("key", '{ banner = "' + "x" * 65_537 + '" }', "at most 65536 characters"),
        ("key", "{ message = 1 }", "accepted: banner, methods, motd, password_expired"),
    ],
)
def test_a_login_that_cannot_be_is_an_error(tmp_path: Path, auth: str, login: str, complaint: str) -> None:
    with pytest.raises(TomlProblems) as raised:
        read(tmp_path, f'auth = "{auth}"\n[clusters.north]\nlogin = {login}\n')
    assert complaint in str(raised.value)
    assert "north" in str(raised.value)


async def test_host_keys_of_every_kind_are_written_beside_the_addresses(tmp_path: Path) -> None:
    file = read(tmp_path, '[clusters.north]\n[clusters.south]\nalgorithms = "modern"\n')
    async with serving(file):
        north, south = read_targets(tmp_path / "clusters.json")
        assert len(north.pinned) == 5
        assert len(south.pinned) == 1
        known = asyncssh.read_known_hosts(str(tmp_path / "clusters-known_hosts"))
        for target, algorithms in ((north, suite_of(Algorithms.WIDE).host_keys), (south, ("ssh-ed25519",))):
            for algorithm in algorithms:
                async with asyncssh.connect(
                    target.host, target.port, username="spool", client_keys=[target.client_key], config=None,
                    known_hosts=known, server_host_key_algs=[algorithm],
                ) as connection:  # fmt: skip
                    key = connection.get_server_host_key()
                    assert key is not None
                    assert key.get_fingerprint() in target.pinned


SAMPLES = '[clusters.north]\nlatency = { default = { kind = "empirical", file = "%s" } }\n'


def test_files_are_named_from_the_folder_of_the_file_whatever_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "samples").write_text("2\n")
    (tmp_path / "ours.toml").write_text((files("connector.dialects") / "filer.toml").read_text())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (spec,) = read(tmp_path, SAMPLES % "samples" + 'dialect = "ours.toml"\n').specs
    assert spec.profile.default.mean == 2.0
    assert spec.dialect == str(tmp_path / "ours.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SAMPLES % "/etc/passwd", "latency.default: /etc/passwd: is outside"),
        (SAMPLES % "../samples", "is outside"),
        (SAMPLES % "/dev/zero", "is outside"),
        ('[clusters.north]\ndialect = "/tmp/ours.toml"\n', "dialect: /tmp/ours.toml: is outside"),
        ('[clusters.north]\ndialect = "../ours.toml"\n', "is outside"),
        ('[clusters.north]\ndialect = "pipe.toml"\n', "pipe.toml: is not a regular file"),
        (
            '[clusters.north]\ndialect = "/etc/passwd"\n',
            "dialect: no dialect '/etc/passwd'; accepted: native, filer, ontap",
        ),
        ('[clusters.north]\ndialect = "/dev/zero"\n', "dialect: no dialect '/dev/zero'"),
        ('[clusters.north]\ndialect = "filler"\n', r"no dialect 'filler' \(did you mean 'filer'\?\)"),
        ('[clusters.north]\ndialect = "latin.toml"\n', r"dialect: .*latin\.toml:2: not UTF-8 text"),
        ('[clusters.north]\ndialect = "odd.toml"\n', r"dialect: .*odd\.toml:1: nmae: unknown key"),
    ],
)
def test_a_file_from_elsewhere_is_refused_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "latin.toml").write_bytes(b"# of a filer\n# \xe9t\xe9\n")
    (tmp_path / "odd.toml").write_text("nmae = 'odd'\n")
    with pytest.raises(TomlProblems, match=complaint) as raised:
        read(tmp_path, text)
    assert ":2: clusters.north" in str(raised.value)


@pytest.mark.parametrize("name", ["../x", "..", ".", "a/b", "", " ", "a\tb", "x" * 256, "\u202ex", "\u2028"])
def test_a_clusters_name_is_one_segment_of_a_path_and_of_a_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(TomlProblems, match="a cluster's name is one or more printable characters"):
        read(tmp_path, f"[clusters.{json.dumps(name)}]\n")
