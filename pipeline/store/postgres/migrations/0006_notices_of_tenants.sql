-- Whose the share of a change was, and whose shares an endpoint is told of (NULL: everybody's).
ALTER TABLE events ADD COLUMN tenant text COLLATE "C";

ALTER TABLE endpoints ADD COLUMN tenant text COLLATE "C";

-- As in 0003_kinds.sql, with the tenant.
CREATE OR REPLACE FUNCTION append_events(rows jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_array_length(rows) > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtext('spoolproof.events'));
        INSERT INTO events (at, share, location, name, before, after, writer, fence, reason, operation, tenant)
        SELECT
            CAST(row ->> 'at' AS double precision), row ->> 'share', row ->> 'location', row ->> 'name',
            row ->> 'before', row ->> 'after', row ->> 'writer', CAST(row ->> 'fence' AS bigint), row ->> 'reason',
            row ->> 'operation', row ->> 'tenant'
        FROM jsonb_array_elements(rows) WITH ORDINALITY AS given (row, place)
        ORDER BY place;
    END IF;
    RETURN pg_current_xact_id()::text;
END
$$;
