"""Fast frozen dataclasses: the same values as `dataclasses` makes, in less time."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field

import pytest

from connector.values import fast_frozen, from_row, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The fields of `Point`, not made fast: it must be like this one."""

    x: float
    y: float = 2.0
    names: list[str] = field(default_factory=list)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """x, y: metres."""

    x: float
    y: float = 2.0
    names: list[str] = field(default_factory=list)


@fast_frozen
@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    x: float
    names: tuple[str, ...] = ()


def test_a_fast_frozen_value_has_its_fields_and_their_defaults() -> None:
    point = Point(x=1.0)
    assert (point.x, point.y, point.names) == (1.0, 2.0, [])
    assert type(point) is Point


def test_a_default_factory_is_called_for_each_object() -> None:
    given = ["here"]
    assert Point(x=1.0).names is not Point(x=1.0).names
    assert Point(x=1.0, names=given).names is given


def test_a_row_fills_a_fast_frozen_value_in_the_order_of_its_fields() -> None:
    assert from_row(Point, (1.0, 3.0, ["here"])) == Point(x=1.0, y=3.0, names=["here"])
    assert type(from_row(Point, iter((1.0, 3.0, [])))) is Point
    with pytest.raises(FrozenInstanceError):
        from_row(Place, (1.0, ())).x = 2.0  # type: ignore[misc]  # what the test is about


@pytest.mark.parametrize("row", [(1.0, 2.0), (1.0, 2.0, [], "more")])
def test_from_row_refuses_a_wrong_number_of_values(row: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="values to unpack"):
        from_row(Point, row)


def test_a_fast_frozen_value_reads_as_ever() -> None:
    assert repr(Point(x=1.0)) == repr(Plain(x=1.0)).replace("Plain", "Point")
    assert asdict(Point(x=1.0)) == asdict(Plain(x=1.0))
    assert list(inspect.signature(Point).parameters) == list(inspect.signature(Plain).parameters)


def test_a_fast_frozen_value_is_frozen() -> None:
    for point in (Point(x=1.0), replace(Point(x=1.0), y=4.0), copy.copy(Point(x=1.0))):
        with pytest.raises(FrozenInstanceError):
            point.x = 3.0  # type: ignore[misc]  # which is the point
        with pytest.raises(FrozenInstanceError):
            del point.x


def test_objects_with_equal_fields_are_equal_and_hash_alike() -> None:
    assert Place(x=1.0, names=("a",)) == Place(x=1.0, names=("a",)) != Place(x=1.0)
    assert hash(Place(x=1.0, names=("a",))) == hash(Place(x=1.0, names=("a",)))
    assert Point(x=1.0) != Plain(x=1.0)  # type: ignore[comparison-overlap]  # which is the point


def test_a_fast_frozen_value_is_copied_and_pickled_as_ever() -> None:
    place = Place(x=1.0, names=("a",))
    for same in (copy.copy(place), copy.deepcopy(place), pickle.loads(pickle.dumps(place))):
        assert same == place
        assert type(same) is Place


def test_a_fast_frozen_value_is_matched_by_its_fields() -> None:
    match Place(x=1.0, names=("a", "b")):
        case Place(x=1.0, names=(first, _)):
            assert first == "a"
        case _:
            pytest.fail("it was not matched")


def test_missing_unknown_and_positional_arguments_raise_type_error() -> None:
    with pytest.raises(TypeError, match=r"Point.__init__\(\) missing .* 'x'"):
        Point()  # type: ignore[call-arg]  # which is the point
    with pytest.raises(TypeError, match=r"Point.__init__\(\) got an unexpected .* 'z'"):
        Point(x=1.0, z=2.0)  # type: ignore[call-arg]  # which is the point
    with pytest.raises(TypeError, match="positional"):
        Point(1.0)  # type: ignore[call-arg]  # which is the point


@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_a_replaced_value_is_a_new_one_and_the_old_one_stays(change: Callable[..., Point]) -> None:
    point = Point(x=1.0)
    moved = change(point, x=5.0, names=["there"])
    assert (moved.x, moved.y, moved.names) == (5.0, 2.0, ["there"])
    assert point == Point(x=1.0)
    assert type(moved) is Point


def test_replacing_an_unknown_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="z"):
        replace(Point(x=1.0), z=2.0)  # type: ignore[call-arg]  # which is the point


def test_a_field_may_have_any_name() -> None:
    @fast_frozen
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        kind: str
        old: str
        changes: str
        name: str
        value: str = ""

    named = Named(kind="a", old="b", changes="c", name="d")
    assert replace(named, old="e", changes="f") == Named(kind="a", old="e", changes="f", name="d")


def test_what_would_not_be_the_same_is_no_fast_frozen_value() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked:
        x: float

        def __post_init__(self) -> None:
            assert self.x > 0

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Child(Plain):
        z: float

    @dataclass(frozen=True, kw_only=True)
    class Wide:
        x: float

    @dataclass(frozen=True, slots=True)
    class Positional:
        x: float

    for kind, why in (
        (Checked, "nothing would call it"),
        (Child, "frozen"),
        (Wide, "dict"),
        (Positional, "keyword"),
    ):
        with pytest.raises(AssertionError, match=why):
            fast_frozen(kind)
