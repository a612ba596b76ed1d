-- Who is notified, what is owed to each, and what was tried: see pipeline/notices/records.py.
CREATE TABLE endpoints (
    id          text PRIMARY KEY,
    kind        text NOT NULL,
    target      text NOT NULL,
    kinds       text NOT NULL,
    secret      text,
    old_secret  text,
    old_until   double precision,
    created_at  double precision NOT NULL,
    disabled    text,
    cursor      bigint NOT NULL,
    failures    bigint NOT NULL,
    due_at      double precision NOT NULL,
    owner       text,
    lease_until double precision,
    fence       bigint NOT NULL
);

CREATE TABLE deliveries (
    number   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    endpoint text NOT NULL,
    message  text NOT NULL,
    event    bigint NOT NULL,
    kind     text NOT NULL,
    share    text NOT NULL,
    location text NOT NULL,
    name     text NOT NULL,
    reason   text,
    at       double precision NOT NULL,
    state    text NOT NULL CHECK (state IN ('waiting', 'delivered', 'given-up')),
    attempt  bigint NOT NULL,
    due_at   double precision NOT NULL,
    ended_at double precision,
    UNIQUE (endpoint, message)
);

CREATE INDEX deliveries_due ON deliveries (endpoint, due_at, number) WHERE state = 'waiting';

CREATE INDEX deliveries_in_order ON deliveries (endpoint, share, event) WHERE state = 'waiting';

CREATE INDEX deliveries_of_events ON deliveries (endpoint, event);

CREATE TABLE notice_attempts (
    number   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    endpoint text NOT NULL,
    message  text NOT NULL,
    tried    bigint NOT NULL,
    began_at double precision NOT NULL,
    ended_at double precision,
    status   bigint,
    error    text
);

CREATE INDEX notice_attempts_of ON notice_attempts (endpoint, number);
