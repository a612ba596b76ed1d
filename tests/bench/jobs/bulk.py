"""Jobs from put to done by statements of many rows, which leave the row versions that the pipeline leaves."""

from collections.abc import Sequence

import asyncpg

from connector.clock import Clock

__all__ = ["do_in_bulk"]

BATCH = 2_000

_PUT = """
WITH made AS (
    INSERT INTO shares (id, location, name, size, spec_hash, operation, generation, generation_done, state, fence,
    sequence, attempt, due_at, created_at, updated_at, tenant, priority)
    SELECT 'bulk-' || n, 'north', 'bulk-' || n, 1, '', 'create', 1, 0, 'pending', 0, 0, 0, $1, $1, $1,
        tenants[1 + n % array_length(tenants, 1)], 0
    FROM generate_series(CAST($2 AS bigint), CAST($3 AS bigint)) AS n, CAST($4 AS text[]) AS tenants RETURNING row, id
), sent AS (
    INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
    SELECT id, 1, $1, $1, $1 + 3600 FROM made RETURNING number
)
SELECT (SELECT min(row) FROM made), (SELECT max(row) FROM made), (SELECT min(number) FROM sent),
    (SELECT max(number) FROM sent)
"""
_TAKEN = """UPDATE messages SET visible_at = $1 + 30, taken_by = 'bench', deliveries = 1
WHERE number BETWEEN $2 AND $3"""
_CLAIMED = """UPDATE shares SET owner = 'bench', lease_until = $1 + 30, due_at = $1 + 30, fence = 1, claims = 1
WHERE row BETWEEN $2 AND $3"""
_ENDED = "UPDATE messages SET ending = 'done', ended_at = $1 WHERE number BETWEEN $2 AND $3"
_BEGUN = """UPDATE shares SET sequence = 1, attempt = 1, command_deadline = $1 + 17, settled = 0
WHERE row BETWEEN $2 AND $3"""
_ACTIVE = """UPDATE shares SET state = 'active', owner = NULL, lease_until = NULL, due_at = $1, generation_done = 1,
confirmed_size = 1, claims = 0, settled = 1 WHERE row BETWEEN $2 AND $3"""


async def do_in_bulk(url: str, jobs: int, clock: Clock, *, tenants: Sequence[str] = ("default",)) -> None:
    """All these jobs, a batch at a time."""
    connection = await asyncpg.connect(url)
    for first in range(0, jobs, BATCH):
        put = await connection.fetchrow(_PUT, clock(), first, min(first + BATCH, jobs) - 1, list(tenants))
        assert put is not None
        rows, numbers = put[:2], put[2:]
        for statement, those in (
            (_TAKEN, numbers),
            (_CLAIMED, rows),
            (_ENDED, numbers),
            (_BEGUN, rows),
            (_ACTIVE, rows),
        ):
            await connection.execute(statement, clock(), *those)
    await connection.close()
