"""The stream of server-sent events: panels as they change, and the lines of what happened, from where one left off."""

import asyncio
from collections.abc import AsyncIterator

from harness.sandbox.panels import Panels
from harness.sandbox.sandbox import Sandbox

__all__ = ["HAPPENED", "RESYNC", "event", "events"]

HAPPENED, RESYNC = "happened", "resync"
"""The events of new lines, and of all of them: where the lines behind the last one are not kept any more."""
_APART = 0.05
"""Seconds between two looks at the panels, at least."""
_ALIVE = 15.0
"""Seconds after which a comment is sent, so that nobody on the way gives the connection up."""


def event(name: str, text: str, line_id: str | None = None) -> bytes:
    """One event. line_id: what the browser hands back as Last-Event-ID."""
    head = f"event: {name}\n" if line_id is None else f"event: {name}\nid: {line_id}\n"
    return (head + "".join(f"data: {line}\n" for line in text.split("\n")) + "\n").encode()


async def events(sandbox: Sandbox, panels: Panels, last_id: str) -> AsyncIterator[bytes]:
    """What one browser is sent, until the sandbox ends. last_id: of the last line that it has; empty: it has none."""
    seen: dict[str, str] = {}
    happened, pulse = sandbox.happened, sandbox.changed
    last = happened.number_of(last_id)
    while not pulse.closed:
        beats = pulse.beats
        for name, text in panels.rendered().items():
            if seen.get(name) != text:
                seen[name] = text
                yield event(name, text)
        if last is None or happened.last != last:
            fresh = None if last is None else panels.happened_after(last)
            if fresh is None:
                yield event(RESYNC, panels.happened(), happened.last_id)
            elif fresh:
                yield event(HAPPENED, fresh, happened.last_id)
            last = happened.last
        if not await pulse.beyond(beats, within=_ALIVE):
            yield b": still here\n\n"
        await asyncio.sleep(_APART)
