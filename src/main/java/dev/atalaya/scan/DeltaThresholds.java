package dev.atalaya.scan;

/// By how much a row must differ from what was last sent for it, to be sent again.
///
/// @param price in the market's currency
/// @param volume in shares
/// @param changePercent in percentage points
/// @param rvol as a difference
public record DeltaThresholds(double price, double volume, double changePercent, double rvol) {}
