-- name: next_message
SELECT number, share, generation, expires_at FROM messages
WHERE ending IS NULL AND visible_at <= :now ORDER BY visible_at, number LIMIT 1;

-- name: hide_message
UPDATE messages SET visible_at = :visible_at, taken_by = :owner, deliveries = deliveries + 1
WHERE number = :number;

-- `ending IS NULL` is why a message ends once, however often it was delivered.
-- name: end_message
UPDATE messages SET ending = :ending, ended_at = :now WHERE number = :number AND ending IS NULL;

-- name: count_messages
SELECT
    count(*),
    count(*) FILTER (WHERE ending IS NULL),
    count(*) FILTER (WHERE ending = 'done'),
    count(*) FILTER (WHERE ending = 'expired')
FROM messages;
