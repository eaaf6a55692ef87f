/// Who somebody is by the word of an OpenID provider: JSON Web Tokens. The only door to the JOSE library.
@NullMarked
package io.pinstream.hub.oidc;

import org.jspecify.annotations.NullMarked;
