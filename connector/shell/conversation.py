"""The client's half of a session at a prompt, without I/O: bytes in, keys to press out."""

import re

from connector.protocol import WireReply
from connector.shell.exchange import LostTrackError, PromptExchange, PromptPattern
from connector.shell.personality import ShellPersonality
from connector.shell.plain_text import PlainText

__all__ = ["Conversation"]

_NAME = r"[^\s\x00-\x1f]{1,255}?"


class Conversation:
    """One session: the greeting, the set-up commands, then one command after another.

    limit: characters of one reply; `too_long` once there were more. failure: why the session is of no use any more.
    """

    def __init__(self, shell: ShellPersonality, limit: int) -> None:
        self._shell = shell
        self._limit = limit
        self._plain = PlainText()
        self._prompt = shell.pattern or _NAME.join(map(re.escape, shell.prompt.split("{cluster}")))
        self._setup = list(shell.setup)
        # A terminal's Enter key is a carriage return.
        self._enter = "\r" if shell.pty else shell.line_end.text
        self._exchange: PromptExchange | None = self._begun(None, paged=True)
        self.failure: str | None = None
        self.too_long = False
        self.reply: WireReply | None = None

    @property
    def idle(self) -> bool:
        """At a prompt, set up, and nothing has come since."""
        return self._exchange is None and self.failure is None

    @property
    def received(self) -> int:
        """Characters of the reply under way."""
        return self._exchange.length if self._exchange else 0

    @property
    def shown(self) -> str:
        """The end of what has come since something was typed."""
        return self._exchange.shown if self._exchange else ""

    def command(self, line: str) -> bytes:
        """What to type for a command, while idle."""
        assert self.idle
        self.reply = None
        self._exchange = self._begun(line, status=self._shell.status, paged=self._shell.pages is not None)
        return self._line(line)

    def feed(self, data: bytes) -> bytes:
        """Take what came; what to type now."""
        text = self._plain.feed(data)
        if self._exchange is None or self.failure is not None:
            if text.strip():
                self.failure = self.failure or f"{text[:80]!a} came though nothing was asked"
            return b""
        try:
            return self._advance(self._exchange, text)
        except LostTrackError as error:
            self.failure = str(error)
            return b""

    def _advance(self, exchange: PromptExchange, text: str) -> bytes:
        keys = exchange.feed(text)
        if exchange.length > self._limit:
            self.too_long = True
            self.failure = "the reply is too long"
            return b""
        if keys is not None:
            return keys.encode()
        if exchange.over:
            return self._ended(exchange)
        probe = exchange.probe()
        return b"" if probe is None else self._line(probe)

    def _ended(self, exchange: PromptExchange) -> bytes:
        if self._shell.pattern is None:
            self._prompt = re.escape(exchange.prompt)
        if self.reply is None and self._setup:
            line = self._setup.pop(0).command
            self._exchange = self._begun(line, paged=True)
            return self._line(line)
        self._exchange = None
        self.reply = WireReply(status=exchange.status, stdout=exchange.text, stderr=exchange.text)
        return b""

    def _begun(self, typed: str | None, *, paged: bool, status: str | None = None) -> PromptExchange:
        pattern = PromptPattern(
            prompt=self._prompt,
            changes=self._shell.pattern is not None,
            echo=self._shell.echo,
            status=status,
            pager=self._shell.pager if paged else None,
            questions=self._shell.questions,
            enter=self._enter,
        )
        return PromptExchange(typed, pattern)

    def _line(self, text: str) -> bytes:
        return (text + self._enter).encode()
