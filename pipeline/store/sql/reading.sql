-- name: get
SELECT * FROM shares WHERE location = :location AND name = :name;

-- name: list
SELECT * FROM shares
WHERE row > :after AND (:location IS NULL OR location = :location) AND (:state IS NULL OR state = :state)
ORDER BY row LIMIT :limit;

-- name: events
SELECT number, at, share, location, name, before, after, writer, fence, reason FROM events
WHERE number > :after ORDER BY number LIMIT :limit;

-- name: attempts
SELECT
    number, share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline, ended_at,
    result, code, site, message, reply
FROM attempts WHERE number > :after ORDER BY number LIMIT :limit;

-- name: count_states
SELECT state, count(*) FROM shares GROUP BY state;

-- name: count_queued
SELECT count(*) FROM messages WHERE ending IS NULL;

-- name: known
SELECT id FROM shares WHERE id IN (SELECT value FROM json_each(:ids));
