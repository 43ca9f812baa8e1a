package dev.atalaya.config;

import java.util.regex.Pattern;

/// The event bus over TCP, for the probe and other programs.
///
/// @param port 0 takes a free one
/// @param token what a client must send first; empty: nothing, which is refused where others than this machine reach it
public record BridgeSettings(boolean enabled, String host, int port, Secret token) {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|::1|0:0:0:0:0:0:0:1");

    static BridgeSettings from(Section section) {
        BridgeSettings bridge = new BridgeSettings(
                section.flag("enabled", false),
                section.text("host", "\\S+", "an address to listen on"),
                (int) section.whole("port", 0, 65_535),
                Secret.from(section, "token"));
        if (bridge.enabled
                && bridge.token.value().isEmpty()
                && !LOOPBACK.matcher(bridge.host).matches()) {
            section.problem(
                    "host", bridge.host, "an address of the loopback, such as 127.0.0.1, or any with a bridge.token");
        }
        section.rejectUnknown();
        return bridge;
    }
}
