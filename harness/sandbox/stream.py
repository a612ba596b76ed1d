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
_LARGE, _LARGE_APART = 10_000, 0.2
"""Characters of a panel that a browser takes a while to compare with what it shows, and seconds between two of it."""
_ALIVE = 15.0
"""Seconds after which a comment is sent, so that nobody on the way gives the connection up."""


def event(name: str, text: str, line_id: str | None = None) -> bytes:
    """One event. line_id: what the browser hands back as Last-Event-ID."""
    head = f"event: {name}\n" if line_id is None else f"event: {name}\nid: {line_id}\n"
    return (head + "".join(f"data: {line}\n" for line in text.split("\n")) + "\n").encode()


async def events(sandbox: Sandbox, panels: Panels, last_id: str) -> AsyncIterator[bytes]:
    """What one browser is sent, until the sandbox ends. last_id: of the last line that it has; empty: it has none."""
    seen: dict[str, str] = {}
    rests: dict[str, float] = {}
    happened, pulse, loop = sandbox.happened, sandbox.changed, asyncio.get_running_loop()
    last = happened.number_of(last_id)
    while not pulse.closed:
        beats, now, within = pulse.beats, loop.time(), _ALIVE
        for name, text in panels.rendered().items():
            if seen.get(name) == text:
                continue
            if (left := rests.get(name, now) - now) > 0:
                within = min(within, left)
                continue
            seen[name] = text
            rests[name] = now + (_LARGE_APART if len(text) > _LARGE else 0.0)
            yield event(name, text)
        if last is None or happened.last != last:
            fresh = None if last is None else panels.happened_after(last)
            if fresh is None:
                yield event(RESYNC, panels.happened(), happened.last_id)
            elif fresh:
                yield event(HAPPENED, fresh, happened.last_id)
            last = happened.last
        if not await pulse.beyond(beats, within=within) and within == _ALIVE:
            yield b": still here\n\n"
        await asyncio.sleep(_APART)
