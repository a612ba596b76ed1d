"""Serves fake clusters until the process is asked to end; what it writes lies in a folder that ends with it."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, ConfigDict

from connector.values import replace
from fake_clusters.clusters_file import ClustersFile, clusters_of, read_clusters_file
from fake_clusters.serve import Served, serve_clusters
from harness.cli.interrupt import serve_until_signal

__all__ = ["ClustersTask"]


class ClustersTask(BaseModel):
    """file: a clusters file; None: `table` is one, in values. keys: the folder of keys; None: keys that end with it."""

    model_config = ConfigDict(extra="forbid")

    file: Path | None
    table: dict[str, Any]
    keys: Path | None

    def do(self, send: Callable[[dict[str, Any]], None]) -> None:
        """Raises what reading and serving clusters raises."""
        with TemporaryDirectory(prefix="spoolproof-") as name:
            folder = Path(name)
            keys = folder / "keys" if self.keys is None else self.keys.absolute()
            file = replace(self._read(), keys=keys, addresses=folder / "clusters.json")
            serve_until_signal(serve_clusters(file, ready=lambda served: send({"ready": _ready(served)})))

    def _read(self) -> ClustersFile:
        if self.file is not None:
            return read_clusters_file(self.file)
        return clusters_of(self.table, source="spoolproof.clusters", folder=Path.cwd())


def _ready(served: Served) -> dict[str, Any]:
    return {
        "targets": [asdict(target) for target in served.farm.targets()],
        "admin": asdict(served.admin),
        "addresses": str(served.file.addresses),
        "known_hosts": str(served.file.known_hosts),
    }
