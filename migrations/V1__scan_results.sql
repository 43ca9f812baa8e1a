-- The rows that persistence stores: the top of each session, at the time of the snapshot they were ranked in.

DO $$
DECLARE
    key text;
BEGIN
    IF to_regclass('scan_results') IS NULL THEN
        RETURN;
    END IF;
    SELECT string_agg(a.attname, ', ' ORDER BY k.position) INTO key
    FROM pg_constraint c
    CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
    WHERE c.conrelid = to_regclass('scan_results') AND c.contype = 'p';
    IF key IS DISTINCT FROM 'market, time, session, symbol' THEN
        RAISE EXCEPTION 'The database has a scan_results that Atalaya did not make: it is left as it is. '
            'Rename it, for example with ALTER TABLE scan_results RENAME TO scan_results_old, and start again.';
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS scan_results (
    time timestamptz NOT NULL,
    symbol text NOT NULL,
    session text NOT NULL,
    price double precision,
    volume bigint,
    volume_today bigint,
    change_percent double precision,
    rvol double precision,
    rvol_slot double precision,
    price_from_high double precision,
    price_from_low double precision,
    market_cap bigint,
    float_shares bigint,
    score double precision,
    rank int,
    filters_matched text[],
    metadata jsonb,
    market text NOT NULL DEFAULT 'us',
    PRIMARY KEY (market, time, session, symbol)
);

CREATE INDEX IF NOT EXISTS scan_results_by_symbol ON scan_results (symbol, time DESC);
CREATE INDEX IF NOT EXISTS scan_results_by_session ON scan_results (session, time DESC);
CREATE INDEX IF NOT EXISTS scan_results_by_score ON scan_results (score DESC, time DESC);
CREATE INDEX IF NOT EXISTS scan_results_by_rvol ON scan_results (rvol DESC, time DESC);
