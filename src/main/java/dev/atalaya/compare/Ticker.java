package dev.atalaya.compare;

import java.util.Map;

/// A ticker of a published list.
///
/// @param values by field: a [Double], or a [String] for what is no number; unknown ones are absent, as are lists and
///     objects
record Ticker(String symbol, Map<String, Object> values) {}
