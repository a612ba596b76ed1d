"""Names of the load's shares: plain ones that sort, and now and then one that a careless quoting would break."""

from connector.chance import Chance

__all__ = ["ADDITIONS", "ENDS", "NAMING", "ODD", "addition", "drawn_name", "odd_name", "share_name", "stem"]

NAMING = "workload.name"
"""What the draws of names are for: of each arrival one whether its name is odd, and one which addition it gets then."""

ADDITIONS = (
    " it's mine",
    ' the "new" one',
    " $(id)",
    " a;b|c&d",
    " größe 中文",
    " 50% *? ~",
    " back\\slash",
    " two  spaces",
)
"""What odd names have besides."""

ODD = 1 / 12
"""Whose first draw is below it gets an addition: often enough that a run of a minute meets every kind, seldom enough
that a reader's eye is not hurt."""

ENDS = tuple(f"{number:03d}" for number in range(1000))
"""How the plain names of a thousand arrivals end."""


def share_name(seed: int, number: int) -> str:
    """The name that arrival `number` would give a share. All begin alike, so that a pattern can select them."""
    return drawn_name(Chance(seed, NAMING), number)


def drawn_name(naming: Chance, number: int) -> str:
    """As `share_name`, for who needs many. naming: the chance of a seed for `NAMING`."""
    if naming.u01(number, 0) < ODD:
        return odd_name(number, naming.u01(number, 1))
    return stem(number) + ENDS[number % len(ENDS)]


def odd_name(number: int, u: float) -> str:
    """The name of an arrival whose name is odd, by the second draw."""
    return stem(number) + ENDS[number % len(ENDS)] + addition(u)


def stem(number: int) -> str:
    """How the names of a thousand arrivals begin, of which this is one."""
    return f"share-{number // len(ENDS)}"


def addition(u: float) -> str:
    """What an odd name has besides, by the second draw."""
    return ADDITIONS[int(u * len(ADDITIONS))]
