# Finds a Java of version 25 or newer and puts its path into JAVA; for scripts that say `. java25.sh` (POSIX sh).
#
# Looked at in this order: PINSTREAM_JAVA (a JDK's folder or its java), the runtime that a package brings with it,
# JAVA_HOME, the java on the PATH, the usual folders. Set java_needs=javac before, and only a full JDK will do. Ends the
# script with one sentence if there is none.
#
# Then jars MODULE puts the class path of a built module into JARS; the caller sets root, the project's or the
# package's folder.

# Is $1 a java of version 25 or newer? A JDK's release file says so faster than starting it: half a second on a board.
java_fits() {
    [ -x "$1" ] || return 1
    if [ "${java_needs:-java}" = javac ] && [ ! -x "${1%/*}/javac" ]; then
        return 1
    fi
    java_release="${1%/bin/*}/release"
    if [ -r "$java_release" ]; then
        java_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$java_release")
    else
        java_version=$("$1" -version 2>&1 | sed -n 's/^[^"]*version "\([0-9]*\).*/\1/p')
    fi
    [ "${java_version:-0}" -ge 25 ] 2>/dev/null
}

find_java() {
    if [ -n "${PINSTREAM_JAVA:-}" ]; then
        JAVA=$PINSTREAM_JAVA
        [ -d "$JAVA" ] && JAVA=$JAVA/bin/java
        java_fits "$JAVA" && return
        echo "${0##*/}: PINSTREAM_JAVA is $PINSTREAM_JAVA, but that is no Java 25 or newer" >&2
        exit 1
    fi
    java_path=$(command -v java 2>/dev/null || true)
    # The java on the PATH is mostly a link; its release file lies beside the real one.
    [ -n "$java_path" ] && java_path=$(readlink -f "$java_path" 2>/dev/null || echo "$java_path")
    for JAVA in \
        "${root:-/nowhere}"/runtime/bin/java \
        "${JAVA_HOME:+$JAVA_HOME/bin/java}" \
        "$java_path" \
        /usr/lib/jvm/*/bin/java \
        /opt/java/*/bin/java /opt/jdk*/bin/java /opt/*jdk*/bin/java \
        /usr/local/*jdk*/bin/java \
        "${HOME:-/nowhere}"/.sdkman/candidates/java/*/bin/java \
        "${HOME:-/nowhere}"/.jdks/*/bin/java \
        /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
        if [ -n "$JAVA" ] && java_fits "$JAVA"; then
            return
        fi
    done
    java_package=openjdk-25-jre-headless
    [ "${java_needs:-java}" = javac ] && java_package=openjdk-25-jdk-headless
    echo "${0##*/}: needs Java 25 or newer and found none; install one (on Debian 13: sudo apt-get install" \
        "$java_package), or set PINSTREAM_JAVA to the folder of a JDK" >&2
    exit 1
}

# jars MODULE: the class path of a module, as built in the project (MODULE/target) or as installed (lib/NAME, where NAME
# is the module's last folder: deploy/embedded is installed as lib/embedded).
jars() {
    if [ -d "$root/lib/${1##*/}" ]; then
        # Not by a wildcard of java's own, whose order is the disk's: an AOT cache holds for one order.
        JARS=$(printf '%s\n' "$root/lib/${1##*/}"/*.jar | LC_ALL=C sort | tr '\n' ':')
        JARS=${JARS%:}
        return
    fi
    for jar in "$root/$1/target/${1##*/}"-*.jar; do
        case $jar in
        *-tests.jar | *-sources.jar | *-javadoc.jar) ;;
        *)
            if [ -e "$jar" ] && [ -d "$root/$1/target/lib" ]; then
                JARS="$jar:$root/$1/target/lib/*"
                return
            fi
            ;;
        esac
    done
    echo "${0##*/}: $1 is not built; build it first: (cd $root && ./mvnw -q package -Dquick -pl $1 -am)" >&2
    exit 1
}

find_java
