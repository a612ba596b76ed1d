CREATE INDEX events_removed ON events (share) WHERE after IS NULL;

CREATE TABLE identity (
    id         TEXT NOT NULL,
    older_rows INTEGER NOT NULL
) STRICT;

CREATE TABLE findings (
    number   INTEGER PRIMARY KEY,
    at       REAL NOT NULL,
    location TEXT NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    mark     TEXT NOT NULL,
    detail   TEXT NOT NULL,
    UNIQUE (location, kind, name, mark)
) STRICT;
