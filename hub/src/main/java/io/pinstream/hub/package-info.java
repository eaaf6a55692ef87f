/// The hub as a program: what it is told, how its stages are wired, and its commands.
@NullMarked
package io.pinstream.hub;

import org.jspecify.annotations.NullMarked;
