"""The stream of server-sent events: that there is something new to fetch, and the lines of what happened.

Whoever reads slowly is sent less: what changes while an event is on its way is told by the one event behind it.
"""

import asyncio
from collections.abc import AsyncIterator

from harness.sandbox.panels import Panels
from harness.sandbox.sandbox import Sandbox

__all__ = ["CHANGED", "HAPPENED", "RESYNC", "event", "events"]

CHANGED, HAPPENED, RESYNC = "changed", "happened", "resync"
"""The events of panels that may have changed, of new lines, and of all lines: where those behind the last one are not
kept any more."""
_APART = 0.05
"""Seconds between two looks at what is new, at least."""
_ALIVE = 15.0
"""Seconds after which a comment is sent, so that nobody on the way gives the connection up."""


def event(name: str, text: str, line_id: str | None = None) -> bytes:
    """One event. line_id: what the browser hands back as Last-Event-ID."""
    head = f"event: {name}\n" if line_id is None else f"event: {name}\nid: {line_id}\n"
    return (head + "".join(f"data: {line}\n" for line in text.split("\n")) + "\n").encode()


async def events(sandbox: Sandbox, panels: Panels, last_id: str) -> AsyncIterator[bytes]:
    """What one browser is sent, until the sandbox ends. last_id: of the last line that it has; empty: it has none."""
    happened, pulse = sandbox.happened, sandbox.changed
    last, told = happened.number_of(last_id), -1
    while not pulse.closed:
        if told != pulse.beats:
            told = pulse.beats
            yield event(CHANGED, str(told))
        if happened.last != last:
            fresh = None if last is None else panels.happened_after(last)
            name, text = (RESYNC, panels.happened()) if fresh is None else (HAPPENED, fresh)
            last = happened.last
            yield event(name, text, happened.last_id)
        if not await pulse.beyond(told, within=_ALIVE):
            yield b": still here\n\n"
        await asyncio.sleep(_APART)
