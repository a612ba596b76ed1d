"""Names of the load's shares: plain ones that sort, and now and then one that a careless quoting would break."""

from connector.chance import Chance

__all__ = ["share_name"]

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
    stem = f"share-{number:04d}"
    chance = Chance(seed, "workload.name")
    if chance.choice(_ONE_IN, number, 0):
        return stem
    return f"{stem} {_NASTY[chance.choice(len(_NASTY), number, 1)]}"
