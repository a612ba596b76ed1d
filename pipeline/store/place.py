"""Where a store is, and the broker beside it, as settings say it."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Discriminator, Field, Tag

from connector.output_files import OutputPath

__all__ = ["BrokerUrls", "DatabaseUrl", "StorePlace", "without_pooling"]

_SCHEMES = ("postgresql://", "postgres://")

DatabaseUrl = Annotated[str, Field(pattern=r"^postgres(ql)?://\S+$")]


def _kind(value: object) -> str:
    return "url" if str(value).startswith(_SCHEMES) else "file"


StorePlace = Annotated[Annotated[DatabaseUrl, Tag("url")] | Annotated[OutputPath, Tag("file")], Discriminator(_kind)]
"""The path of an SQLite file, or the URL of a PostgreSQL database."""

BrokerUrls = Annotated[str, Field(pattern=r"^(nats|tls)://[^\s,]+(,(nats|tls)://[^\s,]+)*$")]
"""URLs of the nodes of a broker, with commas between."""

_POOLED = ("pooled", "true")


def without_pooling(url: str) -> tuple[str, bool]:
    """The URL as PostgreSQL knows it, and whether it said `pooled=true`: that there is a pooler on the way which gives
    each transaction another connection."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    rest = [pair for pair in query if pair != _POOLED]
    return urlunsplit(parts._replace(query=urlencode(rest))), len(rest) < len(query)
