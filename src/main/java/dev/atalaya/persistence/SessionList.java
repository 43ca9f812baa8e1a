package dev.atalaya.persistence;

import dev.atalaya.journal.ResultRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The top of a session's list.
///
/// @param key where it was read, with its prefix
/// @param scanNo the number of the scan that it is the result of, where there is one
/// @param time of that scan
record SessionList(String session, String key, Optional<Long> scanNo, Instant time, List<ResultRow> rows) {}
