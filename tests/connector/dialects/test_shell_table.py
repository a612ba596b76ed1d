"""What a dialect file says about a shell: read, or refused with the key and what is accepted."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from connector.dialects import AskedCommand, load_dialect
from connector.errors import CommandError, DialectError
from connector.operations import Show, Verb
from connector.shell.personality import LineEnd, Pager, SetupCommand, ShellPersonality
from connector.shell.typable import as_seen
from tests.connector.dialects.strategies import answers
from tests.shell_dialects import PERSONALITIES, with_shell


def test_a_dialect_without_the_table_takes_exec() -> None:
    assert load_dialect("native").shell is None
    assert load_dialect("native").takes_exec


def test_what_the_file_leaves_out_is_what_most_shells_do(tmp_path: Path) -> None:
    dialect = load_dialect(with_shell(tmp_path, 'prompt = "> "'))
    assert dialect.shell == ShellPersonality(prompt="> ")
    assert not dialect.takes_exec


def test_every_key_is_read(tmp_path: Path) -> None:
    keys = (
        'prompt = "{cluster}> "\nprompt_pattern = "[a-z0-9-]+> "\nexec = true\npty = false\necho = true\n'
        'line_end = "cr"\ngreeting = "Hello"\nstatus = "errno"\nleave = ["bye"]\n'
        'setup = [{ command = "rows 0", reply = "ok", stops_pager = true }]\n'
        'pager = { prompt = "more?", lines = 5, more = "m", quit = "n" }\n'
    )
    shell = ShellPersonality(
        prompt="{cluster}> ",
        pattern="[a-z0-9-]+> ",
        exec=True,
        pty=False,
        echo=True,
        line_end=LineEnd.CR,
        greeting="Hello",
        status="errno",
        leave=("bye",),
        setup=(SetupCommand(command="rows 0", reply="ok", stops_pager=True),),
        pager=Pager(prompt="more?", lines=5, more="m", quit="n"),
    )
    assert load_dialect(with_shell(tmp_path, keys)).shell == shell


@pytest.mark.parametrize(
    ("keys", "where", "why"),
    [
        ('prompt = "{name}> "', "shell", "{name} means nothing here; accepted: {cluster}"),
        ('prompt = "> "\ngreeting = "{user}"', "shell", "{user} means nothing here"),
        ('prompt = "{cluster} "', "shell", "needs more than a name and blanks"),
        ('prompt = "> \\n"', "shell.prompt", "match"),
        ('prompt = "> "\nprompt_pattern = "(?P<x>"', "shell", "is not a regular expression"),
        ('prompt = "> "\nprompt_pattern = "# "', "shell", "does not fit the prompt '> '"),
        ('prompt = "> "\nsetup = [{ command = "x", stops_pager = true }]', "shell", "only for a shell with a pager"),
        ('prompt = "--More--"\npager = {}', "shell", "is also how the shell's prompt ends"),
        ('prompt = "> "\nstatus = "exit"', "shell", "'exit' is there twice"),
        ('prompt = "> "\nstatus = "ping"', "shell.status", "is also the dialect's command for ping"),
        ('prompt = "> "\nsetup = [{ command = "share list" }]', "shell.setup", "the dialect's command for list"),
        ('prompt = "> "\nline_end = "lfcr"', "shell.line_end", "'cr', 'lf' or 'crlf'"),
        ('prompt = "> "\npagers = {}', "shell.pagers", "unknown key"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_key(tmp_path: Path, keys: str, where: str, why: str) -> None:
    with pytest.raises(DialectError) as caught:
        load_dialect(with_shell(tmp_path, keys))
    assert f": {where}: " in str(caught.value)
    assert why in str(caught.value)


def test_refusals_that_only_a_status_tells_from_success_are_refused_where_there_is_none(tmp_path: Path) -> None:
    """The text of success would read as an internal error."""
    path = Path(with_shell(tmp_path, 'prompt = "> "', "filer"))
    text = path.read_text(encoding="utf-8").replace('text = "Internal error: {message}"', 'text = "{message}"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DialectError, match=r"does not read back: it reads as a refusal, internal"):
        load_dialect(path)
    path.write_text(text.replace("[shell]", '[shell]\nstatus = "echo $?"'), encoding="utf-8")
    load_dialect(path)


def test_only_what_a_key_could_not_be_taken_for_is_typed(tmp_path: Path) -> None:
    dialect = load_dialect(with_shell(tmp_path, 'prompt = "> "'))
    assert dialect.command(Show(name="a b")) == "share show 'a b'"
    for key in ("\n", "\r", "\t", "\x03", "\x1b", "\x7f", "\x85", "\u2028"):
        with pytest.raises(CommandError, match="cannot be typed at a prompt"):
            dialect.command(Show(name=f"a{key}b"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dialects")


@pytest.mark.parametrize("base", ["native", "filer"])
@pytest.mark.parametrize("keys", ['prompt = "> "', PERSONALITIES["status by a command"]], ids=["text", "status"])
@settings(max_examples=30)
@given(answer=answers)
def test_an_answer_reads_back_through_a_shell(folder: Path, base: str, keys: str, answer: tuple[Verb, object]) -> None:
    dialect = load_dialect(with_shell(folder, keys, base))
    assert dialect.shell is not None
    verb, said = answer
    wire = as_seen(dialect.shell, dialect.render(AskedCommand(verb=verb), said))  # type: ignore[arg-type]  # any reply or refusal
    assert dialect.reply(AskedCommand(verb=verb), wire) == said
