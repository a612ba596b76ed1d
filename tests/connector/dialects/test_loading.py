"""Dialect files: one file is a dialect; what is wrong with one is said with file, line, key and what is accepted."""

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from connector.codes import CATALOGUE, Code
from connector.dialects import DIALECTS, AskedCommand, load_dialect
from connector.errors import DialectError
from connector.operations import Capability, DoneReply, List, Show, Verb
from connector.protocol import Refusal, WireReply

THIRD = """
format = 1
name = "minimal"
capabilities = []

[commands]
create = "mk id={request_id} /vol/{name} {size}"
show = "stat /vol/{name}"
list = "ls"
resize = "grow id={request_id} /vol/{name} {size}"
delete = "rm id={request_id} /vol/{name}"
capabilities = "caps"
ping = "true"

[replies]
create = { form = "message", text = "" }
resize = { form = "message", text = "" }
delete = { form = "message", text = "" }
ping = { form = "message", text = "pong" }
show = { form = "record", columns = [{ title = "n", field = "name" }, { title = "s", field = "size" }], end = "." }

[replies.list]
form = "table"
columns = [{ title = "n", field = "name" }, { title = "s", field = "size" }]
end = "total {count}"
empty = "total 0"

[replies.capabilities]
form = "json"
document = { powers = "{rows}" }
item = "capability"

[refusals]
form = "text"
stream = "stderr"
spellings = [
    { code = "not-found", status = 2, text = "{message}: no such volume" },
    { code = "not-found", status = 2, pattern = "gone: (?P<message>.*)" },
    { code = "already-exists", status = 1, pattern = ".* exists" },
    { code = "invalid", status = 64, text = "usage: {message}" },
    { code = "internal", status = 70, text = "{message}" },
]
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "third.toml"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize("name", DIALECTS)
def test_each_shipped_dialect_loads_under_its_own_name(name: str) -> None:
    assert load_dialect(name).name == name


def test_a_third_dialect_is_one_file(written: Callable[[str], Path]) -> None:
    dialect = load_dialect(written(THIRD))
    assert dialect.capabilities == frozenset()
    assert dialect.command(Show(name="a b")) == "stat '/vol/a b'"
    assert dialect.request("stat /vol/x") == Show(name="x")
    assert dialect.command(List(mark="me")) == "ls"


def test_silent_success_is_accepted_only_where_the_file_says_so(written: Callable[[str], Path]) -> None:
    dialect = load_dialect(written(THIRD))
    assert dialect.reply(AskedCommand(verb=Verb.CREATE), WireReply(status=0)) == DoneReply()
    with pytest.raises(DialectError, match=r"replies\.ping\.text: silence does not show"):
        load_dialect(written(THIRD.replace("pong", "")))


def test_a_refusal_may_be_read_in_more_ways_than_it_is_written(written: Callable[[str], Path]) -> None:
    dialect = load_dialect(written(THIRD))
    gone = Refusal(code=Code.NOT_FOUND, message="x")
    assert dialect.reply(AskedCommand(verb=Verb.SHOW), WireReply(status=2, stderr="gone: x\n")) == gone
    assert dialect.render(AskedCommand(verb=Verb.SHOW), gone) == WireReply(status=2, stderr="x: no such volume\n")
    exists = dialect.reply(AskedCommand(verb=Verb.CREATE), WireReply(status=1, stderr="x exists\n"))
    assert exists == Refusal(code=Code.ALREADY_EXISTS, message="x exists")


def test_a_code_that_a_dialect_cannot_spell_is_said_as_internal_which_claims_less(
    written: Callable[[str], Path],
) -> None:
    dialect = load_dialect(written(THIRD))
    assert dialect.render(AskedCommand(verb=Verb.CREATE), Refusal(code=Code.QUOTA, message="no")) == WireReply(
        status=70, stderr="no\n"
    )


def test_native_has_the_exit_statuses_of_the_catalogue_and_all_capabilities() -> None:
    native = load_dialect("native")
    assert native.capabilities == frozenset(Capability)
    for code, entry in CATALOGUE.items():
        if entry.status is not None:
            assert native.render(None, Refusal(code=code, message="")).status == entry.status


@pytest.mark.parametrize("name", DIALECTS)
def test_each_shipped_dialect_spells_every_code_that_a_connector_sends(name: str) -> None:
    dialect = load_dialect(name)
    sent = {code for code, entry in CATALOGUE.items() if entry.status is not None}
    if Capability.SEQUENCE not in dialect.capabilities:  # a family whose own words have nothing of the kind
        sent -= {Code.STALE, Code.EXPIRED} - dialect.refusals.codes
    assert dialect.refusals.codes == sent


def test_the_two_shipped_dialects_have_no_word_in_common() -> None:
    first_words = [{line.split()[0] for line in load_dialect(name).usage} for name in DIALECTS]
    assert first_words[0].isdisjoint(first_words[1])


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            'name = "minimal"',
            'nam = "minimal"',
            r"third\.toml:3: nam: unknown key.*did you mean 'name'.*accepted: .*format",
        ),
        ("format = 1", "format = 2", r"third\.toml:2: format: must be 1"),
        ('"ls"', '"ls', r"third\.toml:\d+: not valid TOML"),
        ("capabilities = []", 'capabilities = ["magic"]', r"capabilities\[0\]: must be 'mark', 'sequence'"),
        ("capabilities = []", 'capabilities = ["mark"]', r"commands\.\w+: claims mark, so it needs \[… \{mark\}\]"),
        ('list = "ls"', 'list = "ls [--of {mark}]"', r"commands\.list: \{mark\} needs the capability mark"),
        ('show = "stat /vol/{name}"\n', "", r"commands: the verb show is missing"),
        ('ping = "true"\n', "", r"replies\.ping: there is no command ping"),
        ('ping = "true"', 'ping = "true"\nallow = "x {name}"', r"commands\.allow: .* not claimed"),
        ("stat /vol/{name}", "stat {volume}", r"commands\.show: \{volume\} means nothing here; accepted: name"),
        ("stat /vol/{name}", "stat", r"commands\.show: \{name\} must be there"),
        ("stat /vol/{name}", "stat [/vol/{name}]", r"commands\.show: \{name\} must be there, outside brackets"),
        ('list = "ls"', 'list = "stat /vol/all"', r"commands\.\w+: cannot be told apart: 'stat /vol/all'"),
        ('show = "stat', 'show = "{name} stat', r"commands\.show: must begin with a literal word"),
        (
            'title = "n", field = "name"',
            'title = "n", field = "nam"',
            r"columns: 'nam' is not a field.*accepted: name, size",
        ),
        (', { title = "s", field = "size" }', "", r"'size' is required in this reply"),
        ('end = "total {count}"', 'end = ""', r"replies\.list\.end: an empty line shows nothing: leave it out"),
        ('form = "table"', 'form = "record"', r"replies\.list\.form: .* give `start`, or use json"),
        ('document = { powers = "{rows}" }', "document = { powers = 1 }", r"document: must have \{rows\} in it"),
        ('text = "usage: {message}"', 'text = "usage\\n"', r"spellings\[3\]\.text: must be one line"),
        ('code = "internal"', 'code = "timeout"', r"timeout is seen by clients, never sent; accepted: already-exists"),
        ('code = "internal"', 'code = "quota"', r"the code internal must have a spelling"),
        ('pattern = ".* exists"', 'pattern = "("', r"spellings\[2\]\.pattern: is not a regular expression"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_accepted(
    written: Callable[[str], Path], old: str, new: str, complaint: str
) -> None:
    assert old in THIRD
    path = written(THIRD.replace(old, new, 1))
    with pytest.raises(DialectError) as caught:
        load_dialect(path)
    assert re.search(complaint, str(caught.value)), caught.value
    assert "third.toml" in str(caught.value)


def test_refusals_that_cannot_be_told_apart_are_found_when_the_file_is_loaded(written: Callable[[str], Path]) -> None:
    swallowing = '{ code = "denied", status = 64, text = "{message}" },\n    { code = "invalid", status = 64'
    with pytest.raises(DialectError, match="the spelling of invalid in a reply to show reads back as denied"):
        load_dialect(written(THIRD.replace('{ code = "invalid", status = 64', swallowing)))


@pytest.mark.parametrize("name", ["nativ", "", "/nowhere/x.toml"])
def test_a_dialect_that_is_not_there_is_an_error_that_says_so(name: str) -> None:
    with pytest.raises(DialectError, match=r"accepted: native, filer|cannot be read"):
        load_dialect(name)


@pytest.mark.parametrize("path", [path for path in files("connector.dialects").iterdir() if path.name.endswith(".py")])
def test_the_engine_knows_no_dialect_by_name(path: Path) -> None:
    text = path.read_text()
    if path.name not in {"loading.py", "__init__.py"}:
        assert not re.search(r"\b(native|filer|volume|share create)\b", re.sub(r'""".*?"""', "", text, flags=re.DOTALL))
