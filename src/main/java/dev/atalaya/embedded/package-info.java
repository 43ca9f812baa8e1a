/// Redis and PostgreSQL as child processes, for trying Atalaya out.
@NullMarked
package dev.atalaya.embedded;

import org.jspecify.annotations.NullMarked;
