/// What the hub shows over HTTP: metrics and health. The only door to Javalin.
@NullMarked
package io.pinstream.hub.web;

import org.jspecify.annotations.NullMarked;
