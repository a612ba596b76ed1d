"""The events of a schedule: how each section's are drawn, moved, simplified and described."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.explore.delivery_events import describe_delivery, draw_delivery, simplify_delivery
from harness.explore.draw import Draw
from harness.explore.fault_events import describe_fault, draw_fault, move_fault, simplify_fault
from harness.explore.nemesis_events import (
    describe_step,
    draw_crash,
    draw_disconnect,
    draw_hold,
    draw_kill,
    draw_kill_at_a_call,
    draw_pause,
    draw_skew,
    draw_terminate,
    move_step,
    simplify_step,
)
from harness.explore.receiver_events import (
    describe_receiver_rule,
    draw_receiver_rule,
    is_notified,
    move_receiver_rule,
    simplify_receiver_rule,
)
from harness.explore.schedule import Event
from harness.explore.store_events import describe_store_fault, draw_store_fault, simplify_store_fault
from harness.explore.toxic_events import describe_toxic, draw_toxic, simplify_toxic
from harness.scenario.service import Design
from harness.world_name import WorldName

__all__ = ["describe", "drawn_event", "moved", "simpler"]

_MENU: Sequence[tuple[float, Callable[[Draw], Event]]] = (
    (0.53, draw_fault),
    (0.61, draw_kill),
    (0.72, draw_kill_at_a_call),
    (0.74, draw_terminate),
    (0.8, draw_pause),
    (0.86, draw_crash),
    (0.87, draw_disconnect),
    (0.91, draw_hold),
    (0.93, draw_skew),
    (0.95, draw_delivery),
    (1.0, draw_store_fault),
)
"""Each with the uniform value below which it is drawn."""

_MENU_UNHELD = tuple((bound, draw) for bound, draw in _MENU if draw is not draw_hold)
"""Of a design in which nobody leaves a cluster alone; the next in the menu comes up more often."""

_MENU_OF_OTHERS: Sequence[tuple[float, Callable[[Draw], Event]]] = (
    (0.65, draw_fault),
    (0.77, draw_kill),
    (0.8, draw_terminate),
    (0.87, draw_pause),
    (0.95, draw_crash),
    (0.97, draw_disconnect),
    (1.0, draw_skew),
)
"""Of a service that is not the reference pipeline: it has no calls to stop at, and no messages that are seen."""

_MENU_LIVE: Sequence[tuple[float, Callable[[Draw], Event]]] = (
    (0.65, draw_fault),
    (0.77, draw_kill),
    (0.8, draw_terminate),
    (0.87, draw_pause),
    (0.97, draw_crash),
    (1.0, draw_disconnect),
)
"""In the live world, whose processes stop at no call and have the clock of the machine."""

_MENU_ELSEWHERE: Sequence[tuple[float, Callable[[Draw], Event]]] = (
    (0.85, draw_fault),
    (0.95, draw_crash),
    (1.0, draw_disconnect),
)
"""Of a service that runs elsewhere: none of its parts can be reached."""

_TOXICS = 0.1
"""How often a toxic is drawn in place of all these, where toxics are wanted."""

_RECEIVERS = 0.1
"""How often a rule of receivers is, where somebody is notified."""


def drawn_event(draw: Draw) -> Event:
    """Any event; a fault most often."""
    u = draw.u01()
    if draw.toxics and draw.u01() < _TOXICS:
        return draw_toxic(draw)
    if is_notified(draw) and draw.u01() < _RECEIVERS:
        return draw_receiver_rule(draw)
    return next(drawn for bound, drawn in _menu(draw) if u < bound)(draw)


def _menu(draw: Draw) -> Sequence[tuple[float, Callable[[Draw], Event]]]:
    if not draw.parts:
        return _MENU_ELSEWHERE
    if draw.world is WorldName.LIVE:
        return _MENU_LIVE
    if draw.base.service is not None:
        return _MENU_OF_OTHERS
    return _MENU if draw.base.design == Design.SPOOL else _MENU_UNHELD


def _anew(event: Any, draw: Draw) -> Event:
    """What has no instant is replaced."""
    return drawn_event(draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    simplify: Callable[[Any], Iterator[Event]]
    describe: Callable[[Any], str]
    move: Callable[[Any, Draw], Event] = _anew


_SECTIONS: Mapping[str, _Section] = {
    "nemesis": _Section(simplify=simplify_step, describe=describe_step, move=move_step),
    "faults": _Section(simplify=simplify_fault, describe=describe_fault, move=move_fault),
    "deliveries": _Section(simplify=simplify_delivery, describe=describe_delivery),
    "store_faults": _Section(simplify=simplify_store_fault, describe=describe_store_fault),
    "receivers": _Section(simplify=simplify_receiver_rule, describe=describe_receiver_rule, move=move_receiver_rule),
    "toxics": _Section(simplify=simplify_toxic, describe=describe_toxic),
}


def moved(event: Event, draw: Draw) -> Event:
    """The event at another instant."""
    return _SECTIONS[event.kind.section].move(event, draw)


def simpler(event: Event) -> Iterator[Event]:
    """Simpler forms, the simplest first; none is the event itself."""
    seen = [event]
    for candidate in _SECTIONS[event.kind.section].simplify(event):
        if candidate not in seen:
            seen.append(candidate)
            yield candidate


def describe(event: Event) -> str:
    """One line for the reader."""
    return _SECTIONS[event.kind.section].describe(event)
