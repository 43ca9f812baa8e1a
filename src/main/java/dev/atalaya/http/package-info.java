/// The HTTP verticle, its routes and the dashboard.
@NullMarked
package dev.atalaya.http;

import org.jspecify.annotations.NullMarked;
