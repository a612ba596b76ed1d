"""Exploring with nemesis steps: drawing, moving, simplifying and describing them."""

from collections.abc import Iterator

from connector.values import replace
from fake_clusters.rules.rule import Window
from harness.explore.draw import Draw
from harness.explore.rounding import rounder, shorter
from harness.scenario.nemesis_kinds import (
    HoldAction,
    HoldHow,
    NemesisKind,
    NemesisStep,
    crash,
    disconnect,
    hold,
    kill,
    pause,
    skew,
    terminate,
)
from harness.scenario.points import CrashPoint
from harness.scenario.roles import role_of

__all__ = [
    "describe_step",
    "draw_crash",
    "draw_disconnect",
    "draw_hold",
    "draw_kill",
    "draw_kill_at_a_call",
    "draw_pause",
    "draw_skew",
    "draw_terminate",
    "move_step",
    "simplify_step",
]


def draw_kill(draw: Draw) -> NemesisStep:
    target = draw.one_of(draw.parts)
    at = draw.instant()
    return kill(target, at=at, duration=draw.seconds(0.05, 1.5))


def draw_kill_at_a_call(draw: Draw) -> NemesisStep:
    site = draw.one_of(_points(draw))
    at = draw.instant()
    duration = draw.seconds(0.05, 1.0)
    nth = draw.number(1, 3)
    targets = [part for part in draw.parts if role_of(part) is site.part]
    target = targets[0] if len(targets) == 1 else draw.one_of(targets)
    return kill(target, at=at, duration=duration, site=site, nth=nth)


def draw_terminate(draw: Draw) -> NemesisStep:
    target = draw.one_of(draw.parts)
    at = draw.instant()
    return terminate(target, at=at, duration=draw.seconds(0.05, 1.5))


def _points(draw: Draw) -> list[CrashPoint]:
    """Those that a run of the base can come to."""
    reconciler = draw.settings.reconciler
    mends = reconciler.every is not None and reconciler.apply
    return [point for point in CrashPoint if point.part in draw.parts and (mends or not point.is_of_the_reconciler)]


def draw_pause(draw: Draw) -> NemesisStep:
    target = draw.one_of(draw.parts)
    at = draw.instant()
    return pause(target, at=at, duration=draw.seconds(0.05, 2 * draw.settings.processor.lease))


def draw_crash(draw: Draw) -> NemesisStep:
    target = draw.cluster().name
    at = draw.instant()
    return crash(target, at=at, duration=draw.seconds(0.05, 2.0))


def draw_disconnect(draw: Draw) -> NemesisStep:
    at = draw.instant()
    return disconnect(draw.cluster().name, at=at)


def draw_hold(draw: Draw) -> NemesisStep:
    """Ends by itself or is lifted, within the load or, as all that breaks, when that is over."""
    target = draw.cluster().name
    at = draw.instant()
    duration = draw.seconds(0.2, 3.0)
    return hold(target, at=at, duration=duration, how=draw.one_of(tuple(HoldHow)), expires=draw.u01() < 0.5)


def draw_skew(draw: Draw) -> NemesisStep:
    # Two skewed clocks may differ by twice as much as one is off.
    bound = draw.settings.command.skew / 2
    at = draw.instant()
    target = draw.one_of(draw.parts)
    duration = draw.seconds(0.5, 3.0)
    return skew(target, at=at, duration=duration, offset=draw.one_of((-bound, bound)))


def move_step(step: NemesisStep, draw: Draw) -> NemesisStep:
    """To another instant."""
    return replace(step, window=Window(begins=draw.instant()))


def simplify_step(step: NemesisStep) -> Iterator[NemesisStep]:
    """The first call, rounder instants, shorter times, a hold that is lifted."""
    yield replace(step, selector=replace(step.selector, nth=1))
    yield from rounder(step)
    if step.kind is NemesisKind.HOLD:
        yield replace(step, parameters=replace(step.parameters, expires=False))
    if step.kind.is_undone:
        for duration in shorter(step.parameters.duration):
            yield replace(step, parameters=replace(step.parameters, duration=duration))


def describe_step(step: NemesisStep) -> str:
    site, nth = step.selector.site, step.selector.nth
    where = f", at call {nth} of {site}" if site else ""
    return f"{step.window.begins:g} s: {step.label}{_how(step)}{where}"


def _how(step: NemesisStep) -> str:
    offset = getattr(step.parameters, "offset", 0.0)
    by = f" by {offset:g} s" if offset else ""
    if isinstance(step.parameters, HoldAction):
        ends = ", with an end date" if step.parameters.expires else ""
        return f": {step.parameters.how} for {step.parameters.duration:g} s{ends}"
    return f"{by} for {step.parameters.duration:g} s" if step.kind.is_undone else ""
