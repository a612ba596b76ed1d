ALTER TABLE findings RENAME TO earlier_findings;

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

INSERT INTO findings SELECT * FROM earlier_findings;

DROP TABLE earlier_findings;
