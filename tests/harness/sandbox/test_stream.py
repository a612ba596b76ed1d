"""What a browser is sent: each panel as it changes, a large one less often, and the last state of all of them."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from harness.sandbox.happened import Happened
from harness.sandbox.pulse import Pulse
from harness.sandbox.stream import events
from harness.virtual.loop import run_virtually

_LARGE = "x" * 20_000


async def _sent() -> list[tuple[float, str, str]]:
    """When, which panel and its last word, while both panels change twenty times in a second."""
    changed, word, got = Pulse(), "0", list[tuple[float, str, str]]()
    panels: Any = SimpleNamespace(rendered=lambda: {"large": f"{_LARGE} {word}", "small": word})
    sandbox: Any = SimpleNamespace(happened=Happened("run"), changed=changed)
    loop = asyncio.get_running_loop()

    async def read() -> None:
        async for sent in events(sandbox, panels, sandbox.happened.last_id):
            name, _, text = sent.decode().partition("\n")
            got.append((loop.time(), name.removeprefix("event: "), text.split()[-1]))

    reading = asyncio.ensure_future(read())
    for number in range(1, 21):
        await asyncio.sleep(0.05)
        word = str(number)
        changed.set()
    await asyncio.sleep(1.0)
    changed.close()
    await reading
    return got


def test_a_large_panel_is_sent_less_often_and_its_last_state_is_not_left_out() -> None:
    got = run_virtually(_sent())
    large = [(at, word) for at, name, word in got if name == "large"]
    small = [word for _, name, word in got if name == "small"]
    assert len(small) > 10
    assert all(later - at > 0.19 for (at, _), (later, _) in pairwise(large))
    assert 4 <= len(large) <= 8
    assert (large[-1][1], small[-1]) == ("20", "20")
