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
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,
    leased_until REAL NOT NULL DEFAULT 0,
    sequence INTEGER
);

CREATE TABLE IF NOT EXISTS sequences (id INTEGER PRIMARY KEY AUTOINCREMENT);

CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL
);

-- Every change of a state, written in the transaction that makes it.
CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    share TEXT NOT NULL,
    location TEXT NOT NULL,
    name TEXT NOT NULL,
    old_state TEXT,
    new_state TEXT
);

CREATE TRIGGER IF NOT EXISTS made AFTER INSERT ON shares BEGIN
    INSERT INTO changes (at, share, location, name, new_state)
    VALUES (unix_now(), NEW.id, NEW.location, NEW.name, NEW.state);
END;

CREATE TRIGGER IF NOT EXISTS moved AFTER UPDATE OF state ON shares BEGIN
    INSERT INTO changes (at, share, location, name, old_state, new_state)
    VALUES (unix_now(), NEW.id, NEW.location, NEW.name, OLD.state, NEW.state);
END;

CREATE TRIGGER IF NOT EXISTS removed AFTER DELETE ON shares BEGIN
    INSERT INTO changes (at, share, location, name, old_state)
    VALUES (unix_now(), OLD.id, OLD.location, OLD.name, OLD.state);
END;
