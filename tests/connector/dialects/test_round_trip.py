"""The laws that a dialect of which the connector takes any text keeps, for any request and any answer."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.dialects import DIALECTS, AskedCommand, FileDialect, load_dialect
from connector.errors import CommandError, ReplyError
from connector.operations import Request, Verb
from connector.protocol import Refusal, WireReply
from connector.shell.typable import as_seen
from connector.values import replace
from tests.connector.dialects.strategies import answers, requests

_ANY_TEXT = [dialect for dialect in map(load_dialect, DIALECTS) if dialect.takes_any_text]
each_dialect = pytest.mark.parametrize("dialect", _ANY_TEXT, ids=[dialect.name for dialect in _ANY_TEXT])


def _seen(dialect: FileDialect, wire: WireReply) -> WireReply:
    """The reply as it comes back, where that is through a shell."""
    return wire if dialect.shell is None or dialect.takes_exec else as_seen(dialect.shell, wire)


@each_dialect
@given(request=requests)
def test_a_command_reads_back_as_the_request_reduced_to_what_the_dialect_carries(
    dialect: FileDialect, request: Request
) -> None:
    try:
        line = dialect.command(request)
    except CommandError:
        assert not dialect.takes_exec  # a key of the terminal cannot be typed as a letter
        return
    assert dialect.request(line) == dialect.reduced(request)


@each_dialect
@given(answer=answers)
def test_an_answer_reads_back_as_what_was_rendered(dialect: FileDialect, answer: tuple[Verb, object]) -> None:
    verb, said = answer
    wire = _seen(dialect, dialect.render(AskedCommand(verb=verb), said))  # type: ignore[arg-type]  # any reply or refusal
    assert dialect.reply(AskedCommand(verb=verb), wire) == said


@each_dialect
@given(answer=answers, share=st.floats(0, 1, exclude_max=True))
def test_an_answer_cut_short_never_reads_as_another_answer(
    dialect: FileDialect, answer: tuple[Verb, object], share: float
) -> None:
    verb, said = answer
    whole = _seen(dialect, dialect.render(AskedCommand(verb=verb), said))  # type: ignore[arg-type]  # any reply or refusal
    cut = replace(
        whole,
        stdout=whole.stdout[: int(len(whole.stdout) * share)],
        stderr=whole.stderr[: int(len(whole.stderr) * share)],
    )
    try:
        read = dialect.reply(AskedCommand(verb=verb), cut)
    except ReplyError:
        return
    # Only prose for people has no end of its own; what it decides about the outcome must still be the same.
    if isinstance(said, Refusal):
        assert isinstance(read, Refusal)
        assert read.code is said.code
    else:
        assert read == said


@each_dialect
@given(line=st.text() | st.text(alphabet="volume share create show -name'\"\\$ \n{}[]"))
def test_any_text_is_a_request_or_a_command_error(dialect: FileDialect, line: str) -> None:
    with suppress(CommandError):
        dialect.request(line)


@each_dialect
@given(
    verb=st.sampled_from(Verb),
    status=st.none() | st.integers(0, 255),
    stdout=st.text() | st.text(alphabet='{"}[]:, \n-0a\\'),
    stderr=st.text(),
)
def test_any_reply_is_a_value_or_a_reply_error(
    dialect: FileDialect, verb: Verb, status: int | None, stdout: str, stderr: str
) -> None:
    with suppress(ReplyError):
        dialect.reply(AskedCommand(verb=verb), WireReply(status=status, stdout=stdout, stderr=stderr))


@each_dialect
@given(answer=answers, other=st.sampled_from(Verb))
def test_the_reply_to_one_command_is_a_value_or_an_error_when_read_for_another(
    dialect: FileDialect, answer: tuple[Verb, object], other: Verb
) -> None:
    wire = dialect.render(AskedCommand(verb=answer[0]), answer[1])  # type: ignore[arg-type]  # any reply or refusal
    with suppress(ReplyError):
        dialect.reply(AskedCommand(verb=other), wire)
