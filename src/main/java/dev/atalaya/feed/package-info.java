/// Where snapshots come from.
@NullMarked
package dev.atalaya.feed;

import org.jspecify.annotations.NullMarked;
