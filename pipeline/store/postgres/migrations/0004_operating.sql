-- Tenants take turns at a location; each has its records claimed by priority. Names are compared by their bytes.
ALTER TABLE shares
    ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT 'default',
    ADD COLUMN priority integer NOT NULL DEFAULT 0;

CREATE INDEX shares_turns ON shares (location, tenant, priority DESC, due_at, row) WHERE state <> 'active';

-- What an operator holds up at a location: its work (pause), or new requests for it (drain).
CREATE TABLE holds (
    location text COLLATE "C" PRIMARY KEY,
    kind     text NOT NULL CHECK (kind IN ('pause', 'drain')),
    reason   text NOT NULL,
    who      text NOT NULL,
    since    double precision NOT NULL,
    until    double precision
);

-- Dead letters are due at 'infinity': they stand behind all that waits.
ALTER TABLE shares
    ADD COLUMN claims integer NOT NULL DEFAULT 0,
    ADD COLUMN dead text;

CREATE INDEX shares_dead ON shares (row) WHERE dead IS NOT NULL;

-- Makes dead letters due again, each with a message, in whatever state they are. It runs as the owner of the tables: who
-- may call it needs no right to bring records into those states.
CREATE FUNCTION requeue_dead(
    wanted_location text, wanted_tenant text, wanted_reason text, at double precision, expires double precision
) RETURNS SETOF shares LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH requeued AS (
        UPDATE shares SET due_at = at, dead = NULL, claims = 0, updated_at = at
        WHERE dead IS NOT NULL AND (CAST(wanted_location AS text) IS NULL OR location = wanted_location)
            AND (CAST(wanted_tenant AS text) IS NULL OR tenant = wanted_tenant)
            AND (CAST(wanted_reason AS text) IS NULL OR strpos(dead, wanted_reason) > 0)
        RETURNING *
    ), sent AS (
        INSERT INTO messages (share, generation, sent_at, visible_at, expires_at)
        SELECT id, generation, at, at, expires FROM requeued WHERE expires IS NOT NULL ORDER BY row
    )
    SELECT * FROM requeued ORDER BY row
$$;

REVOKE ALL ON FUNCTION requeue_dead FROM PUBLIC;
