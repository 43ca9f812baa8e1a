package dev.atalaya.persistence;

import java.util.Map;

/// One ticker of a list as it will be stored; a column that is unknown is absent.
record ResultRow(String symbol, Map<ResultColumn, Object> values) {}
