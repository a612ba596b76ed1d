-- name: dead
SELECT {share} FROM shares
WHERE row > :after AND dead IS NOT NULL AND (:location IS NULL OR location = :location) AND (:tenant IS NULL OR tenant = :tenant)
    AND (:reason IS NULL OR instr(dead, :reason) > 0)
ORDER BY row LIMIT :limit;

-- name: count_dead
SELECT count(*) FROM shares
WHERE dead IS NOT NULL AND (:location IS NULL OR location = :location) AND (:tenant IS NULL OR tenant = :tenant)
    AND (:reason IS NULL OR instr(dead, :reason) > 0);

-- name: insert_requeued
INSERT INTO events (at, share, location, name, before, after, writer, fence, reason, operation, tenant)
SELECT :now, id, location, name, state, state, 'api', fence, 'requeued', operation, tenant FROM shares
WHERE dead IS NOT NULL AND (:location IS NULL OR location = :location) AND (:tenant IS NULL OR tenant = :tenant)
    AND (:reason IS NULL OR instr(dead, :reason) > 0)
ORDER BY row;

-- name: insert_messages_again
INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
SELECT id, generation, :now, :now, :expires_at FROM shares
WHERE dead IS NOT NULL AND (:location IS NULL OR location = :location) AND (:tenant IS NULL OR tenant = :tenant)
    AND (:reason IS NULL OR instr(dead, :reason) > 0)
ORDER BY row;

-- name: requeue
UPDATE shares SET due_at = :now, dead = NULL, claims = 0, updated_at = :now
WHERE dead IS NOT NULL AND (:location IS NULL OR location = :location) AND (:tenant IS NULL OR tenant = :tenant)
    AND (:reason IS NULL OR instr(dead, :reason) > 0);
