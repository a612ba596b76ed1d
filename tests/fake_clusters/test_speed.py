"""How long work takes in latency phases: by hand, against integrals that SciPy works out, and as an inverse."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from fake_clusters.latency_phases import LatencyPhase, LatencyPhaseKind
from fake_clusters.profile import Profile
from fake_clusters.speed import time_for, work_in


def brownout(begins: float, ends: float, factor: float) -> LatencyPhase:
    return LatencyPhase(kind=LatencyPhaseKind.BROWNOUT, begins=begins, ends=ends, factor=factor)


def ramp(begins: float, ends: float, factor: float) -> LatencyPhase:
    return LatencyPhase(kind=LatencyPhaseKind.RAMP, begins=begins, ends=ends, factor=factor)


def standstill(begins: float, ends: float) -> LatencyPhase:
    return LatencyPhase(kind=LatencyPhaseKind.STANDSTILL, begins=begins, ends=ends)


def periodic(begins: float, ends: float, factor: float, period: float, duty: float) -> LatencyPhase:
    return LatencyPhase(
        kind=LatencyPhaseKind.PERIODIC, begins=begins, ends=ends, factor=factor, period=period, duty=duty
    )


@pytest.mark.parametrize(
    ("latency_phases", "at", "work", "seconds"),
    [
        pytest.param([], 3.0, 2.0, 2.0, id="no latency phase"),
        pytest.param([brownout(10, 20, 5)], 3.0, 2.0, 2.0, id="over before"),
        pytest.param([brownout(10, 20, 5)], 20.0, 2.0, 2.0, id="after its end, which is no part of it"),
        pytest.param([brownout(10, 20, 5)], 10.0, 1.5, 7.5, id="all within"),
        pytest.param([brownout(10, 20, 5)], 10.0, 2.0, 10.0, id="done at its very end"),
        pytest.param([brownout(10, 20, 5)], 10.0, 3.0, 11.0, id="two seconds of work within, one after"),
        pytest.param([brownout(10, 20, 5)], 9.0, 4.0, 12.0, id="one before, two within, one after"),
        pytest.param([brownout(0, 5, 5)], 0.2, 1.0, 4.84, id="the rest of it after"),
        pytest.param([brownout(0, 9, 2), brownout(3, 6, 4)], 0.0, 3.0, 6.0 + 2 * 1.125, id="overlapping ones multiply"),
        pytest.param([brownout(0, math.inf, 4)], 7.0, 2.0, 8.0, id="one without an end"),
        pytest.param([brownout(10, 20, 0)], 8.0, 5.0, 2.0, id="no time at all within"),
        pytest.param([brownout(10, 20, 0)], 10.0, 5.0, 0.0, id="nor from its beginning on"),
        pytest.param([standstill(10, 20)], 9.0, 2.0, 12.0, id="nothing within a standstill"),
        pytest.param([standstill(10, 20)], 9.0, 1.0, 1.0, id="done as it begins"),
        pytest.param([standstill(10, 20)], 10.0, 0.0, 0.0, id="what is no work takes no time"),
        pytest.param(
            [standstill(10, 20), brownout(5, 30, 0)], 10.0, 9.0, 10.0, id="a standstill comes before all else"
        ),
        pytest.param([standstill(10, 20), standstill(15, 25)], 12.0, 1.0, 14.0, id="two standstills"),
        pytest.param([standstill(10, 20), brownout(12, 14, 5)], 9.0, 2.0, 12.0, id="a brownout within a standstill"),
        pytest.param([periodic(10, 20, 3, 4, 0.25)], 10.0, 3.5, 4.0 + 0.5, id="one period and a half slow second"),
        pytest.param([periodic(10, 20, 3, 4, 0.25)], 11.0, 3.0, 3.0, id="up to where the next slow spell begins"),
        pytest.param([periodic(0, 100, 3, 4, 1.0)], 1.0, 3.0, 9.0, id="slow all the time"),
        pytest.param([periodic(0, 100, 3, 4, 0.0)], 1.0, 3.0, 3.0, id="never slow"),
        pytest.param([ramp(10, 20, 5)], 10.0, math.log(5) / 0.4, 10.0, id="a whole ramp"),
        pytest.param([ramp(10, 20, 5)], 10.0, math.log(3) / 0.4, 5.0, id="half of it"),
        pytest.param([ramp(10, 20, 5)], 10.0, math.log(5) / 0.4 + 1, 11.0, id="a ramp, then full speed"),
        pytest.param([ramp(10, 20, 0)], 10.0, 1e6, 10.0, id="a ramp to no time at all"),
        pytest.param([ramp(10, 20, 1)], 12.0, 3.0, 3.0, id="a ramp that changes nothing"),
        pytest.param(
            [LatencyPhase(kind=LatencyPhaseKind.OUTAGE, begins=0, ends=9)],
            1.0,
            3.0,
            3.0,
            id="a closed port slows nothing",
        ),
    ],
)
def test_work_takes_the_seconds_that_its_speed_over_time_makes_it_take(
    latency_phases: list[LatencyPhase], at: float, work: float, seconds: float
) -> None:
    assert time_for(work, at, latency_phases) == pytest.approx(seconds)
    assert Profile(latency_phases=tuple(latency_phases)).time_for(work, at) == time_for(work, at, latency_phases)


def test_where_the_speed_is_one_nothing_is_rounded() -> None:
    assert time_for(0.1, 0.2, [brownout(5, 6, 3)]) == 0.1
    assert time_for(0.1, 7.3, [brownout(5, 6, 3), ramp(1, 2, 4)]) == 0.1


def test_what_rounding_leaves_of_a_piece_of_work_does_not_wait_for_the_end_of_a_standstill() -> None:
    at = 10.0 - 0.1 - 0.1 - 0.1  # which is a last digit more than 9.7
    assert time_for(10.0 - at + 1e-12, at, [standstill(10, 20)]) == pytest.approx(0.3)


SPANS = st.tuples(st.floats(0, 50), st.floats(0.5, 30))
FACTORS = st.floats(0.1, 20)


@st.composite
def some_latency_phases(draw: st.DrawFn) -> list[LatencyPhase]:
    latency_phases: list[LatencyPhase] = []
    for kind in draw(st.lists(st.sampled_from([*LatencyPhaseKind]), max_size=4)):
        begins, length = draw(SPANS)
        latency_phases.append(
            LatencyPhase(
                kind=kind,
                begins=begins,
                ends=begins + length,
                factor=draw(FACTORS),
                period=draw(st.floats(0.5, 9)),
                duty=draw(st.floats(0, 1)),
            )
        )
    return latency_phases


def speed(latency_phases: Sequence[LatencyPhase], at: float) -> float:
    """From the definition in the docs, instant by instant: shares no code with what is tested."""
    slowness = 1.0
    for phase in latency_phases:
        if not phase.begins <= at < phase.ends:
            continue
        into = at - phase.begins
        if phase.kind is LatencyPhaseKind.STANDSTILL:
            return 0.0
        if phase.kind is LatencyPhaseKind.BROWNOUT or (
            phase.kind is LatencyPhaseKind.PERIODIC and into % phase.period < phase.duty * phase.period
        ):
            slowness *= phase.factor
        elif phase.kind is LatencyPhaseKind.RAMP:
            slowness *= 1 + (phase.factor - 1) * into / (phase.ends - phase.begins)
    return 1 / slowness


@given(some_latency_phases(), st.floats(0, 60), st.floats(0.1, 20))
def test_the_integral_of_the_speed_is_what_is_done(
    latency_phases: list[LatencyPhase], begins: float, length: float
) -> None:
    """Riemann's middle sums over many strips; each jump of the speed can be off by a strip's worth."""
    strips = 4000
    width = length / strips
    done = sum(speed(latency_phases, begins + (strip + 0.5) * width) for strip in range(strips)) * width
    jumps = 2 * len(latency_phases) + sum(
        2 * length / phase.period for phase in latency_phases if phase.kind is LatencyPhaseKind.PERIODIC
    )
    highest = max(1.0, math.prod(max(1.0, 1 / phase.factor) for phase in latency_phases))
    assert work_in(begins, begins + length, latency_phases) == pytest.approx(
        done, rel=1e-3, abs=(jumps + 1) * width * highest
    )


@given(some_latency_phases(), st.floats(0, 60), st.floats(0.01, 30))
def test_the_time_for_work_is_the_inverse_of_the_work_done_in_a_time(
    latency_phases: list[LatencyPhase], at: float, work: float
) -> None:
    ends = at + time_for(work, at, latency_phases)
    assert work_in(at, ends, latency_phases) == pytest.approx(work, rel=1e-6, abs=1e-6)


@given(some_latency_phases(), st.floats(0, 60), st.floats(0.01, 10), st.floats(0.01, 10))
def test_two_pieces_one_after_the_other_take_as_long_as_both_together(
    latency_phases: list[LatencyPhase], at: float, one: float, other: float
) -> None:
    first = time_for(one, at, latency_phases)
    both = time_for(one + other, at, latency_phases)
    reached = at + first + time_for(other, at + first, latency_phases)
    # Where the first ends as a standstill begins, it may be seen to end at either side of it.
    assert work_in(min(reached, at + both), max(reached, at + both), latency_phases) == pytest.approx(0.0, abs=1e-6)


@given(some_latency_phases(), st.floats(0, 60), st.floats(0.01, 10))
def test_the_order_of_the_latency_phases_does_not_matter(
    latency_phases: list[LatencyPhase], at: float, work: float
) -> None:
    assert time_for(work, at, latency_phases) == pytest.approx(time_for(work, at, latency_phases[::-1]), rel=1e-9)


def test_ramps_that_overlap_multiply() -> None:
    latency_phases = [ramp(0, 10, 6), ramp(4, 20, 3)]
    done, _ = integrate.quad(lambda at: speed(latency_phases, at), 0.0, 20.0, points=[4.0, 10.0])
    assert work_in(0.0, 20.0, latency_phases) == pytest.approx(done, rel=1e-5)
    assert time_for(done, 0.0, latency_phases) == pytest.approx(20.0, rel=1e-5)


def test_a_long_standstill_over_a_short_period_takes_one_step() -> None:
    assert time_for(1.0, 0.0, [standstill(0, 1e8), periodic(0, 1e8, 2, 0.001, 0.5)]) == pytest.approx(1e8 + 1.0)


@pytest.mark.parametrize(
    "phase", [brownout(2, 9, 3), ramp(2, 10, 5), standstill(2, 9), periodic(2, 11, 3, 2, 0.5)], ids=lambda s: s.kind
)
def test_a_latency_phase_that_is_cut_short_is_the_same_up_to_there(phase: LatencyPhase) -> None:
    short = phase.cut(6.0)
    assert short.ends == 6.0
    assert work_in(0.0, 6.0, [short]) == pytest.approx(work_in(0.0, 6.0, [phase]))
    assert phase.cut(50.0) == phase
