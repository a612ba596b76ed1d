"""The tables of a service sheet that say how something is asked."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from connector.table import TomlTable
from harness.service.sheet.pointers import Pointer
from harness.service.sheet.terms import Paging
from harness.service.sheet.values import FormValue, Headers, Method, Path, Text

__all__ = ["AccessTable", "ListTable", "PagingTable", "ReadTable", "RequestTable", "ResizeTable"]


class RequestTable(TomlTable):
    """A request of one kind."""

    method: Method | None = Field(
        default=None,
        description="default: POST (create, allow), PATCH (resize), DELETE (delete, deny), GET (all else)",
    )
    path: Path = Field(description="path and query, with places; they are quoted as a URL needs it")
    headers: Headers = Field(default={}, description="beside those of all requests, with places")
    body: dict[str, Any] | None = Field(
        default=None,
        description='a JSON document with places; a text that is nothing but a place takes its value: `"{size}"` '
        "becomes a number; left out, and no `form`: there is no body",
    )
    form: dict[str, FormValue] | None = Field(
        default=None,
        description="instead of `body`: the fields of a form, with places, as `application/x-www-form-urlencoded`; "
        "a list gives a field several times",
    )
    share: Pointer | None = Field(
        default=None, description="where the share stands in an answer that is ok; left out: nowhere"
    )

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.body is not None and self.form is not None:
            raise ValueError("takes either body or form")
        return self


class AccessTable(RequestTable):
    """A request that gives a client access."""

    access_id: Pointer | None = Field(
        default=None, description="where the id of the new rule stands: the place `{access_id}` of `[deny]`"
    )


class ReadTable(RequestTable):
    """A request for one share."""

    items: Pointer | None = Field(
        default=None,
        description="instead of `share`: where a list stands; the share in it is found by name and location",
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.share is None) == (self.items is None):
            raise ValueError("needs either share or items")
        return self


class ResizeTable(RequestTable):
    """A request for another size."""

    smaller: RequestTable | None = Field(
        default=None, description="the request for a smaller size, where that is another one; the share is read first"
    )


class PagingTable(TomlTable):
    """How a list comes in pages."""

    by: Paging = Field(
        description="`cursor`: with what the page says at `next`; `marker`: with the id of its last share; "
        "`offset`: with the number of shares so far; `link`: at the address that the page says"
    )
    parameter: Text | None = Field(default=None, description="the query parameter for it; not with `link`")
    next: Pointer | None = Field(
        default=None,
        description='where a page says it; with `link`, left out: a `Link` header with `rel="next"`',
    )
    limit: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="shares per page, asked with `limit_parameter`"
    )
    limit_parameter: Text = Field(default="limit", description="the query parameter for `limit`")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.parameter is None) != (self.by is Paging.LINK):
            raise ValueError("link takes no parameter" if self.by is Paging.LINK else f"{self.by} needs a parameter")
        if self.by is Paging.CURSOR and self.next is None:
            raise ValueError("cursor needs next: where a page says it")
        if self.by in {Paging.MARKER, Paging.OFFSET} and self.next is not None:
            raise ValueError(f"{self.by} takes no next")
        return self


class ListTable(RequestTable):
    """A request for many shares."""

    items: Pointer = Field(description="where the list of shares stands in an answer")
    share: Pointer | None = Field(
        default=None, description="where the share stands in an item; left out: it is all of it"
    )
    paging: PagingTable | None = Field(default=None, description="left out: all shares come at once")
