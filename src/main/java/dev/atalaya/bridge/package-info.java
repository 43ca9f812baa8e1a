/// The event bus over TCP: frames, the side that answers and the side that asks.
@NullMarked
package dev.atalaya.bridge;

import org.jspecify.annotations.NullMarked;
