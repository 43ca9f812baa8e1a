package dev.atalaya.market;

import java.time.Instant;

/// Every ticker of the market at one moment.
///
/// @param time the snapshot's own time, which decides its session
/// @param tickers lent until the feed is asked for the next snapshot
public record Snapshot(Instant time, TickerColumns tickers) {}
