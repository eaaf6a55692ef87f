/// A simulated Pi4J platform: its digital, I²C, SPI and PWM providers lead to simulated chips and lines.
@NullMarked
package io.pinstream.sim.board;

import org.jspecify.annotations.NullMarked;
