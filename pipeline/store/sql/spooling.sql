-- Those that have waited longest. Nobody else writes before they are taken.
-- name: next_messages
SELECT number, share, generation, expires_at > :now FROM messages
WHERE ending IS NULL AND visible_at <= :now ORDER BY visible_at, number LIMIT :limit;

-- Taken, or ended as expired.
-- name: take_messages
UPDATE messages SET
    visible_at = iif(expires_at > :now, :visible_at, visible_at),
    taken_by = iif(expires_at > :now, :owner, taken_by),
    deliveries = deliveries + (expires_at > :now),
    ending = iif(expires_at > :now, NULL, 'expired'),
    ended_at = iif(expires_at > :now, NULL, :now)
WHERE number IN (SELECT value FROM json_each(:numbers));

-- name: next_message_at
SELECT min(visible_at) FROM messages WHERE ending IS NULL;

-- name: hide_message
UPDATE messages SET visible_at = :visible_at WHERE number = :number AND ending IS NULL AND taken_by = :owner;

-- `ending IS NULL` is why a message ends once, however often it was delivered.
-- name: end_messages
UPDATE messages SET ending = 'done', ended_at = :now
WHERE number IN (SELECT value FROM json_each(:numbers)) AND ending IS NULL;

-- name: waiting_messages
SELECT number, share, generation FROM messages WHERE ending IS NULL AND expires_at > :now ORDER BY number;

-- name: count_messages
SELECT
    count(*),
    count(*) FILTER (WHERE ending IS NULL),
    count(*) FILTER (WHERE ending = 'done'),
    count(*) FILTER (WHERE ending = 'expired')
FROM messages;
