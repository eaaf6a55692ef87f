/// One file a chip or kernel interface, checked against its data sheet.
@NullMarked
package io.pinstream.agent.driver;

import org.jspecify.annotations.NullMarked;
