ALTER TABLE shares ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
ALTER TABLE shares ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shares ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shares ADD COLUMN dead TEXT;

CREATE INDEX shares_turns ON shares (location, tenant, priority DESC, due_at) WHERE state <> 'active';

CREATE INDEX shares_dead ON shares (location) WHERE dead IS NOT NULL;

CREATE TABLE holds (
    location TEXT PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('pause', 'drain')),
    reason   TEXT NOT NULL,
    who      TEXT NOT NULL,
    since    REAL NOT NULL,
    until    REAL
) STRICT;
