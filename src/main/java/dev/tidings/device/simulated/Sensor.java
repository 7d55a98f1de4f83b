package dev.tidings.device.simulated;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A thermometer: what it measures wanders about 21 °C, and it is a little off each time. */
final class Sensor extends Simulation {
    private static final double USUAL = 21;
    private static final double COMES_BACK_IN = 600;
    private static final double WANDERS = 0.05;
    private static final double NOISE = 0.02;

    private final RandomGenerator random;
    private double measured = USUAL;

    Sensor(RandomGenerator random) {
        this.random = random;
    }

    @Override
    ObjectNode step(@Nullable ObjectNode state, double seconds) {
        double calibration = number(state, "calibration", 0);
        measured = approach(measured, USUAL, seconds, COMES_BACK_IN)
                + (WANDERS * Math.sqrt(seconds) * random.nextGaussian());
        ObjectNode patch = patch();
        atFirst(patch, state, "calibration", IntNode.valueOf(0));
        patch.set("value", rounded(measured + calibration + (NOISE * random.nextGaussian()), 2));
        return patch;
    }
}
