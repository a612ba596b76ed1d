"""A wrong sheet is refused with the line, the key and what is accepted."""

import pytest

from connector.errors import TomlProblems
from harness.service.sheet.loading import parse_sheet
from tests.harness.service.sheet.samples import MINIMAL

OPERATION = '[operation]\nat = "/name"\ndone = "/done"\n'


def _problems(text: str) -> list[str]:
    with pytest.raises(TomlProblems) as refused:
        parse_sheet(text, "sheet.toml")
    return str(refused.value).splitlines()


def _changed(old: str, new: str) -> str:
    assert old in MINIMAL
    return MINIMAL.replace(old, new, 1)


def test_the_least_that_a_sheet_says_is_accepted() -> None:
    assert parse_sheet(MINIMAL, "sheet.toml").name == "minimal"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('path = "/shares"', 'path = "shares"', "sheet.toml:13: create.path: a path below the URL of the service"),
        ('path = "/shares"', 'path = "//other.example/shares"', "create.path: a path below the URL of the service"),
        (
            'path = "/shares"',
            'path = "/shares/{id}"',
            "create.path: {id} is no place here; accepted: {location}, {name}",
        ),
        ('path = "/shares"', 'path = "/shares/{"', "create.path: a brace is alone"),
        ('size = "{size}"', 'size = "{size_gb2}"', "create.body: {size_gb2} is no place here; accepted:"),
        ("[create]", '[create]\nheaders = { X-A = "{name}" }', "create.headers.X-A: {name} is no place here"),
        ("[create]", '[create]\nheaders = { "X A" = "" }', "create.headers"),
        ("[create]", '[create]\nheaders = { X-A = "{env.}" }', "create.headers.X-A: {env.} is no place here"),
        ("[create]", '[create]\nheaders = { X-A = "a\\nb" }', "create.headers.X-A: a header is printable ASCII"),
        ("[create]", "[create]\nbdoy = {}", "create.bdoy: unknown key (did you mean 'body'?); accepted:"),
        ("[create]", '[create]\nform = { a = "{b}" }', "sheet.toml:12: create: takes either body or form"),
        ('body = { name = "{name}", size = "{size}" }', 'form = { a = "{b}" }', "create.form: {b} is no place here"),
        ("[create]", '[create]\nmethod = "SEND"', "create.method: must be 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'"),
        ('state = "/state"', 'state = "state"', 'share.state: a JSON pointer such as "/share/status"'),
        ('state = "/state"', 'state = { at = "/state", pattern = "x" }', "share.state.pattern: needs one group"),
        (
            'state = "/state"',
            'state = { at = "/state", pattern = "(" }',
            "share.state.pattern: not a regular expression",
        ),
        ('state = "/state"\n', "", "sheet.toml:8: states: share.state is missing"),
        ('active = ["on"]\n', "", "states: active is missing"),
        (
            'pending = ["making"]',
            'pending = ["making", "on"]',
            "sheet.toml:11: states.pending[1]: 'on' is in active as well",
        ),
        ("active = [", "actve = [", "states.actve"),
        ('path = "/shares/{name}"\nshare = ""', 'path = "/shares/{name}"', "get: needs either share or items"),
        ("[[answers]]\n", '[[answers]]\ncause = "x"\n', ""),
        ("[[answers]]\n", '[[answers]]\nstate = "active"\n', 'answers[0].state: goes with means = "ok" alone'),
        ("status = 404", "status = 999", "answers[0].status"),
        ('means = "fail"', 'means = "unknown"', "get: nothing says that there is no such share: add [[answers]]"),
        ("[list]", f"{OPERATION}[list]", 'operation: needs follow = "operation"'),
        ("[list]", '[operation]\ndone = "/done"\n[list]', "operation: needs either at or header"),
        ("format = 1", 'format = 1\nfollow = "operation"', "follow: needs [operation]"),
        ('items = ""', 'items = ""\npaging = { by = "marker" }', "list.paging: marker needs a parameter"),
        ('items = ""', 'items = ""\npaging = { by = "cursor", parameter = "p" }', "list.paging: cursor needs next"),
        ('items = ""', 'items = ""\npaging = { by = "link", parameter = "p" }', "list.paging: link takes no parameter"),
        ('items = ""', 'items = ""\n[records]\npath = "/all"\nitems = ""', "records: needs share.location"),
        ('id = "/id"\n', "", ""),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_accepted(old: str, new: str, problem: str) -> None:
    text = _changed(old, new)
    if not problem:
        parse_sheet(text, "sheet.toml")
        return
    problems = _problems(text)
    assert any(problem in line for line in problems), problems
    assert all(line.startswith("sheet.toml:") for line in problems)


def test_an_id_needs_a_place_to_be_read_from() -> None:
    text = _changed('id = "/id"\n', "").replace('[delete]\npath = "/shares/{name}"', '[delete]\npath = "/shares/{id}"')
    assert _problems(text) == ["sheet.toml:20: delete: {id} needs share.id: where the id stands"]


def test_all_mistakes_are_named_at_once() -> None:
    text = _changed('path = "/shares"', 'path = "/shares/{id}"').replace('pending = ["making"]', 'pending = ["on"]')
    assert len(_problems(text)) == 2


_LOG = """
[change_log]
path = "/changes?in={location}"
items = ""
at = "/at"
id = "/id"
name = "/name"
after = "/state"
"""


@pytest.mark.parametrize(
    ("sheet", "log", "problem"),
    [
        (MINIMAL, _LOG.replace("?in={location}", ""), "sheet.toml:28: change_log: needs location: where a row says"),
        (MINIMAL.replace('id = "/id"\n', ""), _LOG, "change_log: needs share.id: its rows are compared with answers"),
        (MINIMAL, _LOG.replace('at = "/at"\n', ""), "sheet.toml:28: change_log.at: is required"),
        (MINIMAL, _LOG.replace('after = "/state"', "after = 1"), "change_log.after"),
        (MINIMAL, _LOG + 'wirter = "/by"\n', "change_log.wirter: unknown key (did you mean 'writer'?)"),
        (MINIMAL, _LOG + "writers = { api = ['web'] }\n", "change_log.writers: needs writer: where a row says who"),
        (MINIMAL, _LOG + "writer = '/by'\nwriters = { robot = ['web'] }\n", "change_log.writers.robot"),
        (MINIMAL, _LOG + "moves = [['lost', 'gone']]\n", "change_log.moves[0][0]"),
        (
            MINIMAL,
            _LOG + "paging = { by = 'marker', parameter = 'after' }\n",
            "change_log.paging.by: takes cursor, offset or link: a row has no id of its own",
        ),
        (
            MINIMAL,
            _LOG.replace("{location}", "{name}"),
            "change_log.path: {name} is no place here; accepted: {location}",
        ),
    ],
)
def test_a_wrong_change_log_is_named_with_its_key(sheet: str, log: str, problem: str) -> None:
    assert any(problem in line for line in _problems(sheet + log)), _problems(sheet + log)


def test_a_change_log_may_say_no_more_than_it_must() -> None:
    assert parse_sheet(MINIMAL + _LOG, "sheet.toml").change_log is not None
