/// Who is there, and who of several is the active one.
@NullMarked
package dev.atalaya.cluster;

import org.jspecify.annotations.NullMarked;
