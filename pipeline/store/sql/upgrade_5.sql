-- Shares can be lost, and have parts. A CHECK cannot be changed, so the table is made anew. Its rows are never used again:
-- the sequence goes on where the earlier table's was.
ALTER TABLE shares RENAME TO earlier_shares;

DROP INDEX shares_waiting;

CREATE TABLE shares (
    row              INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    location         TEXT NOT NULL,
    name             TEXT NOT NULL,
    size             INTEGER NOT NULL,
    confirmed_size   INTEGER,
    spec_hash        TEXT NOT NULL,
    operation        TEXT NOT NULL,
    generation       INTEGER NOT NULL,
    generation_done  INTEGER NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('pending', 'active', 'updating', 'failing', 'deleting', 'lost')),
    reason           TEXT,
    owner            TEXT,
    lease_until      REAL,
    fence            INTEGER NOT NULL,
    sequence         INTEGER NOT NULL,
    command_deadline REAL,
    attempt          INTEGER NOT NULL,
    due_at           REAL NOT NULL,
    last_error       TEXT,
    created_at       REAL NOT NULL,
    updated_at       REAL NOT NULL,
    settled          INTEGER NOT NULL DEFAULT 1,
    deferrals        INTEGER NOT NULL DEFAULT 0,
    part             TEXT,
    parts            TEXT,
    UNIQUE (location, name)
) STRICT;

INSERT INTO shares SELECT *, NULL, NULL FROM earlier_shares;

DELETE FROM sqlite_sequence WHERE name = 'shares';

UPDATE sqlite_sequence SET name = 'shares' WHERE name = 'earlier_shares';

DROP TABLE earlier_shares;

CREATE INDEX shares_waiting ON shares (due_at) WHERE state <> 'active';

ALTER TABLE events ADD COLUMN operation TEXT;
