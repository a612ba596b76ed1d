-- name: holds
SELECT location, kind, reason, who, since, until FROM holds ORDER BY location;

-- name: put_hold
REPLACE INTO holds (location, kind, reason, who, since, until)
VALUES (:location, :kind, :reason, :who, :since, :until);

-- name: drop_hold
DELETE FROM holds WHERE location = :location;
