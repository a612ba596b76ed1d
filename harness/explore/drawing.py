"""Draws schedules: fresh ones, and changes of those that have shown something new."""

from collections.abc import Sequence

from connector.chance import Chance
from connector.values import replace
from fake_clusters.profile import Constant
from harness.explore.draw import Draw
from harness.explore.events import drawn_event, moved
from harness.explore.schedule import Schedule
from harness.explore.settings import Setting, draw_settings
from harness.scenario.scenario import Scenario, WorkloadKind
from harness.workload.arrivals import drawn as arrivals
from harness.world_name import WorldName

__all__ = ["drawn"]

_MOST = 10
"""Events in a fresh schedule at most: few enough that what is left of the load can still go its way."""

_SETTINGS = 0.3
"""How often a fresh schedule has a setting of its own."""
_OTHER_SETTING = 0.05
"""How often a change is one of a setting."""
_MORE_SEEDS = 2
"""Drawn where a load has no creates, as one in two hundred of the shipped base."""


def drawn(
    base: Scenario,
    corpus: Sequence[Schedule],
    *,
    seed: int,
    number: int,
    toxics: bool = False,
    world: WorldName = WorldName.VIRTUAL,
) -> Schedule:
    """The schedule of this number: of the corpus as it stands, one of three is fresh."""
    draw = Draw(base=base, chance=Chance(seed, "explore", str(number)), toxics=toxics, world=world)
    if not corpus or draw.u01() < 1 / 3:
        return _fresh(draw)
    schedule = draw.one_of(corpus)
    for _ in range(draw.number(1, 2)):
        schedule = _changed(schedule, draw)
    return schedule


def _fresh(draw: Draw) -> Schedule:
    if draw.u01() < 0.5:
        draw.gather()
    settings = draw_settings(draw) if draw.u01() < _SETTINGS else ()
    events = tuple(drawn_event(draw) for _ in range(draw.number(1, _MOST)))
    return Schedule(seed=_seed(draw), settings=settings, events=events)


def _changed_settings(settings: Sequence[Setting], draw: Draw) -> tuple[Setting, ...]:
    """One more, another value of one, or, where the base's own value was drawn, all as the base has it."""
    drawn_settings = draw_settings(draw)
    keys = {(each.table, each.key) for each in drawn_settings}
    kept = [each for each in settings if keys and (each.table, each.key) not in keys]
    return (*kept, *drawn_settings)


def _seed(draw: Draw) -> int:
    """Of a load that creates a share, where the mix does: without one there is nothing to ask for, and no verdict."""
    seed = draw.number(1, 1_000_000)
    for _ in range(_MORE_SEEDS):
        if _creates(draw.base, seed):
            break
        seed = draw.number(1, 1_000_000)
    return seed


def _creates(base: Scenario, seed: int) -> bool:
    names = [cluster.name for cluster in base.clusters]
    kinds = replace(base.workload, size=Constant(1.0))  # sizes do not matter, and may be costly to draw
    load = arrivals(kinds, seed=seed, phases=base.phases, clusters=names)
    return any(arrival.kind is WorkloadKind.CREATE for arrival in load)


def _changed(schedule: Schedule, draw: Draw) -> Schedule:
    events = schedule.events
    if draw.u01() < _OTHER_SETTING:
        return replace(schedule, settings=_changed_settings(schedule.settings, draw))
    u = draw.u01()
    if u < 0.15:
        return replace(schedule, seed=_seed(draw))
    if not events or u < 0.45:
        return replace(schedule, events=(*events, drawn_event(draw))[-2 * _MOST :])
    chosen = draw.number(0, len(events) - 1)
    before, after = events[:chosen], events[chosen + 1 :]
    if u < 0.6:
        return replace(schedule, events=(*before, *after))
    if u < 0.8:
        return replace(schedule, events=(*before, drawn_event(draw), *after))
    return replace(schedule, events=(*before, moved(events[chosen], draw), *after))
