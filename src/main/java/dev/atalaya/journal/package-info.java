/// What the scanner hands to the persistence through Redis: each scan's top, as an entry of a stream.
@NullMarked
package dev.atalaya.journal;

import org.jspecify.annotations.NullMarked;
