-- Shares can be lost, and have parts: access rules and snapshots.
ALTER TABLE shares ADD COLUMN part text;

ALTER TABLE shares ADD COLUMN parts text;

ALTER TABLE shares DROP CONSTRAINT shares_state_check;

ALTER TABLE shares ADD CONSTRAINT shares_state_check
    CHECK (state IN ('pending', 'active', 'updating', 'failing', 'deleting', 'lost')) NOT VALID;

ALTER TABLE events ADD COLUMN operation text;

-- As in 0001_begin.sql, with the operation.
CREATE OR REPLACE FUNCTION append_events(rows jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_array_length(rows) > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtext('spoolproof.events'));
        INSERT INTO events (at, share, location, name, before, after, writer, fence, reason, operation)
        SELECT
            CAST(row ->> 'at' AS double precision), row ->> 'share', row ->> 'location', row ->> 'name',
            row ->> 'before', row ->> 'after', row ->> 'writer', CAST(row ->> 'fence' AS bigint), row ->> 'reason',
            row ->> 'operation'
        FROM jsonb_array_elements(rows) WITH ORDINALITY AS given (row, place)
        ORDER BY place;
    END IF;
    RETURN pg_current_xact_id()::text;
END
$$;
