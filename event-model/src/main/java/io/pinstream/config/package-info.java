/// Configuration files: YAML read into typed values, with every problem named by line, key, rule and remedy.
@NullMarked
package io.pinstream.config;

import org.jspecify.annotations.NullMarked;
