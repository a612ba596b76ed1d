"""Names of the load's shares: plain ones that sort, and now and then one that a careless quoting would break."""

from collections.abc import Callable, Sequence

from connector.chance import Chance

__all__ = ["names_of", "share_name"]

_NASTY = (
    "it's mine",
    'the "new" one',
    "$(id)",
    "a;b|c&d",
    "größe 中文",
    "50% *? ~",
    "back\\slash",
    "two  spaces",
)
_ONE_IN = 12
"""Often enough that a run of a minute meets every kind, seldom enough that a reader's eye is not hurt."""


def share_name(seed: int, number: int) -> str:
    """The name that arrival `number` would give a share. All begin alike, so that a pattern can select them."""
    chance = Chance(seed, "workload.name")
    return names_of(number, [chance.u01(number, 0)], lambda _: chance.u01(number, 1))[0]


def names_of(first: int, plain: Sequence[float], which: Callable[[int], float]) -> list[str]:
    """Those of arrivals in a row. plain: draws whether each is a plain one. which: draws, by place, which other."""
    numbers = range(first, first + len(plain))
    # Where nothing is to be filled up, saying so would cost as much as all the rest.
    names = [f"share-{number}" for number in numbers] if first > 999 else [f"share-{number:04d}" for number in numbers]
    for place, u in enumerate(plain):
        if u * _ONE_IN < 1:
            names[place] += f" {_NASTY[int(which(place) * len(_NASTY))]}"
    return names
