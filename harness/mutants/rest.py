"""What a misbehaving store leaves alone: everything that it does not define is the real store's own."""

from typing import Any

from pipeline.store.store import Store

__all__ = ["Rest"]


class Rest:
    """Stands in front of a store and hands on what it does not change."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)
