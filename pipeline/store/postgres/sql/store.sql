-- name: find_key
SELECT body_hash, status, headers, body FROM keys
WHERE tenant = :tenant AND key = :key AND expires_at > :now;

-- Requests with one key take turns: the later one finds what the earlier one kept.
-- name: lock_key
SELECT pg_advisory_xact_lock(hashtextextended(CAST(:key AS text), hashtext(CAST(:tenant AS text))));

-- name: keep_key
INSERT INTO keys (tenant, key, body_hash, expires_at, status, headers, body)
VALUES (:tenant, :key, :body_hash, :expires_at, :status, :headers, :body)
ON CONFLICT (tenant, key) DO UPDATE SET
    body_hash = excluded.body_hash, expires_at = excluded.expires_at, status = excluded.status,
    headers = excluded.headers, body = excluded.body;

-- Two at a time with each key that is kept: the table cannot grow for ever, and no request pays for a great sweep.
-- name: forget_keys
DELETE FROM keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM keys WHERE expires_at <= :now AND expires_at >= :since
    ORDER BY expires_at LIMIT 2 FOR UPDATE SKIP LOCKED
)) RETURNING expires_at;

-- name: first_expired_key
SELECT min(expires_at) FROM keys WHERE expires_at <= :now AND expires_at >= :since;

-- Who accepts for one tenant by what it has takes turns.
-- name: lock_tenant
SELECT pg_advisory_xact_lock(hashtext('spoolproof.tenant'), hashtext(CAST(:tenant AS text)));

-- name: usage
SELECT tenant, count(*), sum(greatest(size, coalesce(confirmed_size, 0))) FROM shares
WHERE tenant = ANY (CAST(:tenants AS text[])) GROUP BY tenant;

-- name: insert_shares
WITH wanted AS (
    SELECT * FROM unnest(
        CAST(:ids AS text[]), CAST(:locations AS text[]), CAST(:names AS text[]), CAST(:sizes AS bigint[]),
        CAST(:specs AS text[]), CAST(:tenants AS text[]), CAST(:priorities AS integer[])
    ) WITH ORDINALITY AS share (id, location, name, size, spec_hash, tenant, priority, place)
), made AS (
    INSERT INTO shares (
        id, location, name, size, spec_hash, operation, generation, generation_done, state,
        fence, sequence, attempt, due_at, created_at, updated_at, tenant, priority
    )
    SELECT
        id, location, name, size, spec_hash, 'create', 1, 0, 'pending', 0, 0, 0, :now, :now, :now, tenant, priority
    FROM wanted ORDER BY place
    ON CONFLICT (location, name) DO NOTHING
    RETURNING row, id
), sent AS (
    INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
    SELECT id, 1, :now, :now, :expires_at FROM made
    WHERE CAST(:expires_at AS double precision) IS NOT NULL ORDER BY row
)
SELECT id, row FROM made;

-- name: find_share
SELECT {share} FROM shares WHERE location = :location AND name = :name;

-- name: find_id
SELECT {share} FROM shares WHERE id = :id;

-- In one order, so that two who ask for some of the same wait for each other and not in a ring.
-- name: find_ids
SELECT {share} FROM shares WHERE id = ANY (CAST(:ids AS text[])) ORDER BY row;

-- name: load_share
SELECT {share} FROM shares WHERE row = :row;

-- Who is next, passing over those that somebody else is just claiming. (The location is an expression so that no index of
-- locations is read along: it holds all records.)
-- name: earliest_due
SELECT {share} FROM shares
WHERE state <> 'active' AND state <> 'lost' AND due_at <= :now AND due_at >= :since
    AND (CAST(:locations AS text[]) IS NULL OR location || '' = ANY (CAST(:locations AS text[])))
    AND location NOT IN (SELECT location FROM holds WHERE kind = 'pause' AND (until IS NULL OR until > :now))
ORDER BY due_at, row LIMIT CAST(:limit AS bigint);

-- Who goes before a record whose turn it might be: tenants between the one that was served last and its own, then
-- this tenant's of a higher priority. Ranges that hold none of the record's own kind, so that where all are of one
-- tenant and priority none is read.
-- name: ahead_of
SELECT {share} FROM shares
WHERE row = (
    SELECT row FROM (
        (
            SELECT row FROM shares
            WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant > :served AND tenant < :upper
                AND due_at <= :now AND due_at >= :since
            ORDER BY tenant, priority DESC, due_at, row LIMIT 1
        )
        UNION ALL
        (
            SELECT row FROM shares
            WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant < :lower
                AND due_at <= :now AND due_at >= :since
            ORDER BY tenant, priority DESC, due_at, row LIMIT 1
        )
        UNION ALL
        (
            SELECT row FROM shares
            WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant = :tenant AND priority > :priority
                AND due_at <= :now AND due_at >= :since
            ORDER BY tenant, priority DESC, due_at, row LIMIT 1
        )
    ) AS turns LIMIT 1
) AND due_at <= :now;

-- name: first_due
SELECT min(due_at) FROM shares
WHERE state <> 'active' AND state <> 'lost' AND due_at <= :now AND due_at >= :since;

-- name: list
SELECT {share} FROM shares
WHERE row > :after AND (CAST(:location AS text) IS NULL OR location = :location)
    AND (CAST(:state AS text) IS NULL OR state = :state)
    AND (CAST(:since AS double precision) IS NULL OR updated_at >= :since)
    AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
ORDER BY row LIMIT CAST(:limit AS bigint);

-- name: known
SELECT id FROM shares WHERE id = ANY (CAST(:ids AS text[]));

-- By state, all records, and the messages that wait. Whoever is active is what is left of all.
-- name: count
SELECT state, count(*) FROM shares WHERE state <> 'active' GROUP BY state
UNION ALL SELECT 'all', count(*) FROM shares
UNION ALL SELECT 'queued', count(*) FROM messages WHERE ending IS NULL;

-- Since when the oldest create has not ended, and since when the record is due that has waited longest. Nobody works on
-- dead letters, nor on records of a paused location.
-- name: backlog_since
SELECT
    (SELECT min(created_at) FROM shares WHERE state = 'pending' AND dead IS NULL),
    (SELECT min(due_at) FROM shares WHERE state <> 'active' AND state <> 'lost' AND dead IS NULL AND location NOT IN (
        SELECT location FROM holds WHERE kind = 'pause' AND (until IS NULL OR until > :now)));

-- name: backlog
SELECT count(*) FROM (
    SELECT 1 FROM shares WHERE state <> 'active' AND state <> 'lost' AND due_at >= :since
    ORDER BY due_at LIMIT CAST(:most AS bigint)
) AS waiting;

-- name: insert_attempt
INSERT INTO attempts (
    share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline, ended_at,
    result, code, site, message, reply
)
VALUES (
    :share, :location, :name, :verb, :tried, :request_id, :sequence, :fence, :began_at, :deadline, :ended_at,
    :result, :code, :site, :message, :reply
)
RETURNING number;

-- name: end_attempt
UPDATE attempts SET
    ended_at = :ended_at, result = :result, code = :code, site = :site, message = :message, reply = :reply
WHERE number = :number AND ended_at IS NULL;

-- name: attempts
SELECT
    number, share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline, ended_at,
    result, code, site, message, reply
FROM attempts WHERE number > :after ORDER BY number LIMIT :limit;

-- name: append_events
SELECT append_events(CAST(:rows AS jsonb));

-- name: events
SELECT number, at, share, location, name, before, after, writer, fence, reason, operation, tenant FROM events
WHERE number > :after ORDER BY number LIMIT :limit;

-- name: removed
SELECT share, location, name FROM events WHERE after IS NULL AND share = ANY (CAST(:ids AS text[]));

-- name: insert_message
INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
VALUES (:share, :generation, :now, :now, :expires_at);

-- Those that have waited longest, in one statement: taken, or ended as expired, which costs their taker another look.
-- name: take_message
UPDATE messages SET
    visible_at = CASE WHEN expires_at > :now THEN :visible_at ELSE visible_at END,
    taken_by = CASE WHEN expires_at > :now THEN :owner ELSE taken_by END,
    deliveries = deliveries + CASE WHEN expires_at > :now THEN 1 ELSE 0 END,
    ending = CASE WHEN expires_at > :now THEN NULL ELSE 'expired' END,
    ended_at = CASE WHEN expires_at > :now THEN NULL ELSE CAST(:now AS double precision) END
FROM (
    SELECT number AS next, visible_at AS waited_since FROM messages
    WHERE ending IS NULL AND visible_at <= :now AND visible_at >= :since
    ORDER BY visible_at, number LIMIT CAST(:limit AS bigint) FOR UPDATE SKIP LOCKED
) AS waiting
WHERE number = next
RETURNING waited_since, number, share, generation, ending, sent_at;

-- name: next_message_at
SELECT min(visible_at) FROM messages WHERE ending IS NULL AND visible_at >= :since;

-- name: first_message
SELECT min(visible_at) FROM messages WHERE ending IS NULL AND visible_at <= :now AND visible_at >= :since;

-- name: hide_message
UPDATE messages SET visible_at = :visible_at WHERE number = :number AND ending IS NULL AND taken_by = :owner;

-- `ending IS NULL` is why a message ends once, however often it was delivered.
-- name: end_messages
UPDATE messages SET ending = 'done', ended_at = :now
WHERE number = ANY (CAST(:numbers AS bigint[])) AND ending IS NULL;

-- name: waiting_messages
SELECT number, share, generation FROM messages WHERE ending IS NULL AND expires_at > :now ORDER BY number;

-- name: count_messages
SELECT
    count(*),
    count(*) FILTER (WHERE ending IS NULL),
    count(*) FILTER (WHERE ending = 'done'),
    count(*) FILTER (WHERE ending = 'expired')
FROM messages;

-- name: dead
SELECT {share} FROM shares
WHERE row > :after AND dead IS NOT NULL AND (CAST(:location AS text) IS NULL OR location = :location)
    AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
    AND (CAST(:reason AS text) IS NULL OR strpos(dead, :reason) > 0)
ORDER BY row LIMIT :limit;

-- name: count_dead
SELECT count(*) FROM shares
WHERE dead IS NOT NULL AND (CAST(:location AS text) IS NULL OR location = :location)
    AND (CAST(:tenant AS text) IS NULL OR tenant = :tenant)
    AND (CAST(:reason AS text) IS NULL OR strpos(dead, :reason) > 0);

-- name: requeue
SELECT {share} FROM requeue_dead(:location, :tenant, :reason, :now, :expires_at);

-- name: holds
SELECT location, kind, reason, who, since, until FROM holds ORDER BY location;

-- name: put_hold
INSERT INTO holds (location, kind, reason, who, since, until)
VALUES (:location, :kind, :reason, :who, :since, :until)
ON CONFLICT (location) DO UPDATE SET
    kind = excluded.kind, reason = excluded.reason, who = excluded.who, since = excluded.since, until = excluded.until;

-- name: drop_hold
DELETE FROM holds WHERE location = :location;

-- name: drop_findings
DELETE FROM findings
WHERE location = :location AND kind = ANY (CAST(:kinds AS text[])) AND (kind, name, mark) NOT IN (
    SELECT row ->> 0, row ->> 1, row ->> 2 FROM jsonb_array_elements(CAST(:findings AS jsonb)) AS given (row)
);

-- name: add_findings
INSERT INTO findings (at, location, kind, name, mark, detail)
SELECT :now, :location, row ->> 0, row ->> 1, row ->> 2, row ->> 3
FROM jsonb_array_elements(CAST(:findings AS jsonb)) WITH ORDINALITY AS given (row, place)
WHERE NOT EXISTS (
    SELECT FROM findings
    WHERE location = :location AND (kind, name, mark) = (row ->> 0, row ->> 1, row ->> 2)
)
ORDER BY place
ON CONFLICT DO NOTHING
RETURNING kind, name, mark, detail;

-- name: findings
SELECT number, at, location, kind, name, mark, detail FROM findings
WHERE number > :after ORDER BY number LIMIT :limit;

-- name: count_findings
SELECT kind, count(*) FROM findings GROUP BY kind ORDER BY kind;

-- name: dead_rows
SELECT relname, n_dead_tup FROM pg_stat_user_tables
WHERE relid IN (CAST('shares' AS regclass), CAST('messages' AS regclass)) ORDER BY relname;

-- Of the transactions that this role may see: all, where it is a member of pg_read_all_stats.
-- name: oldest_snapshot
SELECT CAST(coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) AS double precision)
FROM pg_stat_activity
WHERE backend_xmin IS NOT NULL AND backend_type = 'client backend' AND datname = current_database();
