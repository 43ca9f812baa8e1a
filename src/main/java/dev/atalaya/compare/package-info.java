/// Two systems' lists in one Redis, side by side.
@NullMarked
package dev.atalaya.compare;

import org.jspecify.annotations.NullMarked;
