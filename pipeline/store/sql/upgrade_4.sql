-- Who is notified, what is owed to each, and what was tried: see pipeline/notices/records.py.
CREATE TABLE endpoints (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    target      TEXT NOT NULL,
    kinds       TEXT NOT NULL,
    secret      TEXT,
    old_secret  TEXT,
    old_until   REAL,
    created_at  REAL NOT NULL,
    disabled    TEXT,
    cursor      INTEGER NOT NULL,
    failures    INTEGER NOT NULL,
    due_at      REAL NOT NULL,
    owner       TEXT,
    lease_until REAL,
    fence       INTEGER NOT NULL
) STRICT;

CREATE TABLE deliveries (
    number   INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    message  TEXT NOT NULL,
    event    INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    share    TEXT NOT NULL,
    location TEXT NOT NULL,
    name     TEXT NOT NULL,
    reason   TEXT,
    at       REAL NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given-up')),
    attempt  INTEGER NOT NULL,
    due_at   REAL NOT NULL,
    ended_at REAL,
    UNIQUE (endpoint, message)
) STRICT;

CREATE INDEX deliveries_due ON deliveries (endpoint, due_at, number) WHERE state = 'waiting';

CREATE INDEX deliveries_in_order ON deliveries (endpoint, share, event) WHERE state = 'waiting';

CREATE INDEX deliveries_of_events ON deliveries (endpoint, event);

CREATE TABLE notice_attempts (
    number   INTEGER PRIMARY KEY,
    endpoint TEXT NOT NULL,
    message  TEXT NOT NULL,
    tried    INTEGER NOT NULL,
    began_at REAL NOT NULL,
    ended_at REAL,
    status   INTEGER,
    error    TEXT
) STRICT;

CREATE INDEX notice_attempts_of ON notice_attempts (endpoint, number);
