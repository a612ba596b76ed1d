"""Where a store is, as settings say it."""

from typing import Annotated

from pydantic import Field

from connector.output_files import OutputPath

__all__ = ["DatabaseUrl", "StorePlace"]

DatabaseUrl = Annotated[str, Field(pattern=r"^postgres(ql)?://\S+$")]

StorePlace = Annotated[DatabaseUrl | OutputPath, Field(union_mode="left_to_right")]
"""The path of an SQLite file, or the URL of a PostgreSQL database."""
