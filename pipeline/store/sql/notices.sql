-- For SQLite and PostgreSQL alike. The columns stand in the order of the fields of pipeline/notices/records.py.

-- name: endpoints
SELECT
    id, kind, target, kinds, secret, old_secret, old_until, created_at, disabled, cursor, failures, due_at,
    owner, lease_until, fence, tenant
FROM endpoints ORDER BY created_at, id;

-- name: find_endpoint
SELECT
    id, kind, target, kinds, secret, old_secret, old_until, created_at, disabled, cursor, failures, due_at,
    owner, lease_until, fence, tenant
FROM endpoints WHERE id = :id;

-- name: insert_endpoint
INSERT INTO endpoints (
    id, kind, target, kinds, secret, old_secret, old_until, created_at, disabled, cursor, failures, due_at,
    owner, lease_until, fence, tenant
)
VALUES (
    :id, :kind, :target, :kinds, :secret, :old_secret, :old_until, :created_at, :disabled, :cursor, :failures, :due_at,
    :owner, :lease_until, :fence, :tenant
);

-- What the API may change.
-- name: change_endpoint
UPDATE endpoints SET
    secret = :secret, old_secret = :old_secret, old_until = :old_until,
    disabled = :disabled, failures = :failures, due_at = :due_at
WHERE id = :id;

-- What a notifier may change.
-- name: hold_endpoint
UPDATE endpoints SET
    disabled = :disabled, cursor = :cursor, failures = :failures, due_at = :due_at,
    owner = :owner, lease_until = :lease_until, fence = :fence
WHERE id = :id;

-- name: delete_endpoint
DELETE FROM endpoints WHERE id = :id;

-- name: delete_deliveries
DELETE FROM deliveries WHERE endpoint = :endpoint;

-- name: newest_event
SELECT coalesce(max(number), 0) FROM events;

-- name: insert_delivery
INSERT INTO deliveries (
    endpoint, message, event, kind, share, location, name, reason, at, state, attempt, due_at, ended_at
)
VALUES (
    :endpoint, :message, :event, :kind, :share, :location, :name, :reason, :at, :state, :attempt, :due_at, :ended_at
)
ON CONFLICT (endpoint, message) DO NOTHING;

-- name: update_delivery
UPDATE deliveries SET state = :state, attempt = :attempt, due_at = :due_at, ended_at = :ended_at
WHERE number = :number;

-- Those that are due, and of each share the earliest that waits alone: what came later is told later.
-- name: due_deliveries
SELECT
    number, endpoint, message, event, kind, share, location, name, reason, at, state, attempt, due_at, ended_at
FROM deliveries AS due
WHERE endpoint = :endpoint AND state = 'waiting' AND due_at <= :now AND NOT EXISTS (
    SELECT 1 FROM deliveries AS earlier
    WHERE earlier.endpoint = due.endpoint AND earlier.state = 'waiting'
        AND earlier.share = due.share AND earlier.event < due.event
)
ORDER BY due_at, number LIMIT :limit;

-- name: deliveries
SELECT
    number, endpoint, message, event, kind, share, location, name, reason, at, state, attempt, due_at, ended_at
FROM deliveries WHERE endpoint = :endpoint AND number > :after ORDER BY number LIMIT :limit;

-- name: deliveries_of_events
SELECT
    number, endpoint, message, event, kind, share, location, name, reason, at, state, attempt, due_at, ended_at
FROM deliveries WHERE endpoint = :endpoint AND event BETWEEN :first AND :last ORDER BY event;

-- name: insert_notice_attempt
INSERT INTO notice_attempts (endpoint, message, tried, began_at)
VALUES (:endpoint, :message, :tried, :began_at)
RETURNING number;

-- name: end_notice_attempt
UPDATE notice_attempts SET ended_at = :ended_at, status = :status, error = :error
WHERE number = :number AND ended_at IS NULL;

-- name: notice_attempts
SELECT number, endpoint, message, tried, began_at, ended_at, status, error
FROM notice_attempts WHERE endpoint = :endpoint AND number > :after ORDER BY number LIMIT :limit;

-- By the indexes alone, and no further than asked: whoever is behind is found the next time. The newest row stays, so that
-- SQLite gives no number again.
-- name: forget_deliveries
DELETE FROM deliveries WHERE number IN (
    SELECT number FROM (
        SELECT number, ended_at FROM deliveries WHERE endpoint = :endpoint ORDER BY event, number LIMIT :limit
    ) AS oldest WHERE ended_at < :before AND number <> (SELECT max(number) FROM deliveries)
);

-- name: forget_notice_attempts
DELETE FROM notice_attempts WHERE number IN (
    SELECT number FROM (
        SELECT number, began_at FROM notice_attempts WHERE endpoint = :endpoint ORDER BY number LIMIT :limit
    ) AS oldest WHERE began_at < :before AND number <> (SELECT max(number) FROM notice_attempts)
);
