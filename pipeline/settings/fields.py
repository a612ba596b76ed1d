"""What settings of several parts are made of."""

from typing import Annotated

from pydantic import AfterValidator, Field

from connector.units import Duration
from pipeline.notices.addresses import parse_network

__all__ = ["LOOPBACK", "NetworkWord", "Port", "Seconds"]

Seconds = Annotated[Duration, Field(gt=0)]
Port = Annotated[int, Field(ge=0, le=65535)]

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The hosts that are this one."""


def _check_network(word: str) -> str:
    parse_network(word)
    return word


NetworkWord = Annotated[str, AfterValidator(_check_network)]
