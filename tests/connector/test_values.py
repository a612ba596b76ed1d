"""Quick dataclasses: the same values as ever, made faster."""

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields

import pytest

from connector.values import altered, quick


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """x, y: metres."""

    x: float
    y: float = 2.0
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    x: float
    y: float = 2.0
    names: tuple[str, ...] = ()


def test_a_quick_value_has_its_fields_and_their_defaults() -> None:
    point = Point(x=1.0)
    assert (point.x, point.y, point.names) == (1.0, 2.0, [])
    assert type(point) is Point
    assert repr(point) == "Point(x=1.0, y=2.0, names=[])"
    assert Point(x=1.0).names is not point.names


def test_a_quick_value_is_frozen() -> None:
    point = Point(x=1.0)
    with pytest.raises(FrozenInstanceError):
        point.x = 3.0  # type: ignore[misc]  # which is the point
    with pytest.raises(FrozenInstanceError):
        altered(point, y=4.0).y = 3.0  # type: ignore[misc]  # which is the point


def test_a_quick_value_is_equal_hashed_copied_and_pickled_as_ever() -> None:
    same = quick(Plain)
    value = same(x=1.0, names=("a",))
    assert value == same(x=1.0, y=2.0, names=("a",)) != same(x=1.0)
    assert hash(value) == hash(same(x=1.0, names=("a",)))
    assert copy.copy(value) == pickle.loads(pickle.dumps(value)) == value


def test_a_field_that_is_missing_or_unknown_is_refused() -> None:
    with pytest.raises(TypeError, match="x"):
        Point()  # type: ignore[call-arg]  # which is the point
    with pytest.raises(TypeError, match="z"):
        Point(x=1.0, z=2.0)  # type: ignore[call-arg]  # which is the point


def test_an_altered_value_is_a_new_one_and_the_old_one_stays() -> None:
    point = Point(x=1.0)
    moved = altered(point, x=5.0, names=["there"])
    assert (moved.x, moved.y, moved.names) == (5.0, 2.0, ["there"])
    assert point == Point(x=1.0)
    assert type(moved) is Point


def test_altering_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(AttributeError, match="z"):
        altered(Point(x=1.0), z=2.0)  # type: ignore[call-arg]  # which is the point


def test_a_field_may_have_any_name() -> None:
    @quick
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        kind: str
        new: str
        name: str
        value: str = ""

    named = Named(kind="a", new="b", name="c")
    assert altered(named, new="d") == Named(kind="a", new="d", name="c")


def test_what_would_not_be_initialised_is_no_quick_value() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked:
        x: float

        def __post_init__(self) -> None:
            assert self.x > 0

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Child(Plain):
        z: float

    assert [row.name for row in fields(Child)] == ["x", "y", "names", "z"]
    with pytest.raises(AssertionError, match="nothing would call it"):
        quick(Checked)
    with pytest.raises(AssertionError, match="frozen"):
        quick(Child)
