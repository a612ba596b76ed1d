"""What an operator does to a pipeline through its store: pause and drain clusters, see and requeue dead letters."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from connector.clock import steady_clock
from connector.targets import read_targets
from connector.tomlfile import read_toml
from pipeline.api.views import hold_view, share_view
from pipeline.errors import SettingsError
from pipeline.holds import HoldKind
from pipeline.record import DeadFilter
from pipeline.settings import PipelineSettings
from pipeline.store.opening import open_store
from pipeline.store.store import Store

__all__ = ["Operator"]

_PAGE = 1000


class Operator:
    """By the settings of a pipeline, whether it runs or not. Each method opens the store, and raises `TomlProblems`,
    `PipelineError` and `ConnectorError`."""

    def __init__(self, path: Path) -> None:
        self._settings = read_toml(path, PipelineSettings)

    async def hold(
        self, location: str, kind: str, *, reason: str, who: str, seconds: float | None
    ) -> dict[str, object]:
        """Pause or drain a location."""
        self._check(location)
        async with self._store() as store:
            return hold_view(await store.hold(location, HoldKind(kind), reason=reason, who=who, seconds=seconds))

    async def lift(self, location: str) -> dict[str, object] | None:
        """End what holds a location up; None where nothing does."""
        self._check(location)
        async with self._store() as store:
            hold = await store.lift(location)
            return None if hold is None else hold_view(hold)

    async def holds(self) -> Sequence[dict[str, object]]:
        """All that are in force."""
        async with self._store() as store:
            return [hold_view(hold) for hold in await store.holds()]

    async def dead(self, *, location: str | None, tenant: str | None, reason: str | None) -> list[dict[str, object]]:
        """All dead letters that match."""
        wanted = DeadFilter(location=location, tenant=tenant, reason=reason)
        found: list[dict[str, object]] = []
        async with self._store() as store:
            after = 0
            while page := await store.dead(wanted, after=after, limit=_PAGE):
                found += [share_view(record) for record in page]
                after = page[-1].row
        return found

    async def requeue(self, *, location: str | None, tenant: str | None, reason: str | None, dry_run: bool) -> int:
        """Requeue all dead letters that match, or only count them."""
        wanted = DeadFilter(location=location, tenant=tenant, reason=reason)
        async with self._store() as store:
            return await store.count_dead(wanted) if dry_run else await store.requeue(wanted)

    def _check(self, location: str) -> None:
        if self._settings.targets is None:
            return
        known = [target.name for target in read_targets(self._settings.targets)]
        if location not in known:
            raise SettingsError(f"no cluster {location!r}; {self._settings.targets} has: {', '.join(sorted(known))}")

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[Store]:
        place = self._settings.store
        if isinstance(place, Path) and not place.exists():
            raise SettingsError(f"store: {place}: there is no such file")
        async with open_store(place, steady_clock(asyncio.get_running_loop())) as store:
            yield store
