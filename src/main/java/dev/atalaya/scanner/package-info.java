/// The scanner verticle, its cycle and its publisher.
@NullMarked
package dev.atalaya.scanner;

import org.jspecify.annotations.NullMarked;
