/// What the hub shows over HTTP, and who may ask. The only door to Javalin.
@NullMarked
package io.pinstream.hub.web;

import org.jspecify.annotations.NullMarked;
