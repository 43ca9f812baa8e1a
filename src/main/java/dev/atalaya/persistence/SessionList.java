package dev.atalaya.persistence;

import dev.atalaya.journal.ResultRow;
import java.time.Instant;
import java.util.List;

/// The top of a session's list.
///
/// @param key where it was read, with its prefix
/// @param time of the scan that it is the result of
record SessionList(String session, String key, Instant time, List<ResultRow> rows) {}
