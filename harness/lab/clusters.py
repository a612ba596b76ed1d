"""Serves fake clusters until the process is asked to end; what it writes lies in a folder that ends with it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveInt

from connector.values import replace
from fake_clusters.clusters_file import ClustersFile, clusters_of, read_clusters_file
from fake_clusters.serve import Served, serve_clusters
from harness.cli.interrupt import serve_until_signal
from harness.own_folder import own_folder

__all__ = ["ClustersTask"]


class ClustersTask(BaseModel):
    """file: a clusters file; None: `table` is one, in values. keys: the folder of keys; None: keys that end with it.

    sets: how many times all of these clusters are served, each time with addresses and an admin API of their own.
    """

    model_config = ConfigDict(extra="forbid")

    file: Path | None
    table: dict[str, Any]
    keys: Path | None
    sets: PositiveInt = 1

    def do(self, send: Callable[[dict[str, Any]], None]) -> None:
        """Raises what reading and serving clusters raises."""
        with own_folder() as folder:
            keys = folder / "keys" if self.keys is None else self.keys.absolute()
            given = self._read()
            files = [
                replace(given, keys=keys, addresses=folder / f"set-{number}" / "clusters.json")
                for number in range(1, self.sets + 1)
            ]
            for file in files:
                file.addresses.parent.mkdir()
            serve_until_signal(_serve(files, send))

    def _read(self) -> ClustersFile:
        if self.file is not None:
            return read_clusters_file(self.file)
        return clusters_of(self.table, source="spoolproof.clusters", folder=Path.cwd())


async def _serve(files: Sequence[ClustersFile], send: Callable[[dict[str, Any]], None]) -> None:
    """One after the other, since the first makes the keys."""
    rows: list[dict[str, Any]] = []
    async with asyncio.TaskGroup() as group:
        for file in files:
            listens: asyncio.Future[Served] = asyncio.get_running_loop().create_future()
            group.create_task(serve_clusters(file, ready=listens.set_result))
            rows.append(_ready(await listens))
        send({"ready": rows})


def _ready(served: Served) -> dict[str, Any]:
    return {
        "targets": [asdict(target) for target in served.farm.targets()],
        "admin": asdict(served.admin),
        "addresses": str(served.file.addresses),
        "known_hosts": str(served.file.known_hosts),
    }
