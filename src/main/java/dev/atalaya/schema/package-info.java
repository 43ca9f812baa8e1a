/// Migrations of the database.
@NullMarked
package dev.atalaya.schema;

import org.jspecify.annotations.NullMarked;
