"""`[service]` of kind `python`: parts are ASGI applications and worker coroutines, and each mistake is named."""

import pytest

from connector.errors import TomlProblems
from harness.scenario.parse import parse_scenario
from harness.scenario.service_spelling import service_table
from harness.world_name import WorldName
from tests.harness.scenario.test_service import HEAD

SERVICE = """
[service]
kind = "python"
url = "http://127.0.0.1:{port.api}"

[[service.parts]]
name = "api"
app = "portal.api:app"
environment = { PORTAL_DB = "{work}/portal.db" }

[[service.parts]]
name = "worker"
worker = "portal.worker:main"

[[service.files]]
path = "portal.ini"
text = "key = {client_key}"
"""


def _mistakes(old: str, new: str) -> str:
    assert old in SERVICE
    with pytest.raises(TomlProblems) as raised:
        parse_scenario(HEAD + SERVICE.replace(old, new, 1), "x.toml")
    return str(raised.value)


def test_its_parts_are_applications_and_workers_in_every_world_that_can_hold_them() -> None:
    scenario = parse_scenario(HEAD + SERVICE, "x.toml")
    assert scenario.service is not None
    assert [(part.name, part.app, part.worker) for part in scenario.service.parts] == [
        ("api", "portal.api:app", None),
        ("worker", None, "portal.worker:main"),
    ]
    assert scenario.kind.worlds == (WorldName.LIVE, WorldName.REAL, WorldName.VIRTUAL)


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('app = "portal.api:app"', "", "x.toml:14: service.parts[0]: needs either app or worker"),
        ('app = "portal.api:app"', 'app = "a:b"\nworker = "c:d"', "needs either app or worker"),
        ("portal.api:app", "portal/api.py", """app: must be "module:attribute", such as "portal.api:app" """),
        ("portal.worker:main", "main", "worker: must be"),
        ('app = "portal.api:app"', 'command = ["app"]', "command: a service of kind 'python' has an app or a worker"),
        ('"python"', '"process"', "app: is of a service of kind 'python'; this one has commands"),
    ],
)
def test_each_mistake_is_named(old: str, new: str, mistake: str) -> None:
    assert mistake.strip() in _mistakes(old, new)


def test_a_service_spelled_for_another_file_is_the_same_service() -> None:
    scenario = parse_scenario(HEAD + SERVICE, "x.toml")
    assert scenario.service is not None
    table = service_table(scenario.service)
    assert [part.pop("folder") for part in table["parts"]] == [str(scenario.service.beside.absolute())] * 2
    assert table == {
        "kind": "python",
        "sheet": "reference",
        "url": "http://127.0.0.1:{port.api}",
        "parts": [
            {
                "name": "api",
                "app": "portal.api:app",
                "environment": {"PORTAL_DB": "{work}/portal.db"},
                "stop": "5s",
            },
            {"name": "worker", "worker": "portal.worker:main", "stop": "5s"},
        ],
        "files": [{"path": "portal.ini", "text": "key = {client_key}"}],
    }
