-- Who is next: by `shares_waiting`, since a claim moves due_at to the end of its lease.
-- name: earliest_due
SELECT * FROM shares
WHERE state <> 'active' AND due_at <= :now
    AND (:locations IS NULL OR location IN (SELECT value FROM json_each(:locations)))
ORDER BY due_at, row LIMIT 1;

-- name: find_id
SELECT * FROM shares WHERE id = :id;

-- name: load_share
SELECT * FROM shares WHERE row = :row;

-- What identifies a record never changes. The comparison is the last line of defence behind the transaction.
-- name: update_share
UPDATE shares SET
    size = :size, confirmed_size = :confirmed_size, spec_hash = :spec_hash, operation = :operation,
    generation = :generation, generation_done = :generation_done, state = :state, reason = :reason,
    owner = :owner, lease_until = :lease_until, fence = :fence, sequence = :sequence,
    command_deadline = :command_deadline, attempt = :attempt, due_at = :due_at, last_error = :last_error,
    updated_at = :updated_at, settled = :settled, deferrals = :deferrals
WHERE row = :row AND fence = :seen_fence AND state = :seen_state AND owner IS :seen_owner;

-- name: delete_share
DELETE FROM shares WHERE row = :row AND fence = :seen_fence AND state = :seen_state AND owner IS :seen_owner;

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
