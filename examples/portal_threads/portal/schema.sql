CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY,
    location TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (location, name)
);

CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    share TEXT NOT NULL,
    location TEXT NOT NULL,
    name TEXT NOT NULL,
    verb TEXT NOT NULL,
    size INTEGER,
    state TEXT NOT NULL DEFAULT 'queued'
);
