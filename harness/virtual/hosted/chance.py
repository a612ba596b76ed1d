"""`random`, `secrets`, `uuid` and `os.urandom` for the code of a life: they follow from the seed and the life."""

import os
import random  # noqa: TID251 - this is where it is replaced
import uuid
from typing import Any

from harness.virtual.hosted.life import HostedLife
from harness.virtual.hosted.replaced import Serve, replace_function

__all__ = ["install"]


def install() -> None:
    """Replace the functions of this process with ones that draw from a life's own source for its code."""
    for name in random.__all__:
        if isinstance(getattr(getattr(random, name), "__self__", None), random.Random):  # of the shared instance
            replace_function(random, name, _of_life(name))
    seed = random.Random.seed

    def seed_from_life(life: HostedLife, self: random.Random, a: Any = None, version: int = 2) -> None:
        seed(self, life.entropy(32) if a is None else a, version)

    replace_function(random.Random, "seed", seed_from_life)  # an unseeded one asks the system
    replace_function(os, "urandom", _entropy)
    replace_function(random, "_urandom", _entropy)  # what `secrets` and `SystemRandom` ask
    if hasattr(os, "getrandom"):
        replace_function(os, "getrandom", _entropy)
    replace_function(uuid, "uuid1", _refuse_uuid1)


def _of_life(name: str) -> Serve:
    return lambda life, *args, **options: getattr(life.random, name)(*args, **options)


def _entropy(life: HostedLife, size: int, *flags: int) -> bytes:
    return life.entropy(size)


def _refuse_uuid1(life: HostedLife, *args: object) -> None:
    raise life.refuse("uuid.uuid1", "take uuid.uuid4: it is drawn from the seed here")
