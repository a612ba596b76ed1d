"""What stands in front of a cluster's model: it lets connections in, over SSH or by another way."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from connector.targets import Target
from fake_clusters.calls import ClusterListener
from fake_clusters.exchanges import ExchangeLog
from fake_clusters.model import ClusterModel

__all__ = ["Front", "OpenFront"]


class Front(ClusterListener, Protocol):
    """One cluster's door. While the cluster is down it refuses, whatever it was told."""

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The host keys', as `SHA256:…`, the one that most clients see first."""
        ...

    @property
    def exchanges(self) -> ExchangeLog | None:
        """What was said, in seconds of the event loop. None: nothing is spelled here."""
        ...

    def close_port(self) -> None:
        """Refuse new connections; those that are open stay."""
        ...

    def open_port(self) -> None:
        """Take `close_port` back."""
        ...


OpenFront = Callable[[ClusterModel], AbstractAsyncContextManager[tuple[Front, Target]]]
"""Puts a front before a model while the context lasts, and says where it is."""
