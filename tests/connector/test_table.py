"""A table takes numbers for numbers and switches for switches, however deep they lie, and a whole number for any."""

from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError, create_model

from connector.table import TomlTable
from connector.units import Duration, Size


class Inner(TomlTable):
    count: Annotated[int, Field(ge=0)] = 1


class Outer(TomlTable):
    factor: Annotated[float, Field(ge=0)] = 1.0
    wipe: bool = False
    limit: int | None = None
    weights: dict[str, float] = Field(default={})
    inner: Inner = Inner()
    many: tuple[Inner, ...] = ()
    wait: Duration = 1.0
    size: Size = 1


MADE = create_model("Made", __base__=Outer, nth=(int, 1))


@pytest.mark.parametrize(
    "written",
    [
        {"factor": True},
        {"factor": "8"},
        {"wipe": 0},
        {"wipe": "no"},
        {"limit": True},
        {"limit": 2.0},
        {"weights": {"a": True}},
        {"inner": {"count": False}},
        {"many": [{"count": "1"}]},
        {"nth": True},
        {"wait": True},
        {"size": True},
        {"nobody": 1},
    ],
)
def test_what_is_only_nearly_of_its_kind_is_refused(written: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MADE.model_validate(written)


def test_what_is_of_its_kind_is_taken() -> None:
    made = MADE.model_validate(
        {"factor": 2, "wipe": True, "limit": 3, "weights": {"a": 1}, "many": [{"count": 4}], "nth": 5, "wait": "200ms"}
    )
    assert made.model_dump() == {
        "factor": 2.0,
        "wipe": True,
        "limit": 3,
        "weights": {"a": 1.0},
        "inner": {"count": 1},
        "many": ({"count": 4},),
        "wait": 0.2,
        "size": 1,
        "nth": 5,
    }
