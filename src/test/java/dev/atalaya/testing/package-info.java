/// What tests share.
@NullMarked
package dev.atalaya.testing;

import org.jspecify.annotations.NullMarked;
