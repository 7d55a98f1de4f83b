package dev.tidings.device.simulated;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A belt: it starts and stops within a second, and something lies on it every two metres or so. */
final class Conveyor extends Simulation {
    private static final double STARTS_IN = 0.5;
    private static final double APART = 2;
    private static final double LEAST_SPEED = 0.005;

    private final RandomGenerator random;
    private double speed;
    private double untilNext = APART;

    Conveyor(RandomGenerator random) {
        this.random = random;
    }

    @Override
    ObjectNode step(@Nullable ObjectNode state, double seconds) {
        double target = flag(state, "on", false) ? number(state, "speed", 0) : 0;
        double before = exact(speed, number(state, "actual_speed", 0), 0.02);
        speed = approach(before, target, seconds, STARTS_IN);
        untilNext -= ((before + speed) / 2) * seconds;
        long items = (long) number(state, "items", 0);
        while (untilNext <= 0) {
            items++;
            untilNext += APART * (0.5 + random.nextDouble());
        }
        ObjectNode patch = patch();
        atFirst(patch, state, "on", BooleanNode.FALSE);
        atFirst(patch, state, "speed", IntNode.valueOf(1));
        patch.set("actual_speed", rounded(speed < LEAST_SPEED ? 0 : speed, 2));
        patch.set("items", LongNode.valueOf(items));
        return patch;
    }
}
