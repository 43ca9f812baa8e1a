/// The root: reads settings, constructs the verticles and runs commands.
@NullMarked
package dev.atalaya;

import org.jspecify.annotations.NullMarked;
