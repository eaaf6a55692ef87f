/// The agent as a service of the system: started, read anew, watched and stopped by its service manager.
@NullMarked
package io.pinstream.agent.service;

import org.jspecify.annotations.NullMarked;
