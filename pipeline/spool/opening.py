"""Opens the broker that the settings name."""

import re
from contextlib import AbstractAsyncContextManager

from pipeline.errors import SettingsError
from pipeline.marks import StoreIdentity
from pipeline.spool.broker import Broker

__all__ = ["open_broker"]


def open_broker(urls: str, store: StoreIdentity) -> AbstractAsyncContextManager[Broker]:
    """Open the broker while the context lasts. urls: with commas between. store: whose messages these are.

    Raises `SettingsError` where what it needs is not installed.
    """
    try:
        from pipeline.spool.nats_broker import open_nats_broker  # brings nats-py along, which is an extra
    except ImportError as error:
        raise SettingsError(f"spool: NATS needs {error.name}: pip install 'spoolproof[nats]'") from error
    place = re.sub(r"(?<=//)[^/@,]*@", "", urls)
    return open_nats_broker(urls.split(","), f"spoolproof-{store.id}", place=place)
