/// A market in parts by symbol, which the nodes of a cluster share: each node scans the parts that it is asked for, and
/// the market's active scanner merges what they kept.
@NullMarked
package dev.atalaya.parts;

import org.jspecify.annotations.NullMarked;
