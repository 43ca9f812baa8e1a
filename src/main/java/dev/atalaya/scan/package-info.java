/// Filters, score, rank, categories and deltas. Pure: no I/O, no clock, no allocation per cycle.
@NullMarked
package dev.atalaya.scan;

import org.jspecify.annotations.NullMarked;
