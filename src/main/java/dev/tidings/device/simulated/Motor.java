package dev.tidings.device.simulated;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A motor of 3000 rpm: it takes some seconds to speed up, and some minutes to grow warm. */
final class Motor extends Simulation {
    private static final double AMBIENT = 22;
    private static final double HOTTER_AT_FULL_SPEED = 48;
    private static final double FULL_SPEED = 3000;
    private static final double SPEEDS_UP_IN = 1.5;
    private static final double WARMS_UP_IN = 90;
    private static final double WOBBLE = 0.002;

    private final RandomGenerator random;
    private double speed;
    private double temperature = AMBIENT;

    Motor(RandomGenerator random) {
        this.random = random;
    }

    @Override
    ObjectNode step(@Nullable ObjectNode state, double seconds) {
        boolean on = flag(state, "on", true);
        double target = on ? number(state, "speed", 0) : 0;
        speed = approach(exact(speed, number(state, "actual_speed", 0), 50), target, seconds, SPEEDS_UP_IN);
        double load = speed / FULL_SPEED;
        temperature = approach(
                exact(temperature, number(state, "temperature", AMBIENT), 0.2),
                AMBIENT + (HOTTER_AT_FULL_SPEED * load * load),
                seconds,
                WARMS_UP_IN);
        double shown = speed < 1 ? 0 : Math.max(0, speed * (1 + (WOBBLE * random.nextGaussian())));
        ObjectNode patch = patch();
        atFirst(patch, state, "on", BooleanNode.TRUE);
        atFirst(patch, state, "speed", IntNode.valueOf(0));
        patch.set("actual_speed", IntNode.valueOf((int) Math.round(shown)));
        patch.set("temperature", rounded(temperature, 1));
        return patch;
    }
}
