/// What happens at a sensor, in the words that the whole project uses.
///
/// - **event**: one thing that happened at a sensor: a sample (one or more measurements taken together) or an
///   edge.
/// - **pack**: the unit that travels: 1..n events of one device, in order, in one MQTT message.
/// - **stream**: a run of packs of one device, numbered 1, 2, 3, … without gaps. Its id is random, made by the
///   agent.
/// - **mark**: the hub's durable memory of a device: its newest stream and the last sequence committed of it, and
///   the same pair for the few streams before it.
/// - **lane**: one partition of the marks topic. It owns the devices that hash to it: one lane, one owner, one
///   transactional producer.
@NullMarked
package io.pinstream.event;

import org.jspecify.annotations.NullMarked;
