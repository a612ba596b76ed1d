"""Turns toxics on and off along the schedule, and writes down each turn."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from harness.nemesis.nemesis import NemesisLog
from harness.patience import stopped_within
from harness.toxics.links import covers
from harness.toxics.relay import Relay
from harness.toxics.rule import ToxicRule, toxic_of

__all__ = ["OFF", "ON", "Switches"]

ON, OFF = "toxic-on", "toxic-off"
"""The actions in the log; their target is the link, their detail the toxic's label."""


class Switches:
    """links: the relays by the names of their links. now: seconds since the load began."""

    def __init__(self, links: Mapping[str, Relay], log: NemesisLog, now: Callable[[], float]) -> None:
        self._links = links
        self._log = log
        self._now = now
        self._over = asyncio.Event()

    async def disturb(self, rules: Sequence[ToxicRule]) -> None:
        """Carry all rules out until healing; returns when no toxic is left, not even one put there by hand.

        Toxics that come at the same instant work in the order of the rules; one that leaves makes room first. Those of
        the start come at once, so that the first arrival meets them.
        """
        turns = [(rule.window.begins, 1, rule) for rule in rules] + [(rule.window.ends, 0, rule) for rule in rules]
        for at, on, rule in sorted(turns, key=lambda turn: turn[:2]):
            if await self._is_over(at):
                break
            self._turn(rule, on=bool(on))
        for rule in rules:
            self._turn(rule, on=False)
        await self._over.wait()
        self._clear()

    def heal(self) -> None:
        """Let no more toxic come, and take all away: `disturb` returns when that is done."""
        self._over.set()

    def _clear(self) -> None:
        for link, relay in self._links.items():
            for toxic in relay.toxics:
                self._log.note(OFF, link, toxic.name)
            relay.clear()

    async def _is_over(self, at: float) -> bool:
        if at == float("inf"):
            await self._over.wait()
        return await stopped_within(self._over, at - self._now() if at > 0 else 0.0)

    def _turn(self, rule: ToxicRule, *, on: bool) -> None:
        for link, relay in self._links.items():
            there = any(toxic.name == rule.label for toxic in relay.toxics)
            if not covers(rule.selector.link, link) or there is on:
                continue
            self._log.note(ON if on else OFF, link, rule.label)
            if on:
                relay.add(toxic_of(rule))
            else:
                relay.remove(rule.label)
