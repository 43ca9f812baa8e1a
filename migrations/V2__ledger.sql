-- What an hour keeps of a symbol when the policy is "best": the row is that of its best rank.

ALTER TABLE scan_results
    ADD COLUMN IF NOT EXISTS first_seen timestamptz,
    ADD COLUMN IF NOT EXISTS last_seen timestamptz,
    ADD COLUMN IF NOT EXISTS times_seen int,
    ADD COLUMN IF NOT EXISTS highest_score double precision;

-- What became of the scans: every published one lies in exactly one range. A row is written in the transaction that
-- stores the range's rows; the last one says how far the journal is worked off.

CREATE TABLE persistence_ledger (
    market text NOT NULL,
    first_scan_no bigint NOT NULL,
    last_scan_no bigint NOT NULL,
    session text,
    market_day date NOT NULL,
    hour timestamptz,
    status text NOT NULL CHECK (status IN ('complete', 'partial', 'missing')),
    scans_seen bigint NOT NULL,
    rows_stored int NOT NULL,
    source text NOT NULL CHECK (source IN ('journal', 'cache', 'direct', 'none')),
    reason text,
    incarnation text,
    first_time timestamptz,
    last_time timestamptz,
    stored_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (market, first_scan_no),
    CHECK (first_scan_no <= last_scan_no)
);

CREATE INDEX persistence_ledger_by_day ON persistence_ledger (market, market_day, first_scan_no);
CREATE INDEX persistence_ledger_by_last ON persistence_ledger (market, last_scan_no DESC);

CREATE VIEW persistence_hours AS
SELECT
    market,
    market_day,
    hour,
    session,
    CASE
        WHEN bool_and(status = 'complete') THEN 'complete'
        WHEN bool_and(status = 'missing') THEN 'missing'
        ELSE 'partial'
    END AS status,
    min(first_scan_no) AS first_scan_no,
    max(last_scan_no) AS last_scan_no,
    sum(scans_seen)::bigint AS scans_seen,
    sum(rows_stored)::bigint AS rows_stored,
    count(*) AS ranges,
    string_agg(DISTINCT source, ', ' ORDER BY source) AS sources,
    string_agg(DISTINCT reason, '; ' ORDER BY reason) AS reasons,
    max(stored_at) AS stored_at
FROM persistence_ledger
GROUP BY market, market_day, hour, session;
