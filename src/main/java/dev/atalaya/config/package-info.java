/// Typed, validated settings: one record a section.
@NullMarked
package dev.atalaya.config;

import org.jspecify.annotations.NullMarked;
