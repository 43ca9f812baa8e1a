/// One way to talk to Redis: timeouts, healing, fencing.
@NullMarked
package dev.atalaya.redis;

import org.jspecify.annotations.NullMarked;
