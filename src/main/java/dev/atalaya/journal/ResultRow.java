package dev.atalaya.journal;

import java.util.Map;

/// One ticker of a list as it will be stored; a column that is unknown is absent.
public record ResultRow(String symbol, Map<ResultColumn, Object> values) {}
