"""`[service]` of a scenario says what another service than the reference pipeline is, and each mistake is named."""

from pathlib import Path

import pytest

from connector.errors import TomlProblems
from harness.lint import lint
from harness.run.hops import limits_of
from harness.scenario.parse import parse_scenario, read_scenario
from harness.scenario.scenario import Scenario
from harness.scenario.service_spec import ProbeKind, ReadyProbe, ServiceKind

HEAD = """\
# A service of our own.
title = "Ours"

[workload]
rate = 5
duration = "5s"

[clusters.north]
"""
SERVICE = """\
kind = "process"
url = "http://127.0.0.1:{port.api}"

[[parts]]
name = "api"
command = ["{python}", "app.py", "--port", "{port.api}"]
ready = { url = "http://127.0.0.1:{port.api}/health", within = "3s" }
stop = "1s"

[[parts]]
name = "worker"
command = ["{python}", "-m", "worker"]
environment = { WORKER_KEY = "{client_key}" }

[[files]]
path = "etc/clusters.ini"
text = "[north]\\nhost = {host.north}\\nport = {port.north}\\n"
"""
OWN = HEAD + "[service]\n" + SERVICE.replace("[[", "[[service.")


def _problems(text: str, service_text: str = "") -> list[str]:
    with pytest.raises(TomlProblems) as raised:
        parse_scenario(text, "x.toml", service_text=service_text)
    return str(raised.value).splitlines()


def _changed(old: str, new: str) -> str:
    assert old in OWN
    return OWN.replace(old, new, 1)


def test_a_service_of_commands_has_parts_by_its_own_names_and_no_settings_that_the_harness_knows() -> None:
    scenario = parse_scenario(OWN, "x.toml")
    assert scenario.service is not None
    assert scenario.pipeline is None
    assert (scenario.kind, scenario.design) == (ServiceKind.PROCESS, "process")
    api, worker = scenario.service.parts
    assert (api.name, worker.name) == ("api", "worker")
    assert api.ready == ReadyProbe(kind=ProbeKind.URL, target="http://127.0.0.1:{port.api}/health", within=3.0)
    assert api.stop == 1.0
    assert worker.ready is None
    assert limits_of(scenario) == {"client": scenario.client.total}
    assert scenario.settle == 30.0


def test_lint_says_nothing_that_needs_the_settings_of_the_reference_pipeline() -> None:
    pause = '\n[[nemesis]]\nkind = "pause"\ntarget = "worker"\nat = "1s"\nduration = "50ms"\n'
    fault = '\n[[faults]]\nkind = "auth_rejected"\nbetween = ["2s", "3s"]\n'
    assert lint(parse_scenario(OWN + pause + fault, "x.toml")) == ()


def test_the_same_from_a_file_of_its_own_takes_the_place_of_what_the_scenario_says(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(HEAD + "[pipeline.retry]\nattempts = 2\n")
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours/service.toml").write_text(SERVICE)
    scenario = read_scenario(tmp_path / "x.toml", service=tmp_path / "ours/service.toml")
    assert scenario.pipeline is None
    assert scenario.service is not None
    assert scenario.service.names == ("api", "worker")
    assert scenario.service.beside == tmp_path / "ours"
    again = parse_scenario(scenario.text, "x.toml", service_text=scenario.service_text, beside=None)
    assert _names(again) == _names(scenario)


def _names(scenario: Scenario) -> tuple[str, ...]:
    assert scenario.service is not None
    return scenario.service.names


def test_what_is_wrong_in_a_file_of_its_own_names_that_file() -> None:
    (problem,) = _problems(HEAD, service_text=SERVICE.replace("{python}", "{pyhton}", 1))
    assert problem.startswith("the service's file:6: parts[0].command[0]: unknown field {pyhton}")


def test_a_nemesis_step_names_a_part_of_this_service() -> None:
    step = '\n[[nemesis]]\nkind = "kill"\ntarget = "{}"\nat = "1s"\n'
    assert parse_scenario(OWN + step.format("worker"), "x.toml").nemesis[0].selector.target == "worker"
    (problem,) = _problems(OWN + step.format("wroker"))
    assert "unknown target of kill 'wroker' (did you mean 'worker'?); accepted: api, worker" in problem


def test_a_service_that_runs_elsewhere_has_no_part_to_break() -> None:
    elsewhere = HEAD + '[service]\nkind = "url"\nurl = "https://portal.example"\n'
    assert parse_scenario(elsewhere, "x.toml").kind is ServiceKind.URL
    (problem,) = _problems(elsewhere + '\n[[nemesis]]\nkind = "kill"\ntarget = "api"\nat = "1s"\n')
    assert "'api': a service of kind 'url' runs elsewhere: no part of it can be broken" in problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"process"', '"proces"', "service.kind"),
        (
            'kind = "process"',
            'kind = "url"',
            "service.parts: not for kind 'url': a service of kind 'url' runs",
        ),
        ('kind = "process"', "", "service.parts: not for kind 'reference'"),
        ('url = "http://127.0.0.1:{port.api}"\n', "", "service.url: needed"),
        ('"http://127.0.0.1:{port.api}"', '"127.0.0.1"', "service.url: must be an http:// or https:// URL"),
        ('"{python}", "-m", "worker"', "", "service.parts[1].command: needs a program"),
        ('name = "worker"', 'name = "api"', "service.parts[1].name: 'api' is the name of an earlier part"),
        ('name = "worker"', 'name = "north"', "service.parts[1].name: 'north' is the name of a cluster"),
        ('name = "worker"', 'name = "a/b"', "service.parts[1].name"),
        ("{host.north}", "{host.nroth}", "service.files[0].text: unknown cluster 'nroth' (did you mean 'north'?)"),
        ("{client_key}", "{client_keys}", "service.parts[1].environment.WORKER_KEY: unknown field {client_keys}"),
        ("WORKER_KEY", "SPOOLPROOF_USER", "not a variable that can be set here"),
        ("etc/clusters.ini", "../clusters.ini", "service.files[0].path: must stay within {work}"),
        ("text =", 'template = "t.ini"\ntext =', "service.files[0]: needs either text or template"),
        (", within", ", port = 80, within", "service.parts[0].ready: needs exactly one of url, port, log and file"),
        (
            'url = "http://127.0.0.1:{port.api}/health"',
            'log = "("',
            "service.parts[0].ready.log: not a regular",
        ),
        ('stop = "1s"', 'folder = "nowhere"', "service.parts[0].folder: 'nowhere' is not a folder beside this file"),
        ('kind = "process"', 'kind = "process"\nsheet = "mine.toml"', "service.sheet:"),
    ],
)
def test_each_mistake_is_named_with_its_line(old: str, new: str, said: str) -> None:
    problems = [line for line in _problems(_changed(old, new)) if said in line]
    assert problems
    assert problems[0].startswith("x.toml:")


def test_settings_of_the_reference_pipeline_beside_another_service_are_a_mistake() -> None:
    (problem,) = _problems(OWN + "\n[pipeline.retry]\nattempts = 2\n")
    assert "pipeline: these are settings of the reference pipeline, and the service is of kind 'process'" in problem


def test_only_the_links_that_are_seen_from_outside_can_have_toxics() -> None:
    (problem,) = _problems(OWN + '\n[[toxics]]\nkind = "latency"\nlink = "gateway-api"\n')
    assert "unknown link 'gateway-api'" in problem


def test_braces_are_written_twice() -> None:
    scenario = parse_scenario(_changed("[north]", "{{north}}"), "x.toml")
    assert scenario.service is not None
    assert "{{" in scenario.service.files[0].text
