-- name: get
SELECT {share} FROM shares WHERE location = :location AND name = :name;

-- name: list
SELECT {share} FROM shares
WHERE row > :after AND (:location IS NULL OR location = :location) AND (:state IS NULL OR state = :state)
    AND (:since IS NULL OR updated_at >= :since) AND (:tenant IS NULL OR tenant = :tenant)
ORDER BY row LIMIT :limit;

-- name: events
SELECT number, at, share, location, name, before, after, writer, fence, reason, operation, tenant FROM events
WHERE number > :after ORDER BY number LIMIT :limit;

-- name: attempts
SELECT
    number, share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline, ended_at,
    result, code, site, message, reply
FROM attempts WHERE number > :after ORDER BY number LIMIT :limit;

-- By state, all records, and the messages that wait. Whoever is active is what is left of all: in a store that has run
-- for long they are nearly all, and to read their rows for each look costs more than the work that is looked at.
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

-- By the index of what waits, and no further than asked.
-- name: backlog
SELECT count(*) FROM (SELECT 1 FROM shares WHERE state <> 'active' AND state <> 'lost' LIMIT :most);

-- By the index of removals.
-- name: removed
SELECT share, location, name FROM events WHERE after IS NULL AND share IN (SELECT value FROM json_each(:ids));

-- name: known
SELECT id FROM shares WHERE id IN (SELECT value FROM json_each(:ids));
