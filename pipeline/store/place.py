"""Where a store is, and the broker beside it, as settings say it."""

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from connector.output_files import OutputPath

__all__ = ["BrokerUrls", "DatabaseUrl", "StorePlace"]

_SCHEMES = ("postgresql://", "postgres://")

DatabaseUrl = Annotated[str, Field(pattern=r"^postgres(ql)?://\S+$")]


def _kind(value: object) -> str:
    return "url" if str(value).startswith(_SCHEMES) else "file"


StorePlace = Annotated[Annotated[DatabaseUrl, Tag("url")] | Annotated[OutputPath, Tag("file")], Discriminator(_kind)]
"""The path of an SQLite file, or the URL of a PostgreSQL database."""

BrokerUrls = Annotated[str, Field(pattern=r"^(nats|tls)://[^\s,]+(,(nats|tls)://[^\s,]+)*$")]
"""URLs of the nodes of a broker, with commas between."""
