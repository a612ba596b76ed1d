-- name: drop_findings
DELETE FROM findings
WHERE location = :location AND kind IN (SELECT value FROM json_each(:kinds)) AND (kind, name, mark) NOT IN (
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(:findings)
);

-- One that is known already uses up no number.
-- name: add_findings
INSERT INTO findings (at, location, kind, name, mark, detail)
SELECT :now, :location, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(:findings)
WHERE NOT EXISTS (
    SELECT 1 FROM findings
    WHERE location = :location AND kind = value ->> 0 AND name = value ->> 1 AND mark = value ->> 2
)
ON CONFLICT DO NOTHING
RETURNING kind, name, mark, detail;

-- name: findings
SELECT number, at, location, kind, name, mark, detail FROM findings
WHERE number > :after ORDER BY number LIMIT :limit;

-- name: count_findings
SELECT kind, count(*) FROM findings GROUP BY kind ORDER BY kind;
