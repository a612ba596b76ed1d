-- name: find_key
SELECT body_hash, status, headers, body FROM keys
WHERE tenant = :tenant AND key = :key AND expires_at > :now;

-- name: keep_key
INSERT OR REPLACE INTO keys (tenant, key, body_hash, expires_at, status, headers, body)
VALUES (:tenant, :key, :body_hash, :expires_at, :status, :headers, :body);

-- Two at a time with each key that is kept: the table cannot grow for ever, and no request pays for a great sweep.
-- name: forget_keys
DELETE FROM keys WHERE rowid IN (SELECT rowid FROM keys WHERE expires_at <= :now ORDER BY expires_at LIMIT 2);

-- By the index of tenants alone.
-- name: usage
SELECT tenant, count(*), sum(max(size, coalesce(confirmed_size, 0))) FROM shares
WHERE tenant IN (SELECT value FROM json_each(:tenants)) GROUP BY tenant;

-- name: newest_row
SELECT coalesce(max(row), 0) FROM shares;

-- All creates of a batch in one statement (`WHERE true` lets the parser tell the join from the conflict clause).
-- name: insert_shares
INSERT INTO shares (
    id, location, name, size, spec_hash, operation, generation, generation_done, state,
    fence, sequence, attempt, due_at, created_at, updated_at, tenant, priority
)
SELECT
    value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'create', 1, 0, 'pending',
    0, 0, 0, :now, :now, :now, value ->> 5, value ->> 6
FROM json_each(:shares)
WHERE true
ON CONFLICT (location, name) DO NOTHING;

-- name: insert_messages_behind
INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
SELECT id, generation, :now, :now, :expires_at FROM shares WHERE row > :newest ORDER BY row;

-- name: insert_events_behind
INSERT INTO events (at, share, location, name, before, after, writer, fence, reason, operation, tenant)
SELECT :now, id, location, name, NULL, state, 'api', NULL, NULL, operation, tenant FROM shares
WHERE row > :newest ORDER BY row;

-- name: find_share
SELECT {share} FROM shares WHERE location = :location AND name = :name;

-- name: insert_message
INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
VALUES (:share, :generation, :now, :now, :expires_at);

-- name: insert_event
INSERT INTO events (at, share, location, name, before, after, writer, fence, reason, operation, tenant)
VALUES (:at, :share, :location, :name, :before, :after, :writer, :fence, :reason, :operation, :tenant);
