-- Applied again when TimescaleDB becomes available or one of the settings changes.

DO $$
BEGIN
    IF NOT ${timescale} THEN
        RETURN;
    END IF;
    IF NOT (SELECT compression_enabled FROM timescaledb_information.hypertables
            WHERE hypertable_schema = current_schema() AND hypertable_name = 'scan_results') THEN
        ALTER TABLE scan_results SET (
            timescaledb.compress,
            timescaledb.compress_segmentby = 'market, session',
            timescaledb.compress_orderby = 'time DESC, symbol');
    END IF;

    PERFORM remove_compression_policy('scan_results', if_exists => true);
    PERFORM add_compression_policy('scan_results', make_interval(days => ${compress_after_days}));

    PERFORM remove_retention_policy('scan_results', if_exists => true);
    IF ${retention_days} > 0 THEN
        PERFORM add_retention_policy('scan_results', make_interval(days => ${retention_days}));
    END IF;
EXCEPTION
    WHEN feature_not_supported THEN
        RAISE WARNING 'This edition of TimescaleDB has no policies: scan_results is neither compressed nor dropped with age.';
END
$$;
