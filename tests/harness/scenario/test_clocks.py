"""Lint warns of clocks that are further apart than the pipeline tolerates."""

import pytest

from harness.lint import lint
from harness.scenario.parse import parse_scenario
from tests.harness.scenario.samples import CALM

_SKEW = '[[nemesis]]\nat = 0.1\nkind = "skew"\ntarget = "{target}"\noffset = "{by}"\n'


def _keys(*skews: tuple[str, str]) -> list[str]:
    text = CALM + "".join(_SKEW.format(target=target, by=by) for target, by in skews)
    return [each.problem.key for each in lint(parse_scenario(text, "x.toml")) if "clocks get" in each.problem.message]


@pytest.mark.parametrize("by", ["250ms", "-250ms"])
def test_what_the_pipeline_tolerates_is_not_remarked_upon(by: str) -> None:
    assert _keys(("api", by)) == []


def test_one_clock_too_far_off_or_two_too_far_apart_are() -> None:
    assert _keys(("api", "251ms")) == ["nemesis[0].offset"]
    assert _keys(("api", "200ms"), ("processor", "-100ms")) == ["nemesis[0].offset"]


def test_a_skew_of_the_gateway_is_remarked_upon_since_it_reads_no_clock() -> None:
    text = CALM + "".join(_SKEW.format(target=target, by="100ms") for target in ("api", "gateway"))
    said = [each.problem for each in lint(parse_scenario(text, "x.toml")) if "reads no clock" in each.problem.message]
    assert [problem.key for problem in said] == ["nemesis[1].target"]


def test_a_delivery_that_begins_when_the_load_is_over_is_remarked_upon() -> None:
    text = CALM + '[[deliveries]]\nkind = "lost_delivery"\nbetween = [1, 2]\n'
    assert any("it never applies" in each.problem.message for each in lint(parse_scenario(text, "x.toml")))
