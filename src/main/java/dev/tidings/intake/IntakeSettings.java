package dev.tidings.intake;

/**
 * Bounds of what is written.
 *
 * @param stateBytes how long a channel's state may get, whether put as a whole or grown by patches
 * @param rules what namespaces lay down
 */
public record IntakeSettings(int stateBytes, NamespaceRules rules) {}
