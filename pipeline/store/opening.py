"""Opens the store that the settings name: a file, or a database's URL."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from connector.clock import Clock
from pipeline.errors import SettingsError
from pipeline.store.place import without_pooling
from pipeline.store.sqlite import open_store as open_sqlite_store
from pipeline.store.store import Store

__all__ = ["open_store"]


def open_store(place: Path | str, clock: Clock, *, answers: float | None = None) -> AbstractAsyncContextManager[Store]:
    """Open the store, while the context lasts. clock: a steady clock of this process; the store tells its own. answers:
    seconds for which a database may be away before callers get `StoreUnavailableError` (None: the store's own).

    Raises `SettingsError` where what a database needs is not installed, `StoreOpenError` and `StoreUnavailableError`.
    """
    if isinstance(place, Path):
        return open_sqlite_store(place, clock, answers=answers)
    try:
        from pipeline.store.postgres.opening import open_postgres_store  # brings asyncpg along, which is an extra
    except ImportError as error:
        raise SettingsError(
            f"store: a PostgreSQL database needs {error.name}: pip install 'spoolproof[postgres]'"
        ) from error
    url, pooled = without_pooling(place)
    return open_postgres_store(url, clock, pooled=pooled, answers=answers)
