"""The reference pipeline in front of clusters, for as long as a `with` statement lasts."""

import os
from collections.abc import Mapping
from typing import Any

from spoolproof._async_farm import AsyncFarm
from spoolproof._child import Lab, Once
from spoolproof._farm import Farm

__all__ = ["Pipeline", "Pipelines", "pipeline"]


def pipeline(clusters: Farm | AsyncFarm | str | os.PathLike[str], /, **settings: Any) -> "Pipelines":
    """The reference pipeline: `with pipeline(farm) as served` or `async with pipeline(farm) as served`.

    clusters: those that it provisions shares on, or the path of their address file. settings: the keys of a pipeline
    file, such as `design="blocking"` or `retry={"attempts": 3}`. The store begins empty, and ends with the pipeline.

    Entering raises `StartError`, `InputError` or `LabError`.
    """
    addresses = clusters.addresses if isinstance(clusters, Farm | AsyncFarm) else clusters
    return Pipelines({"targets": os.path.abspath(addresses), "settings": settings})


class Pipeline:
    """A running pipeline. url: where a portal asks, of the gateway. api_url: of the API behind it."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.url = urls["gateway"]
        self.api_url = urls["api"]


class Pipelines:
    """What `pipeline` returns: entering it starts the pipeline, leaving it ends it. It can be entered once."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._once: Once[Pipeline] = Once("pipeline", request, _read)

    def __enter__(self) -> Pipeline:
        return self._once.__enter__()

    def __exit__(self, *error: object) -> None:
        self._once.__exit__(*error)

    async def __aenter__(self) -> Pipeline:
        return await self._once.__aenter__()

    async def __aexit__(self, *error: object) -> None:
        await self._once.__aexit__(*error)


def _read(lab: Lab, urls: Mapping[str, str]) -> Pipeline:
    return Pipeline(urls)
