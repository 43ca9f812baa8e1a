/// Sessions, the trading calendar, market time, ticker columns and reference data. Pure: the JDK only.
@NullMarked
package dev.atalaya.market;

import org.jspecify.annotations.NullMarked;
