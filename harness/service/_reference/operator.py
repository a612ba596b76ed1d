"""What an operator does to a pipeline through its store: pause and drain clusters, requeue dead letters, and say who is
notified."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from connector.clock import steady_clock
from connector.targets import read_targets
from connector.tomlfile import read_toml
from pipeline.api.queue import queued_views, under_way
from pipeline.api.views import hold_view, share_view
from pipeline.api.webhooks import endpoint_view
from pipeline.errors import SettingsError
from pipeline.holds import HoldKind
from pipeline.notices.endpoints import DISABLED, EndpointError, new_endpoint, next_secret
from pipeline.notices.kinds import NoticeKind
from pipeline.notices.records import NoticeEndpoint
from pipeline.notices.signing import SignatureScheme
from pipeline.record import TENANT_NAME, DeadFilter
from pipeline.settings import PipelineSettings
from pipeline.store.opening import open_store
from pipeline.store.store import Store
from pipeline.uuid7 import uuid7_maker

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

    async def queue(self, *, location: str | None, most: int) -> Sequence[dict[str, object]]:
        """What is under way, first what is due first."""
        async with self._store() as store:
            records = await under_way(store, location=location, most=most)
            return queued_views(records, await store.holds(), store.clock())

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

    async def webhooks(self) -> Sequence[dict[str, object]]:
        """All receivers of notices, without their secrets."""
        async with self._store() as store:
            return [endpoint_view(endpoint) for endpoint in await store.notices.endpoints()]

    async def add_webhook(
        self, url: str, *, kinds: Sequence[str], tenant: str | None, signature: str | None
    ) -> dict[str, object]:
        """A new receiver, with its `secret`, which is shown this once. tenant None: of everybody's shares."""
        wanted = [_one_of(NoticeKind, kind, "kind") for kind in kinds]
        scheme = None if signature is None else _one_of(SignatureScheme, signature, "signature")
        if tenant is not None and TENANT_NAME.fullmatch(tenant) is None:
            raise SettingsError(f"tenant: {tenant!r} is none; accepted: 1 to 64 letters, digits and ._@-")
        async with self._store() as store:
            try:
                asked = new_endpoint(
                    self._settings.notifier,
                    id=uuid7_maker(store.clock)(),
                    url=url,
                    kinds=wanted,
                    tenant=tenant,
                    signature=scheme,
                    secret=None,
                    entropy=os.urandom,
                )
            except EndpointError as error:
                raise SettingsError(f"{error.where}: {url}: {error}") from error
            made = await store.notices.add(asked)
            return endpoint_view(made) | {"secret": made.secret}

    async def rotate_webhook(self, id: str) -> dict[str, object]:
        """Another secret, which is shown this once; the present one signs beside it for `notifier.overlap`."""
        async with self._store() as store:
            endpoint = await _known(store, id)
            try:
                secret = next_secret(endpoint, signature=None, secret=None, entropy=os.urandom)
            except EndpointError as error:
                raise SettingsError(f"{id}: {error}") from error
            await store.notices.rotate(id, secret, overlap=self._settings.notifier.overlap)
            return endpoint_view(await _known(store, id)) | {"secret": secret}

    async def switch_webhook(self, id: str, *, on: bool) -> dict[str, object]:
        """Serve it again from where it stopped, or send it nothing until then."""
        async with self._store() as store:
            await _known(store, id)
            await (store.notices.enable(id) if on else store.notices.disable(id, DISABLED))
            return endpoint_view(await _known(store, id))

    async def remove_webhook(self, id: str) -> None:
        """It goes, with all that is owed to it."""
        async with self._store() as store:
            await _known(store, id)
            await store.notices.remove(id)

    async def replay_webhook(self, id: str, *, first: int, last: int) -> int:
        """Owe it the changes of these numbers once more; how many messages that are."""
        async with self._store() as store:
            await _known(store, id)
            return await store.notices.replay(id, first=first, last=last) or 0

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


Word = TypeVar("Word", bound=StrEnum)


def _one_of(words: type[Word], given: str, what: str) -> Word:
    try:
        return words(given)
    except ValueError:
        raise SettingsError(f"{what}: {given!r} is none; accepted: {', '.join(words)}") from None


async def _known(store: Store, id: str) -> NoticeEndpoint:
    endpoint = await store.notices.find(id)
    if endpoint is None:
        known = ", ".join(each.id for each in await store.notices.endpoints()) or "none"
        raise SettingsError(f"no webhook {id!r}; there are: {known}")
    return endpoint
