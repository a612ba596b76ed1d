-- The columns of `shares` stand in the order of the fields of ShareRecord: rows.py reads them by position.
-- AUTOINCREMENT: a row is never used again, so sequences that begin at it rise across the records of one name.
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
    tenant           TEXT NOT NULL DEFAULT 'default',
    priority         INTEGER NOT NULL DEFAULT 0,
    claims           INTEGER NOT NULL DEFAULT 0,
    dead             TEXT,
    UNIQUE (location, name)
) STRICT;

-- What waits for a processor. A claim moves due_at to the end of its lease, so this one index answers "who is next".
CREATE INDEX shares_waiting ON shares (due_at) WHERE state <> 'active';

-- The tenants that wait at a location, and which of its records each would have claimed first.
CREATE INDEX shares_turns ON shares (location, tenant, priority DESC, due_at) WHERE state <> 'active';

-- What each tenant has.
CREATE INDEX shares_of_tenant ON shares (tenant, size, confirmed_size);

-- Dead letters are due at 'infinity': they stand behind all that waits.
CREATE INDEX shares_dead ON shares (location) WHERE dead IS NOT NULL;

CREATE TABLE messages (
    number     INTEGER PRIMARY KEY,
    share      TEXT NOT NULL,
    generation INTEGER NOT NULL,
    sent_at    REAL NOT NULL,
    visible_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    taken_by   TEXT,
    deliveries INTEGER NOT NULL DEFAULT 0,
    ending     TEXT CHECK (ending IN ('done', 'expired')),
    ended_at   REAL
) STRICT;

CREATE INDEX messages_waiting ON messages (visible_at) WHERE ending IS NULL;

CREATE TABLE events (
    number   INTEGER PRIMARY KEY,
    at       REAL NOT NULL,
    share    TEXT NOT NULL,
    location TEXT NOT NULL,
    name     TEXT NOT NULL,
    before   TEXT,
    after    TEXT,
    writer   TEXT NOT NULL,
    fence    INTEGER,
    reason   TEXT,
    operation TEXT,
    tenant   TEXT
) STRICT;

-- The removals: what the sweeper may delete.
CREATE INDEX events_removed ON events (share) WHERE after IS NULL;

-- One row, made with the store: shares carry its id in their marks. older_rows: see StoreIdentity.
CREATE TABLE identity (
    id         TEXT NOT NULL,
    older_rows INTEGER NOT NULL
) STRICT;

CREATE TABLE findings (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    at       REAL NOT NULL,
    location TEXT NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    mark     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    UNIQUE (location, kind, name, mark)
) STRICT;

CREATE TABLE attempts (
    number     INTEGER PRIMARY KEY,
    share      TEXT NOT NULL,
    location   TEXT NOT NULL,
    name       TEXT NOT NULL,
    verb       TEXT NOT NULL,
    tried      INTEGER NOT NULL,
    request_id TEXT,
    sequence   INTEGER,
    fence      INTEGER NOT NULL,
    began_at   REAL NOT NULL,
    deadline   REAL NOT NULL,
    ended_at   REAL,
    result     TEXT CHECK (result IN ('ok', 'fail', 'unknown')),
    code       TEXT,
    site       TEXT,
    message    TEXT,
    reply      TEXT
) STRICT;

CREATE TABLE keys (
    tenant     TEXT NOT NULL,
    key        TEXT NOT NULL,
    body_hash  TEXT NOT NULL,
    expires_at REAL NOT NULL,
    status     INTEGER NOT NULL,
    headers    TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT;

CREATE INDEX keys_expiring ON keys (expires_at);

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
    fence       INTEGER NOT NULL,
    tenant      TEXT
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
-- What an operator holds up at a location.
CREATE TABLE holds (
    location TEXT PRIMARY KEY,
    kind     TEXT NOT NULL CHECK (kind IN ('pause', 'drain')),
    reason   TEXT NOT NULL,
    who      TEXT NOT NULL,
    since    REAL NOT NULL,
    until    REAL
) STRICT;
