"""Output that stops after each page until a key is pressed, as `more` and most appliances do it."""

from collections.abc import Callable

from connector.shell.personality import Pager
from fake_clusters.server.reply_writer import ReplySink

__all__ = ["PagedOutput"]

_LINE_KEYS = frozenset(b"\r\n")
_INTERRUPT = 0x03


class PagedOutput:
    """A `ReplySink` before another one. It pages between `begin` and `end`.

    stopped: called when a page is full and more is to come. released: called when all that was held is out or dropped.
    """

    def __init__(
        self, sink: ReplySink, pager: Pager, *, stopped: Callable[[], None], released: Callable[[], None]
    ) -> None:
        self._sink = sink
        self._pager = pager
        self._stopped = stopped
        self._released = released
        self._held = bytearray()
        self._room = 0
        self._on = False
        self._dropping = False
        self.waiting = False

    def begin(self) -> None:
        """A command's output follows."""
        self._on, self._dropping, self._room = True, False, self._pager.lines

    def end(self) -> None:
        self._on = self.waiting = False
        self._held.clear()

    def write(self, data: bytes) -> None:
        if not self._on:
            self._sink.write(data)
        elif not self._dropping:
            self._held += data
            self._let_out()

    def write_stderr(self, data: bytes) -> None:
        self.write(data)

    def is_closing(self) -> bool:
        return self._sink.is_closing()

    def press(self, keys: bytes) -> bytes:
        """Take keys while it waits; those that are left when it no longer does."""
        for index, key in enumerate(keys):
            if not self.waiting:
                return keys[index:]
            self._pressed(key)
        return b""

    def _pressed(self, key: int) -> None:
        if key == _INTERRUPT or key == ord(self._pager.quit[0]):
            self._dropping = True
            self._held.clear()
            self._go_on(0)
        elif key in _LINE_KEYS:
            self._go_on(1)
        elif key == ord(self._pager.more[0]):
            self._go_on(self._pager.lines)

    def _go_on(self, room: int) -> None:
        self.waiting = False
        self._room = room
        shown = len(self._pager.prompt)
        self._sink.write(b"\r" + b" " * shown + b"\r")
        self._let_out()
        if not self.waiting:
            self._released()

    def _let_out(self) -> None:
        """As many lines as there is room for; then the prompt, where anything is left."""
        if self.waiting or not self._held:
            return
        end = 0
        while self._room > 0 and (found := self._held.find(b"\n", end)) >= 0:
            end, self._room = found + 1, self._room - 1
        if self._room > 0:
            end = len(self._held)
        if end:
            self._sink.write(bytes(self._held[:end]))
            del self._held[:end]
        if self._held:
            self.waiting = True
            self._sink.write(self._pager.prompt.encode())
            self._stopped()
