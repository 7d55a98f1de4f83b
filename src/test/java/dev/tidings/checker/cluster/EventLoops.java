package dev.tidings.checker.cluster;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import dev.tidings.testing.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The event loops of a process, any of which can be stopped while all else goes on, as code that blocks would: by a debugger. */
public final class EventLoops {
    private static final String NAME = "vert.x-eventloop-thread-";

    private final int port = Ports.free();
    private int turn;
    private @Nullable VirtualMachine machine;
    private @Nullable ThreadReference stopped;

    /** What the process has to have in its environment. */
    public Map<String, String> environment() {
        return Map.of(
                "JAVA_TOOL_OPTIONS", "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:" + port);
    }

    /** Stops one of them, another each time; none where the process is just starting. */
    public synchronized void block() throws IOException {
        VirtualMachine attached;
        try {
            attached = attach();
        } catch (ConnectException starting) {
            return;
        }
        machine = attached;
        List<ThreadReference> loops = attached.allThreads().stream()
                .filter(thread -> thread.name().startsWith(NAME))
                .sorted(Comparator.comparing(ThreadReference::name))
                .toList();
        if (loops.isEmpty()) {
            return;
        }
        ThreadReference loop = loops.get(turn++ % loops.size());
        loop.suspend();
        stopped = loop;
    }

    /** Lets it go on. */
    public synchronized void release() {
        if (stopped != null && machine != null) {
            stopped.resume();
            machine.dispose();
        }
        stopped = null;
        machine = null;
    }

    private VirtualMachine attach() throws IOException {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.transport().name().equals("dt_socket"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(Integer.toString(port));
        try {
            return connector.attach(arguments);
        } catch (IllegalConnectorArgumentsException e) {
            throw new IllegalStateException(e);
        }
    }
}
