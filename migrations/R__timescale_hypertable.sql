-- Applied again when TimescaleDB (${timescale}: true or false) becomes available.

DO $$
BEGIN
    IF NOT ${timescale} THEN
        RETURN;
    END IF;
    CREATE EXTENSION IF NOT EXISTS timescaledb;
    PERFORM create_hypertable(
        'scan_results', 'time',
        chunk_time_interval => INTERVAL '1 day',
        create_default_indexes => false,
        if_not_exists => true,
        migrate_data => true);
END
$$;
