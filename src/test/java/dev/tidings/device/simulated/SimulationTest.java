package dev.tidings.device.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.event.MergePatch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Simulated devices behave as such devices do, and the same every time. */
class SimulationTest {
    private ObjectNode state = JsonNodeFactory.instance.objectNode();

    @ParameterizedTest
    @EnumSource(Model.class)
    void theSameSeedMakesTheSameDevice(Model model) {
        assertThat(series(model, 7)).isEqualTo(series(model, 7));
        assertThat(series(model, 7)).isNotEqualTo(series(model, 8));
    }

    @ParameterizedTest
    @EnumSource(Model.class)
    void whatIsSimulatedIsOfItsType(Model model) {
        run(begin(model), 5);
        assertThat(state.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(model.type().properties().keySet());
    }

    @Test
    void aMotorSpeedsUpInSecondsAndWarmsUpInMinutes() {
        Simulation motor = begin(Model.MOTOR);
        run(motor, 1);
        assertThat(state.path("temperature").asDouble()).isEqualTo(22);
        state.put("speed", 3000);
        run(motor, 1);
        assertThat(state.path("actual_speed").asInt()).isBetween(1000, 2000);
        run(motor, 9);
        assertThat(state.path("actual_speed").asInt()).isBetween(2950, 3050);
        assertThat(state.path("temperature").asDouble()).isBetween(24.0, 35.0);
        run(motor, 900);
        assertThat(state.path("temperature").asDouble()).isBetween(69.0, 70.5);
        state.put("on", false);
        run(motor, 1200);
        assertThat(state.path("actual_speed").asInt()).isZero();
        assertThat(state.path("temperature").asDouble()).isEqualTo(22);
    }

    @Test
    void aMotorGoesOnWhereAnotherInstanceHasLeftIt() {
        state.put("speed", 1000).put("actual_speed", 1000).put("temperature", 60);
        run(begin(Model.MOTOR), 1);
        assertThat(state.path("actual_speed").asInt()).isBetween(980, 1020);
        assertThat(state.path("temperature").asDouble()).isBetween(58.0, 60.0);
    }

    @Test
    void aSensorWandersWithNoiseAndCanBeCalibrated() {
        Simulation sensor = begin(Model.SENSOR);
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            run(sensor, 1);
            values.add(state.path("value").asDouble());
        }
        assertThat(values).allMatch(value -> value > 10 && value < 32);
        assertThat(values.stream().distinct()).hasSizeGreaterThan(20);
        state.put("calibration", 10);
        run(sensor, 1);
        assertThat(state.path("value").asDouble() - values.getLast()).isBetween(9.0, 11.0);
    }

    @Test
    void aConveyorCountsWhatItCarries() {
        Simulation conveyor = begin(Model.CONVEYOR);
        run(conveyor, 60);
        assertThat(state.path("items").asLong()).isZero();
        state.put("on", true).put("speed", 2);
        run(conveyor, 600);
        assertThat(state.path("actual_speed").asDouble()).isEqualTo(2);
        assertThat(state.path("items").asLong()).as("on 1200 m, one every 2 m").isBetween(500L, 700L);
    }

    private static Simulation begin(Model model) {
        return model.begin(new SplittableRandom(1));
    }

    private void run(Simulation simulation, int seconds) {
        for (int i = 0; i < seconds; i++) {
            state = (ObjectNode) MergePatch.apply(state, simulation.step(state, 1));
        }
    }

    private List<ObjectNode> series(Model model, long seed) {
        state = JsonNodeFactory.instance.objectNode().put("on", true).put("speed", model == Model.MOTOR ? 2000 : 2);
        Simulation simulation = model.begin(new SplittableRandom(seed));
        List<ObjectNode> series = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            run(simulation, 1);
            series.add(state);
        }
        return series;
    }
}
