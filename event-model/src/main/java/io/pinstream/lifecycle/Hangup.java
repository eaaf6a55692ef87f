package io.pinstream.lifecycle;

import java.lang.reflect.Proxy;

/// Hears SIGHUP, by which `systemctl reload` and `kill -HUP` ask a service to read its configuration again. The
/// only door to signals.
///
/// Java has no other than `sun.misc.Signal` of the module `jdk.unsupported`, and javac warns of its name however
/// it is annotated: it is therefore looked up when it is used. Without this class SIGHUP ends the process.
public final class Hangup {
    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private Hangup() {}

    /// Has `heard` called at each SIGHUP from now on, by a thread of Java's own; it must return at once.
    ///
    /// @return whether this Java lets us: not with `-Xrs`, nor where there is no such signal
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself and to nothing else
    public static boolean heardBy(Runnable heard) {
        try {
            var type = Class.forName(SIGNAL);
            var handlerType = Class.forName(HANDLER);
            var handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                heard.run();
                                yield proxy; // of a void method nobody looks at it
                            }
                            case "equals" -> proxy == arguments[0];
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "SIGHUP";
                        };
                    });
            var hangup = type.getConstructor(String.class).newInstance("HUP");
            Object ignored = type.getMethod("handle", type, handlerType).invoke(null, hangup, handler);
            return true;
        } catch (ReflectiveOperationException | LinkageError refused) {
            return false;
        }
    }
}
