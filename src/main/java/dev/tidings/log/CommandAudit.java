package dev.tidings.log;

/** What is written down, as events in the channel itself, of the commands that are given there. */
public enum CommandAudit {
    /** Nothing. */
    OFF,
    /** That there was a command of that name, from whom, who answered it, and how it ended. */
    OUTLINE,
    /** Also what it was given, and what came of it. */
    FULL
}
