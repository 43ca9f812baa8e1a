/// What the command line understands and prints.
@NullMarked
package dev.atalaya.cli;

import org.jspecify.annotations.NullMarked;
