package dev.tidings.connection;

import dev.tidings.auth.TokenVerifier;
import dev.tidings.command.Commands;
import dev.tidings.intake.Intake;
import dev.tidings.log.EventLog;
import dev.tidings.operator.OpenConnections;
import dev.tidings.presence.PresencePolicy;
import java.time.Clock;

/** What sessions work with; the same for all of them. */
public record Services(
        EventLog log,
        Intake intake,
        TokenVerifier verifier,
        CursorSeal cursors,
        Admission admission,
        PresencePolicy presence,
        Commands commands,
        OpenConnections openConnections,
        Acknowledgements acknowledgements,
        SessionSettings settings,
        SessionObserver observer,
        Clock clock) {}
