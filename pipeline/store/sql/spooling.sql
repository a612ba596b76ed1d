-- The one that has waited longest, in one statement: taken, or ended as expired, which costs its taker another look.
-- name: take_message
UPDATE messages SET
    visible_at = iif(expires_at > :now, :visible_at, visible_at),
    taken_by = iif(expires_at > :now, :owner, taken_by),
    deliveries = deliveries + (expires_at > :now),
    ending = iif(expires_at > :now, NULL, 'expired'),
    ended_at = iif(expires_at > :now, NULL, :now)
WHERE number = (
    SELECT number FROM messages WHERE ending IS NULL AND visible_at <= :now ORDER BY visible_at, number LIMIT 1
)
RETURNING number, share, generation, ending;

-- name: next_message_at
SELECT min(visible_at) FROM messages WHERE ending IS NULL;

-- name: hide_message
UPDATE messages SET visible_at = :visible_at WHERE number = :number AND ending IS NULL AND taken_by = :owner;

-- `ending IS NULL` is why a message ends once, however often it was delivered.
-- name: end_message
UPDATE messages SET ending = :ending, ended_at = :now WHERE number = :number AND ending IS NULL;

-- name: waiting_messages
SELECT number, share, generation FROM messages WHERE ending IS NULL AND expires_at > :now ORDER BY number;

-- name: count_messages
SELECT
    count(*),
    count(*) FILTER (WHERE ending IS NULL),
    count(*) FILTER (WHERE ending = 'done'),
    count(*) FILTER (WHERE ending = 'expired')
FROM messages;
