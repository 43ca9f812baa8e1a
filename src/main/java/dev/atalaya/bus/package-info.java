/// Event-bus addresses and the message records they carry.
@NullMarked
package dev.atalaya.bus;

import org.jspecify.annotations.NullMarked;
