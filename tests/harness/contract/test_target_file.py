"""Target files, and targets as the command line names them."""

from pathlib import Path

import pytest

from connector.errors import TomlProblems
from connector.operations import Capability
from harness.contract.target import AfterTimeout
from harness.contract.target_file import read_target
from harness.contract.target_named import NamedTarget, open_target
from harness.errors import InputProblems

FILE = """\
title = "filer, north"
dialect = "filer"
capabilities = ["mark"]
after_timeout = "stops"

[ssh]
host = "filer.example.net"
username = "portal"
key = "id_ed25519"
password_env = "FILER_PASSWORD"
host_key = "SHA256:abc"

[limits]
name_bytes = 203
rounding = "1 MiB"

[parameters]
settle = "5s"

[[exemptions]]
clause = "name.case"
scope = "filer*"
reason = "the file system does not know case"
expires = 2027-06-30
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "target.toml"
    path.write_text(text)
    return path


def test_a_target_file_says_all_that_is_declared(tmp_path: Path) -> None:
    target = read_target(_written(tmp_path, FILE), environ={"FILER_PASSWORD": "secret"})
    assert target.title == "filer, north"
    assert target.claims == frozenset({Capability.MARK})
    assert target.after_timeout is AfterTimeout.STOPS
    assert (target.limits.name_bytes, target.limits.rounding, target.limits.sessions) == (203, 1 << 20, None)
    assert target.parameters.settle == 5.0
    assert target.target.client_key == str(tmp_path / "id_ed25519")
    assert target.target.password == "secret"
    assert [each.clause for each in target.exemptions] == ["name.case"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name_bytes = 203", "name_byte = 203", "limits.name_byte"),
        ('clause = "name.case"', 'clause = "name.cas"', "did you mean 'name.case'?"),
        ('reason = "the file system does not know case"\n', "", "exemptions[0].reason: is required"),
        ("expires = 2027-06-30\n", "", "exemptions[0].expires: is required"),
        ('host_key = "SHA256:abc"\n', "", "needs either known_hosts or host_key"),
        ('settle = "5s"', 'settle = "0s"', "parameters.settle"),
        ('settle = "5s"', 'client = "x"\nother_client = "x"', "client and other_client must be two, not both 'x'"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in FILE
    with pytest.raises(TomlProblems) as caught:
        read_target(_written(tmp_path, FILE.replace(old, new)), environ={"FILER_PASSWORD": "secret"})
    assert said in str(caught.value)


def test_a_password_that_is_not_set_is_an_error_that_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(TomlProblems, match="the environment variable FILER_PASSWORD is not set"):
        read_target(_written(tmp_path, FILE), environ={})


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (NamedTarget(name="filer"), "'filer' is no target; accepted: fake, ssh://"),
        (NamedTarget(name="ssh://host"), "an address is ssh://USER@HOST:PORT"),
        (NamedTarget(name="ssh://u:secret@host", host_key="SHA256:a"), "password_env"),
        (NamedTarget(name="ssh://u@host"), "give either --known-hosts FILE or --host-key"),
        (NamedTarget(name="fake", key=Path("k")), "--key is only for an ssh:// address"),
        (NamedTarget(name="ssh://u@host", host_key="SHA256:a", profile="slow"), "--profile is only for a fake"),
        (NamedTarget(name="fake", cluster="north"), "--cluster is only for a file of clusters"),
        (NamedTarget(name="fake", profile="quick"), "there is no profile 'quick'"),
        (NamedTarget(name="fake", defect="no.such"), "there is no clause 'no.such'"),
    ],
)
async def test_a_target_that_is_named_wrongly_is_refused(named: NamedTarget, said: str) -> None:
    with pytest.raises(InputProblems) as caught:
        async with open_target(named):
            pass
    assert said in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_an_address_says_all_that_is_needed() -> None:
    async with open_target(NamedTarget(name="ssh://u@h:2222", key=Path("k"), host_key="SHA256:a")) as target:
        assert target.title == "u@h:2222"
        assert (target.target.username, target.target.host, target.target.port) == ("u", "h", 2222)
