-- Which of several writers of a market is the active one. Whoever takes it over counts the fence up, and each transaction
-- of a writer holds on to the row with its own number: one that was overtaken stores nothing any more.

CREATE TABLE persistence_lease (
    market text PRIMARY KEY,
    fence bigint NOT NULL,
    node text NOT NULL,
    name text NOT NULL,
    renewals bigint NOT NULL DEFAULT 0,
    expires timestamptz NOT NULL
);
