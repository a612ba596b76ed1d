"""What must go on goes on, and its log tells the store's troubles from bugs of ours."""

import logging

import pytest

from pipeline.errors import PipelineError, StoreOpenError, StoreUnavailableError
from pipeline.lasting import keep_on


@pytest.mark.parametrize(
    ("error", "internal"),
    [
        (StoreUnavailableError("db: the database cannot be reached"), False),
        (StoreOpenError("db: password authentication failed"), False),
        (PipelineError("no such move"), True),
    ],
)
async def test_a_store_that_is_away_or_refuses_is_no_internal_error(
    error: Exception, internal: bool, caplog: pytest.LogCaptureFixture
) -> None:
    ends = [error]

    async def turn() -> bool:
        if ends:
            raise ends.pop()
        return False

    with caplog.at_level(logging.WARNING):
        await keep_on("scan", turn, pause=0.0)
    (record,) = caplog.records
    assert ("internal error" in record.getMessage(), record.exc_info is not None) == (internal, internal)
