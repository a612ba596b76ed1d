-- Rule 3: claim by compare-and-set, fence + 1. due_at moves to the end of the lease: nobody is next before then.
-- name: claim_message
UPDATE shares SET
    owner = :owner, lease_until = :lease_until, due_at = :lease_until, fence = fence + 1, updated_at = :now
WHERE id = :share AND generation_done < :generation AND state <> 'active' AND due_at <= :now
    AND (:locations IS NULL OR location IN (SELECT value FROM json_each(:locations)))
RETURNING *;

-- name: claim_due
UPDATE shares SET
    owner = :owner, lease_until = :lease_until, due_at = :lease_until, fence = fence + 1, updated_at = :now
WHERE row = (
    SELECT row FROM shares
    WHERE state <> 'active' AND due_at <= :now
        AND (:locations IS NULL OR location IN (SELECT value FROM json_each(:locations)))
    ORDER BY due_at, row LIMIT 1
)
RETURNING *;

-- name: renew
UPDATE shares SET lease_until = :lease_until, due_at = :lease_until
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;

-- Rule 4: the command is durable before it is sent, and the lease outlives its deadline.
-- The sequence lies above those of every earlier record of the name: a connector remembers names, not records.
-- name: begin_command
UPDATE shares SET
    sequence = max(sequence, row << 20) + 1, settled = 0, attempt = attempt + 1,
    command_deadline = max(coalesce(command_deadline, :deadline), :deadline),
    lease_until = max(lease_until, :deadline), due_at = max(due_at, :deadline)
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;

-- name: insert_attempt
INSERT INTO attempts (share, location, name, verb, tried, request_id, sequence, fence, began_at, deadline)
VALUES (:share, :location, :name, :verb, :tried, :request_id, :sequence, :fence, :began_at, :deadline);

-- name: end_attempt
UPDATE attempts SET
    ended_at = :ended_at, result = :result, code = :code, site = :site, message = :message, reply = :reply
WHERE number = :number AND ended_at IS NULL;

-- A command that only reads is written down when it is over, by whoever still holds the record.
-- name: insert_probe
INSERT INTO attempts (
    share, location, name, verb, tried, fence, began_at, deadline, ended_at, result, code, site, message, reply
)
SELECT
    id, location, name, :verb, :tried, fence, :began_at, :now, :now, :result, :code, :site, :message, :reply
FROM shares
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner;

-- name: move
UPDATE shares SET
    state = :to, reason = :reason, confirmed_size = coalesce(:confirmed_size, confirmed_size),
    attempt = CASE :to WHEN 'failing' THEN 0 ELSE attempt END,
    deferrals = CASE :to WHEN 'failing' THEN 0 ELSE deferrals END, updated_at = :now
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;

-- name: activate
UPDATE shares SET
    state = 'active', reason = :reason, size = :size, confirmed_size = :confirmed_size, spec_hash = :spec_hash,
    generation_done = generation, owner = NULL, lease_until = NULL, last_error = NULL, updated_at = :now
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;

-- name: give_up
UPDATE shares SET
    size = :size, spec_hash = :spec_hash, reason = :reason, attempt = 0, deferrals = 0, settled = 0, updated_at = :now
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;

-- name: release
UPDATE shares SET
    owner = NULL, lease_until = NULL, due_at = :due_at, last_error = :error,
    settled = max(settled, :settled), attempt = max(0, attempt - :refund),
    deferrals = deferrals + max(:refund, :blind), updated_at = :now
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING row;

-- name: remove
DELETE FROM shares
WHERE row = :row AND id = :id AND fence = :fence AND state = :state AND owner = :owner
RETURNING *;
