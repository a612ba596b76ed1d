-- The columns of `shares` stand in the order of the fields of ShareRecord: pipeline/store/rows.py reads them by
-- position. Rows come from a sequence, so that none is used again: sequences of commands begin at them.
CREATE TABLE shares (
    row              bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    id               text NOT NULL UNIQUE,
    location         text NOT NULL,
    name             text NOT NULL,
    size             bigint NOT NULL,
    confirmed_size   bigint,
    spec_hash        text NOT NULL,
    operation        text NOT NULL,
    generation       integer NOT NULL,
    generation_done  integer NOT NULL,
    state            text NOT NULL CHECK (state IN ('pending', 'active', 'updating', 'failing', 'deleting')),
    reason           text,
    owner            text,
    lease_until      double precision,
    fence            bigint NOT NULL,
    sequence         bigint NOT NULL,
    command_deadline double precision,
    attempt          integer NOT NULL,
    due_at           double precision NOT NULL,
    last_error       text,
    created_at       double precision NOT NULL,
    updated_at       double precision NOT NULL,
    settled          integer NOT NULL DEFAULT 1,
    deferrals        integer NOT NULL DEFAULT 0,
    UNIQUE (location, name)
) WITH (fillfactor = 70);

-- What waits for a processor. A claim moves due_at to the end of its lease, so this one index answers "who is next".
CREATE INDEX shares_waiting ON shares (due_at, row) WHERE state <> 'active';

CREATE TABLE messages (
    number     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    share      text NOT NULL,
    generation integer NOT NULL,
    sent_at    double precision NOT NULL,
    visible_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    taken_by   text,
    deliveries integer NOT NULL DEFAULT 0,
    ending     text CHECK (ending IN ('done', 'expired')),
    ended_at   double precision
) WITH (fillfactor = 70);

CREATE INDEX messages_waiting ON messages (visible_at, number) WHERE ending IS NULL;

CREATE TABLE events (
    number   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at       double precision NOT NULL,
    share    text NOT NULL,
    location text NOT NULL,
    name     text NOT NULL,
    before   text,
    after    text,
    writer   text NOT NULL,
    fence    bigint,
    reason   text
);

-- The removals: what the sweeper may delete.
CREATE INDEX events_removed ON events (share) WHERE after IS NULL;

-- Numbers of events rise in the order of their commits: a reader that goes on behind the newest it saw would else pass
-- over those that commit later with a smaller number. The lock is held from here to the end of the transaction, so
-- this is its last statement. Gives the transaction's id, by which its end can be asked for.
CREATE FUNCTION append_events(rows jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_array_length(rows) > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtext('spoolproof.events'));
        INSERT INTO events (at, share, location, name, before, after, writer, fence, reason)
        SELECT
            CAST(row ->> 'at' AS double precision), row ->> 'share', row ->> 'location', row ->> 'name',
            row ->> 'before', row ->> 'after', row ->> 'writer', CAST(row ->> 'fence' AS bigint), row ->> 'reason'
        FROM jsonb_array_elements(rows) WITH ORDINALITY AS given (row, place)
        ORDER BY place;
    END IF;
    RETURN pg_current_xact_id()::text;
END
$$;

CREATE TABLE attempts (
    number     bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    share      text NOT NULL,
    location   text NOT NULL,
    name       text NOT NULL,
    verb       text NOT NULL,
    tried      integer NOT NULL,
    request_id text,
    sequence   bigint,
    fence      bigint NOT NULL,
    began_at   double precision NOT NULL,
    deadline   double precision NOT NULL,
    ended_at   double precision,
    result     text CHECK (result IN ('ok', 'fail', 'unknown')),
    code       text,
    site       text,
    message    text,
    reply      text
);

CREATE TABLE keys (
    tenant     text NOT NULL,
    key        text NOT NULL,
    body_hash  text NOT NULL,
    expires_at double precision NOT NULL,
    status     integer NOT NULL,
    headers    text NOT NULL,
    body       text NOT NULL,
    PRIMARY KEY (tenant, key)
);

CREATE INDEX keys_expiring ON keys (expires_at);

CREATE TABLE findings (
    number   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at       double precision NOT NULL,
    location text NOT NULL,
    kind     text NOT NULL,
    name     text NOT NULL,
    mark     text NOT NULL,
    detail   text NOT NULL,
    UNIQUE (location, kind, name, mark)
);

-- One row, made with the store: shares carry its id in their marks.
CREATE TABLE identity (
    id         text NOT NULL,
    older_rows bigint NOT NULL
);
