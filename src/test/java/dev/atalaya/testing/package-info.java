/// What tests of every package share.
@NullMarked
package dev.atalaya.testing;

import org.jspecify.annotations.NullMarked;
