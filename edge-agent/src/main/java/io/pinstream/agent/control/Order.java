package io.pinstream.agent.control;

import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import java.util.function.Consumer;

/// A command that has reached the device.
///
/// @param arrived when, by the monotonic clock
/// @param deadline when it is not worth doing any more, by the monotonic clock
/// @param answer takes the reply, for the thread `control`; must return at once
public record Order(Request request, long arrived, long deadline, Consumer<Reply> answer) {}
