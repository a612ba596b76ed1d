"""From a typed line to the next prompt.

A reply may hold text that looks like the prompt, and may arrive in pieces that end just there. So a prompt at the end
of what has come is not believed: a second line is typed, and the reply has ended where its answer follows the prompt at
once. The second line asks for the exit status, or is blank: so many blanks, shown by the shell between two prompts, are
in no reply. That line costs a round trip; without it a reply could be taken for whole that was not, or the rest of it
for the reply to the next command.

Where the shell neither shows what is typed nor has a status, two prompts in a row are all that can be seen: a reply
that has them itself, and arrives in two pieces that end with them, is taken for shorter than it is. What comes after
that ends the session.
"""

import re
from dataclasses import dataclass

from connector.shell.personality import ConfirmQuestion, Pager

__all__ = ["LostTrackError", "PromptExchange"]

_TAIL = 4096
"""Characters in which a prompt, the second line and a prompt stand."""

_GAP = r"[ \r\n\b]*"

_BLANKS = " " * 7


class LostTrackError(Exception):
    """What came is no reply to what was typed: nobody knows what the session would answer next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPattern:
    """prompt: a regular expression. changes: two prompts in a row may differ. echo: the shell shows what is typed.
    status: the command that prints a number. enter: what ends a line that is typed."""

    prompt: str
    changes: bool
    echo: bool
    status: str | None
    pager: Pager | None
    questions: tuple[ConfirmQuestion, ...]
    enter: str

    @property
    def probe(self) -> str:
        """The second line."""
        if self.status is not None:
            return self.status
        return _BLANKS if self.echo else ""

    @property
    def at_prompt(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.prompt})\Z")

    @property
    def confirmed(self) -> re.Pattern[str]:
        shown = rf"{re.escape(self.probe)} *[\r\n]{_GAP}" if self.echo else _GAP
        answer = "" if self.status is None else rf"(?P<status>\d{{1,3}}){_GAP}"
        again = rf"(?:{self.prompt})" if self.changes else "(?P=prompt)"
        return re.compile(rf"(?P<prompt>{self.prompt}){shown}{answer}{again}\Z")

    @property
    def more(self) -> re.Pattern[str] | None:
        return re.compile(rf"(?:\A|[\r\n]){re.escape(self.pager.prompt)}\Z") if self.pager else None


class PromptExchange:
    """typed: the line that began it; None: the greeting of a new session.

    text: what came between, once it is `over`; status: what the second line asked for, if it asked. shown: the end of
    what has come.
    """

    def __init__(self, typed: str | None, pattern: PromptPattern) -> None:
        self._typed = typed
        self._echo = pattern.echo
        self._pager = pattern.pager
        self._questions = pattern.questions
        self._enter = pattern.enter
        self._at_prompt = pattern.at_prompt
        self._confirmed = pattern.confirmed
        self._more = pattern.more
        self._probe = pattern.probe
        self._parts: list[str] = []
        self._tail = ""
        self._probed = False
        self.length = 0
        self.over = False
        self.text = ""
        self.prompt = ""
        self.status: int | None = None

    @property
    def shown(self) -> str:
        return self._tail[-80:]

    def feed(self, text: str) -> str | None:
        """Take what came; the keys to press now, where it asks for some. A line is typed without its end."""
        if not text:
            return None
        self._parts.append(text)
        self.length += len(text)
        self._tail = (self._tail + text)[-_TAIL:]
        if self._pager is not None and self._more is not None and self._more.search(self._tail):
            return self._pager.more
        for question in self._questions:
            if self._tail.endswith(question.text) and self._tail[: -len(question.text)][-1:] in ("", "\r", "\n"):
                return question.answer + self._enter
        if self._probed and (found := self._confirmed.search(self._tail)):
            self._end(found)
        return None

    def probe(self) -> str | None:
        """The second line, where it is time to type it: what has come ends like a prompt."""
        if self._probed or self.over or not self._at_prompt.search(self._tail):
            return None
        self._probed = True
        return self._probe

    def _end(self, found: re.Match[str]) -> None:
        whole = "".join(self._parts)
        before = whole[: len(whole) - len(self._tail) + found.start()]
        self.over = True
        self.prompt = found["prompt"]
        status = found.groupdict().get("status")
        self.status = None if status is None else int(status)
        self.text = self._without_questions(self._without_echo(_without_pages(before, self._pager))).strip("\n")

    def _without_echo(self, text: str) -> str:
        """Raises `LostTrackError` where something else comes first."""
        text = re.sub(r"\r+\n", "\n", text)
        if self._typed is None or not self._echo:
            return text
        shown, _, rest = text.partition("\n")
        if _letters(shown) != _letters(self._typed):
            raise LostTrackError(f"{shown[:80]!a} was shown where the command should have been")
        return rest

    def _without_questions(self, text: str) -> str:
        for question in self._questions:
            shown = rf"{re.escape(question.text)}(?:{re.escape(question.answer)})?"
            text = re.sub(rf"(?m)^{shown} *(?:\n|\Z)?", "", text, count=1)
        return text


def _without_pages(text: str, pager: Pager | None) -> str:
    """The text without the pager's prompts, and without what erased them."""
    if pager is None or pager.prompt not in text:
        return text
    return re.sub(rf"(\A|\n)\r*{re.escape(pager.prompt)}(?:\r *\r?|\x08[\x08 ]*)?", r"\1", text)


def _letters(line: str) -> str:
    """What stays the same where a line editor breaks a long line or moves the cursor."""
    return re.sub(r"[\s\x08]", "", line)
