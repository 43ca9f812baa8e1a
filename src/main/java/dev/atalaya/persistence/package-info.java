/// The persistence verticle, its schedule and its SQL.
@NullMarked
package dev.atalaya.persistence;

import org.jspecify.annotations.NullMarked;
