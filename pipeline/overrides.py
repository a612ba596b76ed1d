"""Where another behaviour is put in place of the pipeline's own, from outside: seeded misbehaviours, experiments."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from connector.protocol import Connector
from connector.values import replace
from pipeline.api.service import PortalStore
from pipeline.errors import OverrideError
from pipeline.notices.notifier import NotifierStore
from pipeline.notices.sender import NoticeSender
from pipeline.processor.processor import ProcessorStore, Table
from pipeline.settings import PipelineSettings
from pipeline.spool.broker import Broker
from pipeline.store.delivery import Spool
from pipeline.store.notices import NoticeStore
from pipeline.store.store import Store

__all__ = ["Overrides", "load_overrides"]


def _store_itself(store: Store) -> Store:
    return store


def _spool_itself(spool: Spool) -> Spool:
    return spool


def _broker_itself(broker: Broker) -> Broker:
    return broker


def _notices_themselves(notices: NoticeStore) -> NotifierStore:
    return notices


def _sender_itself(sender: NoticeSender) -> NoticeSender:
    return sender


def _connector_itself(connector: Connector) -> Connector:
    return connector


def _settings_as_given(settings: PipelineSettings) -> PipelineSettings:
    return settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """table: how the processor decides. portal_store, processor_store: the store as the API and the processor see it.
    spool: the messages as the processor gets them, of the store as it sees it or of a broker. outbox, broker: what the
    relay takes messages from, and publishes them to. connector: what the processor commands in place of a cluster's
    connector. notices, sender: the store as the notifier sees it, and what it sends through. settings: what the
    processor goes by, whatever was given and checked."""

    table: Table = field(default_factory=Table)
    portal_store: Callable[[Store], PortalStore] = _store_itself
    processor_store: Callable[[Store], ProcessorStore] = _store_itself
    spool: Callable[[Spool], Spool] = _spool_itself
    outbox: Callable[[Spool], Spool] = _spool_itself
    broker: Callable[[Broker], Broker] = _broker_itself
    connector: Callable[[Connector], Connector] = _connector_itself
    notices: Callable[[NoticeStore], NotifierStore] = _notices_themselves
    sender: Callable[[NoticeSender], NoticeSender] = _sender_itself
    settings: Callable[[PipelineSettings], PipelineSettings] = _settings_as_given


def load_overrides(overrides: str | None, decide: str | None) -> Overrides:
    """From `module:attribute` words: an `Overrides`, and a `Decide` to put into it. Raises `OverrideError`."""
    loaded = Overrides() if overrides is None else _load(overrides)
    if not isinstance(loaded, Overrides):
        raise OverrideError(f"{overrides}: is not a pipeline.overrides.Overrides")
    if decide is None:
        return loaded
    function = _load(decide)
    if not callable(function):
        raise OverrideError(f"{decide}: cannot be called as decide(situation, rules)")
    return replace(loaded, table=replace(loaded.table, decide=function))


def _load(words: str) -> object:
    module_name, _, attribute = words.partition(":")
    if not module_name or not attribute:
        raise OverrideError(f"{words!r}: needs the form module:attribute")
    here = str(Path.cwd())
    if here not in sys.path:  # as `python -m` would have it, however this process was started
        sys.path.append(here)  # behind the pipeline's own
    try:
        return getattr(import_module(module_name), attribute)
    except ImportError as error:
        raise OverrideError(f"{words}: {error}") from error
    except AttributeError as error:
        raise OverrideError(f"{words}: the module {module_name} has no {attribute}") from error
