package dev.atalaya.config;

import java.time.Duration;
import java.util.List;

/// The HTTP service.
///
/// @param ports the service answers on each; 0 takes a free one
/// @param timeout how long an answer over the event bus is waited for
/// @param drain how long it says that it is not ready and answers all the same before it ends
public record HttpSettings(String host, List<Integer> ports, Duration timeout, Duration drain) {
    static HttpSettings from(Section section) {
        HttpSettings http = new HttpSettings(
                section.text("host", "\\S+", "an address to listen on"),
                section.wholes("ports", 0, 65_535),
                section.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(1)),
                section.duration("drain", Duration.ZERO, Duration.ofSeconds(4)));
        section.rejectUnknown();
        return http;
    }
}
