package dev.atalaya.market;

import org.jspecify.annotations.Nullable;

/// What is known of a symbol beyond today's trading. Unknown numbers are NaN, unknown texts null. Immutable.
///
/// @param avgVolume30d mean shares a day over 30 days
/// @param avgVolume10d mean shares a day over 10 days
/// @param floatShares shares that trade freely
/// @param sharesOutstanding shares that exist
/// @param marketCap in the market's currency
/// @param metadata the rest, such as the company's name, as a JSON object
public record Reference(
        double avgVolume30d,
        double avgVolume10d,
        double floatShares,
        double sharesOutstanding,
        double marketCap,
        @Nullable String exchange,
        @Nullable String sector,
        @Nullable String industry,
        @Nullable String metadata) {
    /// A symbol of which nothing is known.
    public static final Reference UNKNOWN =
            new Reference(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, null, null, null, null);
}
