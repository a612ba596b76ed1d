-- Who is next: by `shares_waiting`, since a claim moves due_at to the end of its lease.
-- name: earliest_due
SELECT {share} FROM shares
WHERE state <> 'active' AND state <> 'lost' AND due_at <= :now
    AND (:locations IS NULL OR location IN (SELECT value FROM json_each(:locations)))
    AND location NOT IN (SELECT location FROM holds WHERE kind = 'pause' AND (until IS NULL OR until > :now))
ORDER BY due_at, row LIMIT :limit;

-- Who goes before a record whose turn it might be: tenants between the one that was served last and its own, then
-- this tenant's of a higher priority. Ranges that hold none of the record's own kind, so that where all are of one
-- tenant and priority none is read.
-- name: ahead_of
SELECT * FROM (
    SELECT {share} FROM shares
    WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant > :served AND tenant < :upper
        AND due_at <= :now
    ORDER BY tenant, priority DESC, due_at, row LIMIT 1
)
UNION ALL
SELECT * FROM (
    SELECT {share} FROM shares
    WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant < :lower
        AND due_at <= :now
    ORDER BY tenant, priority DESC, due_at, row LIMIT 1
)
UNION ALL
SELECT * FROM (
    SELECT {share} FROM shares
    WHERE state <> 'active' AND state <> 'lost' AND location = :location AND tenant = :tenant AND priority > :priority
        AND due_at <= :now
    ORDER BY tenant, priority DESC, due_at, row LIMIT 1
)
LIMIT 1;

-- name: find_id
SELECT {share} FROM shares WHERE id = :id;

-- name: load_share
SELECT {share} FROM shares WHERE row = :row;

-- name: insert_attempt
INSERT INTO attempts (share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline)
VALUES (:share, :location, :name, :verb, :tried, :request_id, :sequence, :fence, :began_at, :deadline);

-- name: end_attempt
UPDATE attempts SET
    ended_at = :ended_at, result = :result, code = :code, site = :site, message = :message, reply = :reply
WHERE number = :number AND ended_at IS NULL;

-- A command that only reads is written down when it is over.
-- name: insert_ended_attempt
INSERT INTO attempts (
    share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline, ended_at,
    result, code, site, message, reply
)
VALUES (
    :share, :location, :name, :verb, :tried, :request_id, :sequence, :fence, :began_at, :deadline, :ended_at,
    :result, :code, :site, :message, :reply
);
