package dev.tidings.device;

import dev.tidings.event.ChannelKey;
import dev.tidings.event.ChannelPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which driver has which devices. */
public final class Drivers {
    private final List<Charge> charges;

    /**
     * That a driver has devices.
     *
     * @param devices their channels
     */
    public record Charge(String tenant, ChannelPattern devices, DeviceDriver driver) {
        boolean covers(ChannelKey device) {
            return tenant.equals(device.tenant()) && devices.matches(device.channel());
        }
    }

    public Drivers(List<Charge> charges) {
        this.charges = List.copyOf(charges);
    }

    /** The driver of a device: the one that names it most closely; null when none has it. */
    public @Nullable DeviceDriver of(ChannelKey device) {
        Charge closest = null;
        for (Charge charge : charges) {
            if (charge.covers(device) && (closest == null || closest.devices().covers(charge.devices()))) {
                closest = charge;
            }
        }
        return closest == null ? null : closest.driver();
    }
}
