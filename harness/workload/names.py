"""Names of the load's shares: plain ones that sort, and now and then one that a careless quoting would break."""

from collections.abc import Iterable, Iterator

from connector.chance import Chance

__all__ = ["share_name", "share_names"]

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
    return next(share_names(seed, number, [Chance(seed, "workload.name").u01(number, 0)]))


def share_names(seed: int, first: int, draws: Iterable[float]) -> Iterator[str]:
    """Those of arrivals in a row. draws: of each, the uniform value of (number, 0) for the purpose of a name."""
    chance = Chance(seed, "workload.name")
    return (_name(chance, number, u) for number, u in enumerate(draws, start=first))


def _name(chance: Chance, number: int, u: float) -> str:
    stem = f"share-{number:04d}"
    if u * _ONE_IN >= 1:
        return stem
    return f"{stem} {_NASTY[chance.choice(len(_NASTY), number, 1)]}"
