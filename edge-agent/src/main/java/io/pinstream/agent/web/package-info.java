/// Shows, on this machine only, how the agent is.
@NullMarked
package io.pinstream.agent.web;

import org.jspecify.annotations.NullMarked;
