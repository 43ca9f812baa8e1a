package dev.atalaya.parts;

/// A node that may scan parts of a market.
///
/// @param id in its bus address
/// @param name for the log
public record PartNode(String id, String name) {}
