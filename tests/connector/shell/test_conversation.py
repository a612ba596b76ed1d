"""The client's half of a session at a prompt, against a device that is written out here."""

from collections import deque
from collections.abc import Mapping

import pytest

from connector.protocol import WireReply
from connector.shell.conversation import Conversation
from connector.shell.personality import Pager, SetupCommand, ShellPersonality

LIMIT = 100_000
BLANK = b" " * 7 + b"\r"
"""The second line, by which the client makes sure of a prompt."""


class Device:
    """Answers lines in order. Its output reaches the client in pieces of `piece` bytes, what it types comes in between.

    echo: of each line, as it is taken up.
    """

    def __init__(self, shell: ShellPersonality, replies: Mapping[str, str], piece: int, *, greeting: str = "") -> None:
        self._shell = shell
        self._replies = replies
        self._piece = piece
        self._prompt = shell.prompt_of("north")
        self._output = deque([(greeting + self._prompt).encode()])
        self._typed = b""

    def talk(self, talk: Conversation, typed: bytes = b"") -> None:
        """Until nothing is said any more."""
        self._take(typed)
        while self._output:
            whole = self._output.popleft()
            for at in range(0, len(whole), self._piece):
                self._take(talk.feed(whole[at : at + self._piece]))

    def _take(self, typed: bytes) -> None:
        self._typed += typed
        while b"\r" in self._typed:
            line, self._typed = self._typed.split(b"\r", 1)
            text = line.decode()
            shown = f"{text}\r\n" if self._shell.echo else ""
            reply = self._replies.get(text.strip(), "")
            self._output.append(f"{shown}{reply}{self._prompt}".encode())


def _reply(shell: ShellPersonality, text: str, piece: int, line: str = "list", **more: str) -> WireReply:
    device = Device(shell, {line: text, **more}, piece)
    talk = Conversation(shell, LIMIT)
    device.talk(talk)
    assert talk.idle, talk.shown
    device.talk(talk, talk.command(line))
    assert talk.idle, (talk.shown, talk.failure)
    assert talk.reply is not None
    return talk.reply


SHELLS = {
    "echo": ShellPersonality(prompt="{cluster} cli% "),
    "pattern": ShellPersonality(prompt="{cluster} cli% ", pattern=r"\S+ cli% "),
    "status": ShellPersonality(prompt="{cluster} cli% ", echo=False, status="?"),
}
LIKE_PROMPTS = [
    "one\r\nnorth cli% \r\ntwo\r\n",
    "north cli% \r\n",
    "north cli% north cli% north\r\n",
    "one north cli% ",
    "\r\nnorth cli% list\r\nmore\r\n",
]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("shell", SHELLS.values(), ids=list(SHELLS))
@pytest.mark.parametrize("text", LIKE_PROMPTS)
def test_a_reply_with_text_like_the_prompt_is_whole_however_it_is_cut(
    shell: ShellPersonality, text: str, piece: int
) -> None:
    assert _reply(shell, text, piece, **{"?": "0\r\n"}).stdout == text.replace("\r\n", "\n").strip("\n")


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("text", LIKE_PROMPTS)
def test_without_echo_and_status_a_reply_that_ends_too_soon_ends_the_session(text: str, piece: int) -> None:
    shell = ShellPersonality(prompt="{cluster} cli% ", echo=False)
    device = Device(shell, {"list": text}, piece)
    talk = Conversation(shell, LIMIT)
    device.talk(talk)
    device.talk(talk, talk.command("list"))
    whole = talk.reply is not None and talk.reply.stdout == text.replace("\r\n", "\n").strip("\n")
    assert whole is talk.idle


@pytest.mark.parametrize("piece", [1, 5, 1000])
def test_the_status_is_that_of_the_command_and_no_part_of_the_reply(piece: int) -> None:
    shell = ShellPersonality(prompt="$ ", status="echo $?")
    reply = _reply(shell, "no such share\r\n", piece, **{"echo $?": "11\r\n"})
    assert reply == WireReply(status=11, stdout="no such share", stderr="no such share")


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 5, 1000])
def test_escape_sequences_are_no_part_of_a_reply(piece: int) -> None:
    coloured = "\x1b[1;32mone\x1b[0m\x1b]0;title\x07\r\n\x1b[Ktwo\x1b=\r\n"
    assert _reply(ShellPersonality(prompt="{cluster}> "), coloured, piece).stdout == "one\ntwo"


def test_a_line_editor_may_break_the_echo_of_a_long_line() -> None:
    shell = ShellPersonality(prompt="> ")
    device = Device(shell, {}, 1000)
    talk = Conversation(shell, LIMIT)
    device.talk(talk)
    talk.command("share show home --with-everything")
    talk.feed(b"share show home --with \r-everything\r\nhome\r\n> ")
    talk.feed(BLANK + b"\n> ")
    assert talk.reply is not None
    assert talk.reply.stdout == "home"


def test_another_echo_than_the_command_ends_the_session() -> None:
    shell = ShellPersonality(prompt="> ")
    talk = Conversation(shell, LIMIT)
    Device(shell, {}, 1000).talk(talk)
    talk.command("share list")
    talk.feed(b"the answer to something else\r\n> ")
    talk.feed(BLANK + b"\n> ")
    assert not talk.idle
    assert talk.failure is not None
    assert "the answer to something else" in talk.failure


def test_what_comes_unasked_ends_the_session_and_blanks_do_not() -> None:
    shell = ShellPersonality(prompt="> ")
    talk = Conversation(shell, LIMIT)
    Device(shell, {}, 1000).talk(talk)
    talk.feed(b"\r\n\x1b[0m")
    assert talk.idle
    talk.feed(b"Broadcast message: going down\r\n")
    assert not talk.idle


@pytest.mark.parametrize(
    "erase", ["\r        \r", "\b \b" * 8, "\x1b[2K\r", "\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b"]
)
@pytest.mark.parametrize("piece", [1, 3, 1000])
def test_pages_are_joined_whatever_erases_the_pager_s_prompt(erase: str, piece: int) -> None:
    shell = ShellPersonality(prompt="> ", pager=Pager())
    talk = Conversation(shell, LIMIT)
    Device(shell, {}, 1000).talk(talk)
    talk.command("list")
    page = b"list\r\none --More-- two\r\n--More--"
    typed = b"".join(talk.feed(page[at : at + piece]) for at in range(0, len(page), piece))
    assert typed == b" "
    talk.feed(erase.encode())
    typed = talk.feed(b"three\r\n> ")
    assert typed.strip(b" ") == b"\r"
    talk.feed(typed + b"\n> ")
    assert talk.reply is not None
    assert talk.reply.stdout == "one --More-- two\nthree"


def test_set_up_commands_are_typed_in_order_before_the_first_command() -> None:
    shell = ShellPersonality(
        prompt="> ", setup=(SetupCommand(command="set -rows 0", stops_pager=True), SetupCommand(command="csv 1"))
    )
    device = Device(shell, {"set -rows 0": "rows: 0\r\n"}, 1000)
    talk = Conversation(shell, LIMIT)
    typed = []
    feed = talk.feed

    def noted(data: bytes) -> bytes:
        typed.append(feed(data))
        return typed[-1]

    talk.feed = noted  # type: ignore[method-assign]  # to see what is typed
    device.talk(talk)
    assert talk.idle
    assert [line for line in b"".join(typed).split(b"\r") if line.strip()] == [b"set -rows 0", b"csv 1"]


def test_the_prompt_after_the_login_is_the_only_one_from_then_on() -> None:
    shell = ShellPersonality(prompt="{cluster}> ")
    reply = _reply(shell, "south> \r\nsouth> \r\n", 1)
    assert reply.stdout == "south> \nsouth> "


def test_a_reply_over_the_limit_ends_the_session() -> None:
    shell = ShellPersonality(prompt="> ")
    talk = Conversation(shell, 100)
    Device(shell, {}, 1000).talk(talk)
    talk.command("list")
    talk.feed(b"x" * 101)
    assert talk.too_long
    assert not talk.idle


def test_bytes_that_are_no_text_are_kept_apart_from_text() -> None:
    shell = ShellPersonality(prompt="> ")
    talk = Conversation(shell, LIMIT)
    Device(shell, {}, 1000).talk(talk)
    talk.command("list")
    talk.feed(b"list\r\n\xff\xfe\r\n> ")
    talk.feed(BLANK + b"\n> ")
    assert talk.reply is not None
    assert talk.reply.stdout == "\udcff\udcfe"
