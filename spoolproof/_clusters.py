"""Fake clusters behind real SSH on free ports of this machine, for as long as a `with` statement lasts."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from spoolproof._async_farm import AsyncFarm
from spoolproof._child import Once
from spoolproof._farm import Farm
from spoolproof.errors import InputError

__all__ = ["Clusters", "clusters"]


def clusters(
    which: str | os.PathLike[str] | Iterable[str] | Mapping[str, Mapping[str, Any]] = "north",
    /,
    *,
    faults: Iterable[Mapping[str, Any]] | None = None,
    seed: int | None = None,
    auth: str | None = None,
    password: str | None = None,
    keys: str | os.PathLike[str] | None = None,
) -> "Clusters":
    """Fake clusters: `with clusters(…) as farm` or `async with clusters(…) as farm`.

    which: the name of a cluster, several names, a table for each name (the keys are those of `[clusters.NAME]` in a
    clusters file), or the path of a clusters file, which ends in `.toml`. The other arguments, but for `keys`, are the
    keys of such a file, and only for clusters that no file describes. keys: the folder of host and client keys, made at
    first use; without it the keys end with the clusters.

    Entering raises `StartError`, `InputError` or `LabError`.
    """
    own = {"faults": None if faults is None else list(faults), "seed": seed, "auth": auth, "password": password}
    given = {key: value for key, value in own.items() if value is not None}
    file, table = None, None
    if isinstance(which, os.PathLike) or (isinstance(which, str) and which.endswith(".toml")):
        if given:
            raise InputError(f"{next(iter(given))}: belongs into the clusters file {os.fspath(which)}")
        file = os.path.abspath(which)
    else:
        named = which if isinstance(which, Mapping) else {name: {} for name in _names(which)}
        table = {**given, "clusters": named}
    return Clusters({"file": file, "table": table or {}, "keys": None if keys is None else os.path.abspath(keys)})


def _names(which: str | Iterable[str]) -> Iterable[str]:
    return [which] if isinstance(which, str) else which


class Clusters:
    """What `clusters` returns: entering it starts the clusters, leaving it ends them. It can be entered once."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        """What the lab is asked for."""
        self._once = Once("clusters", request, lambda lab, sets: Farm(lab, sets[0]))

    def __enter__(self) -> Farm:
        return self._once.__enter__()

    def __exit__(self, *error: object) -> None:
        self._once.__exit__(*error)

    async def __aenter__(self) -> AsyncFarm:
        return AsyncFarm(await self._once.__aenter__())

    async def __aexit__(self, *error: object) -> None:
        await self._once.__aexit__(*error)
