package dev.tidings.benchmark.load;

import dev.tidings.benchmark.load.Plan.Publishing;
import java.util.ArrayList;
import java.util.List;

/** Publishes messages over a few connections, and numbers them in each channel. */
final class Publisher {
    private static final String DATA = "{data}";

    /** More waiting bytes than this, and the server does not take what it is sent. */
    private static final int MOST_WAITING = 1 << 16;

    private final Plan plan;
    private final List<PublishingLink> links = new ArrayList<>();
    private final List<byte[]> templates = new ArrayList<>();
    private final int[] places;
    private final long[] numbers;
    private long published;

    Publisher(Loop loop, Plan plan) {
        this.plan = plan;
        Publishing how = plan.publishing();
        places = new int[plan.channelCount()];
        numbers = new long[plan.channelCount()];
        for (int channel = 0; channel < plan.channelCount(); channel++) {
            String text = PublishingLink.request(plan, channel, DATA);
            places[channel] = text.indexOf(DATA);
            byte[] template = Message.ascii(text.replace(DATA, "x".repeat(plan.size())));
            templates.add(how.way() == Plan.Way.WEBSOCKET ? framed(channel, template) : template);
        }
        for (int i = 0; i < how.connections(); i++) {
            links.add(new PublishingLink(loop, plan));
        }
    }

    private byte[] framed(int channel, byte[] template) {
        byte[] frame = WebSocketFrames.masked(WebSocketFrames.TEXT, template);
        places[channel] += frame.length - template.length;
        return frame;
    }

    boolean isReady() {
        return links.stream().allMatch(PublishingLink::isReady);
    }

    /** Publishes the next message, on the next channel; false when its connection has too much unanswered. */
    boolean publish(long dueMicros) {
        int channel = (int) (published % plan.channelCount());
        PublishingLink link = link(channel);
        if (link.unanswered() >= plan.publishing().window() || link.waiting() > MOST_WAITING) {
            return false;
        }
        byte[] request = templates.get(channel);
        Message.write(request, places[channel], plan.size(), dueMicros, ++numbers[channel]);
        link.publish(request);
        published++;
        return true;
    }

    /** A channel has its connection, so that its messages arrive in order; an only channel has all in turn. */
    private PublishingLink link(int channel) {
        long index = plan.channelCount() == 1 ? published : channel;
        return links.get((int) (index % links.size()));
    }

    long published() {
        return published;
    }

    /** The number of each channel's last message. */
    long[] last() {
        return numbers.clone();
    }

    long refused() {
        return links.stream().mapToLong(PublishingLink::refused).sum();
    }

    /** What went wrong first, on each connection with which something did. */
    List<String> failures() {
        return links.stream()
                .map(PublishingLink::failure)
                .filter(failure -> !failure.isEmpty())
                .toList();
    }
}
