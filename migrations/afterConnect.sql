SET statement_timeout = ${timeout_millis};
