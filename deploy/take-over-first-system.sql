-- Takes the rows of the first system's table over into scan_results, a day at a time, and loses none but exact copies:
--
--   ALTER TABLE scan_results RENAME TO scan_results_old;             -- while nothing writes to it any more
--   ./atalaya migrate -conf FILE
--   PGOPTIONS='-c atalaya.market=us' psql -v ON_ERROR_STOP=1 -f deploy/take-over-first-system.sql DATABASE
--
-- scan_results_old is only read, so compressed chunks may stay compressed; it is the way back. Each day is a
-- transaction: interrupted, it goes on where it stopped when it is run again.
--
-- What becomes of a row:
--   stored      in scan_results; where it has no rank, that is its place by score, then symbol, among the rows of its
--               time and session that are stored
--   duplicate   equal in every column to one that is stored or a conflict: left behind
--   conflict    another row has the same market, time, session and symbol, or one of these is unknown: in
--               scan_results_conflicts with all its columns and the reason; of several the one with the best score is
--               stored
-- scan_results_taken_over counts them by day.

CREATE OR REPLACE PROCEDURE pg_temp.take_over_first_system() LANGUAGE plpgsql AS $procedure$
DECLARE
    -- the columns of scan_results that an older one may have, and their types
    wanted CONSTANT text[] := ARRAY[
        'price', 'double precision', 'volume', 'bigint', 'volume_today', 'bigint', 'change_percent', 'double precision',
        'rvol', 'double precision', 'rvol_slot', 'double precision', 'price_from_high', 'double precision',
        'price_from_low', 'double precision', 'market_cap', 'bigint', 'float_shares', 'bigint',
        'score', 'double precision', 'filters_matched', 'text[]', 'metadata', 'jsonb'];
    the_market text := coalesce(nullif(current_setting('atalaya.market', true), ''), 'us');
    old_columns text[];
    others text;
    targets text := '';
    sources text := '';
    score_column text := 'NULL::double precision';
    market_column text;
    rank_column text := 'NULL::int';
    keeps interval;
    oldest timestamptz;
    last_day date;
    the_day date;
    found_rows bigint;
    stored_rows bigint;
    duplicate_rows bigint;
    conflict_rows bigint;
BEGIN
    IF to_regclass('scan_results_old') IS NULL THEN
        RAISE EXCEPTION 'There is no scan_results_old: stop what writes to the first system''s table, then '
            'ALTER TABLE scan_results RENAME TO scan_results_old.';
    END IF;
    IF to_regclass('scan_results') IS NULL OR to_regclass('persistence_ledger') IS NULL THEN
        RAISE EXCEPTION 'There is no scan_results of Atalaya''s: run ./atalaya migrate first.';
    END IF;
    SELECT array_agg(attname ORDER BY attnum) INTO old_columns
    FROM pg_attribute WHERE attrelid = to_regclass('scan_results_old') AND attnum > 0 AND NOT attisdropped;
    IF NOT old_columns @> ARRAY['time', 'symbol', 'session']::name[]::text[] THEN
        RAISE EXCEPTION 'scan_results_old lacks one of the columns time, symbol and session.';
    END IF;

    FOR i IN 1 .. array_length(wanted, 1) BY 2 LOOP
        IF wanted[i] = ANY (old_columns) THEN
            targets := targets || ', ' || wanted[i];
            sources := sources || format(', %I::%s', wanted[i], wanted[i + 1]);
        END IF;
    END LOOP;
    SELECT string_agg(c, ', ') INTO others FROM unnest(old_columns) c
    WHERE c <> ALL (wanted || ARRAY['time', 'symbol', 'session', 'market', 'rank']);
    IF others IS NOT NULL THEN
        RAISE NOTICE 'scan_results has no place for these columns, they stay in scan_results_old: %', others;
    END IF;
    IF 'score' = ANY (old_columns) THEN
        score_column := 'score';
    END IF;
    IF 'rank' = ANY (old_columns) THEN
        rank_column := 'rank::int';
    END IF;
    market_column := CASE WHEN 'market' = ANY (old_columns)
        THEN format('coalesce(market::text, %L)', the_market) ELSE quote_literal(the_market) END;

    SELECT min(time), (max(time) AT TIME ZONE 'UTC')::date INTO oldest, last_day FROM scan_results_old;
    IF EXISTS (SELECT FROM scan_results_old WHERE time IS NULL OR NOT isfinite(time)) THEN
        RAISE EXCEPTION 'scan_results_old has rows without a time: give them one, or move them elsewhere, first.';
    END IF;
    IF to_regclass('timescaledb_information.jobs') IS NOT NULL THEN
        EXECUTE $$SELECT min((config ->> 'drop_after')::interval) FROM timescaledb_information.jobs
            WHERE proc_name = 'policy_retention' AND hypertable_name = 'scan_results'$$ INTO keeps;
        IF oldest < now() - keeps THEN
            RAISE EXCEPTION 'Rows from before % would be dropped again, scan_results keeps % only: set '
                'database.retention_days to 0 or to what you keep, run ./atalaya migrate, and start again.',
                now() - keeps, keeps;
        END IF;
    END IF;

    CREATE TABLE IF NOT EXISTS scan_results_taken_over (
        market text NOT NULL,
        day date NOT NULL,
        found bigint NOT NULL,
        stored bigint NOT NULL,
        duplicates bigint NOT NULL,
        conflicts bigint NOT NULL,
        taken_over_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (market, day));
    IF to_regclass('scan_results_conflicts') IS NULL THEN
        CREATE TABLE scan_results_conflicts AS SELECT * FROM scan_results_old WITH NO DATA;
        ALTER TABLE scan_results_conflicts ADD COLUMN atalaya_market text, ADD COLUMN atalaya_reason text;
    END IF;
    COMMIT;

    the_day := (oldest AT TIME ZONE 'UTC')::date;
    WHILE the_day <= last_day LOOP
        IF EXISTS (SELECT FROM scan_results_taken_over t WHERE t.market = the_market AND t.day = the_day) THEN
            the_day := the_day + 1;
            CONTINUE;
        END IF;
        LOCK TABLE scan_results_old IN SHARE MODE; -- what is inserted meanwhile would be in no day
        EXECUTE format($$
            CREATE TEMP TABLE atalaya_day ON COMMIT DROP AS
            SELECT d.*, CASE
                WHEN atalaya_copy > 1 THEN 'duplicate'
                WHEN d.symbol IS NULL THEN 'no symbol'
                WHEN d.session IS NULL THEN 'no session'
                WHEN atalaya_turn > 1 THEN 'another row of scan_results_old has its market, time, session and symbol'
                WHEN EXISTS (SELECT FROM scan_results s WHERE s.market = atalaya_market AND s.time = d.time
                        AND s.session = d.session::text AND s.symbol = d.symbol::text)
                    THEN 'scan_results had a row of its market, time, session and symbol'
                ELSE 'stored' END AS atalaya_reason
            FROM (
                SELECT c.*, row_number() OVER (
                    PARTITION BY atalaya_copy = 1, atalaya_market, c.time, c.session::text, c.symbol::text
                    ORDER BY %1$s DESC NULLS LAST, atalaya_all::text) AS atalaya_turn
                FROM (
                    SELECT o.*, to_jsonb(o) AS atalaya_all, %2$s AS atalaya_market,
                        row_number() OVER (PARTITION BY to_jsonb(o)) AS atalaya_copy
                    FROM scan_results_old o WHERE o.time >= %3$L AND o.time < %4$L) c) d$$,
            score_column, market_column, the_day::timestamp AT TIME ZONE 'UTC', (the_day + 1)::timestamp AT TIME ZONE 'UTC');
        EXECUTE format($$
            INSERT INTO scan_results (market, time, session, symbol, rank%1$s)
            SELECT atalaya_market, time, session::text, symbol::text, coalesce(%2$s, row_number() OVER (
                PARTITION BY atalaya_market, time, session::text
                ORDER BY %3$s DESC NULLS LAST, symbol::text COLLATE "C")::int)%4$s
            FROM atalaya_day WHERE atalaya_reason = 'stored'$$, targets, rank_column, score_column, sources);
        GET DIAGNOSTICS stored_rows = ROW_COUNT;
        EXECUTE format($$
            INSERT INTO scan_results_conflicts (%1$s, atalaya_market, atalaya_reason)
            SELECT %1$s, atalaya_market, atalaya_reason FROM atalaya_day
            WHERE atalaya_reason NOT IN ('stored', 'duplicate')$$,
            (SELECT string_agg(quote_ident(c), ', ') FROM unnest(old_columns) c));
        GET DIAGNOSTICS conflict_rows = ROW_COUNT;
        EXECUTE $$SELECT count(*), count(*) FILTER (WHERE atalaya_reason = 'duplicate') FROM atalaya_day$$
            INTO found_rows, duplicate_rows;
        IF found_rows <> stored_rows + duplicate_rows + conflict_rows THEN
            RAISE EXCEPTION 'Of % rows on %, % were stored, % are duplicates and % conflicts: nothing of that day was '
                'taken over.', found_rows, the_day, stored_rows, duplicate_rows, conflict_rows;
        END IF;
        INSERT INTO scan_results_taken_over (market, day, found, stored, duplicates, conflicts)
        VALUES (the_market, the_day, found_rows, stored_rows, duplicate_rows, conflict_rows);
        COMMIT;
        RAISE NOTICE '%: % rows, % stored, % duplicates, % conflicts',
            the_day, found_rows, stored_rows, duplicate_rows, conflict_rows;
        the_day := the_day + 1;
    END LOOP;
END
$procedure$;

CALL pg_temp.take_over_first_system();

SELECT market, min(day) AS first_day, max(day) AS last_day, sum(found) AS found, sum(stored) AS stored,
    sum(duplicates) AS duplicates, sum(conflicts) AS conflicts,
    (SELECT count(*) FROM scan_results_old) AS rows_of_scan_results_old
FROM scan_results_taken_over GROUP BY market;
