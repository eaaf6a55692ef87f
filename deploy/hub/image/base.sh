#!/bin/sh
# Makes what the hub's image holds below its jars: a Java runtime with the modules that the hub needs, and the few files of
# this machine's own C library that Java and the native parts of jars link to. No registry and no engine is asked.
#
#   base.sh FOLDER JARS    FOLDER/runtime and FOLDER/system become layers of the image; JARS is the folder of its jars
#
# The image is then for this machine's processor, and as new as this machine's C library: build it on a system that is
# kept up to date. What came from which Debian package stands in the image's /var/lib/dpkg/status.d, where scanners look.
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
# shellcheck disable=SC2034 # for java25.sh
java_needs=javac
. "$root/deploy/bin/java25.sh"
folder=$1 jars=$2
jdk=$(dirname "$(dirname "$JAVA")")

# Those that the jars name (jdeps), without java.desktop, which only a login by a browser and an unused converter of beans
# ask for; Kerberos, DNS and elliptic curves for Kafka's and TLS's logins; jcmd for who looks for a fault.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,\
java.xml,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,jdk.security.auth,\
jdk.security.jgss,jdk.unsupported,jdk.zipfs

# Made once of the same parts.
parts=$(cat "$0" "$jdk/release"; ls "$jars"; ldd --version 2>&1; dpkg-query -W 'libc6' 'zlib1g' 'libgcc-s1' 'libstdc++6' 2>/dev/null || true)
if [ -e "$folder/parts" ] && [ "$(cat "$folder/parts")" = "$parts" ]; then
    exit
fi
rm -rf "$folder"
mkdir -p "$folder/runtime/opt" "$folder/system/etc/pinstream" "$folder/system/tmp"

java=$folder/runtime/opt/java
"$jdk/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --output "$java"
# Debian's JDK has a link there, to certificates that are a package of their own.
if [ ! -s "$java/lib/security/cacerts" ]; then
    rm -f "$java/lib/security/cacerts"
    cp -L "$jdk/lib/security/cacerts" "$java/lib/security/cacerts"
fi

# What Java and the jars' native parts link to, out of this machine.
system=$folder/system
case $(uname -m) in
x86_64) native='linux.*(x86_64|amd64).*\.so$' ;;
aarch64) native='linux.*aarch64.*\.so$' ;;
*)
    echo "${0##*/}: no image for the processor $(uname -m): it may be x86_64 or aarch64" >&2
    exit 1
    ;;
esac
natives=$folder/natives
mkdir -p "$natives"
# Names of files are in clear in a jar.
for jar in $(cd "$jars" && grep -alE 'linux.*\.so' ./*.jar); do
    # shellcheck disable=SC2046 # names without spaces
    set -- $("$jdk/bin/jar" tf "$jars/$jar" | grep -iE "$native" | grep -v musl || true)
    if [ $# -gt 0 ]; then
        mkdir -p "$natives/$jar"
        (cd "$natives/$jar" && "$jdk/bin/jar" xf "$jars/$jar" "$@")
    fi
done
{
    find "$java" "$natives" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \) | sort | while read -r file; do
        ldd "$file" || true # one that links to nothing is none for ldd
    done
    # The C library looks for it when a thread is cancelled.
    PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | sed -n 's/.*\(libgcc_s.so.1\) .* => \(.*\)/\1 => \2 (0x0)/p' | head -n 1
} |
    # "name => /path (0x…)" and "/path (0x…)"; what is "not found" lies in the runtime itself and finds its way there.
    sed -n -e 's/.*=> \(\/[^ ]*\) (.*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' \
        -e 's/^[[:space:]]*\([^ ]*\) => not found/missing \1/p' |
    sort -u | while read -r library missing; do
    if [ "$library" = missing ]; then
        if [ -z "$(find "$java" -name "$missing")" ]; then
            echo "${0##*/}: this machine has no $missing, which the hub's image needs" >&2
            exit 1
        fi
        continue
    fi
    case $library in "$java"/* | "$folder"/*) continue ;; esac
    mkdir -p "$system${library%/*}"
    cp -L "$library" "$system$library"
    if command -v dpkg-query >/dev/null 2>&1; then
        package=$(dpkg-query -S "$library" 2>/dev/null || dpkg-query -S "/usr$library" 2>/dev/null ||
            dpkg-query -S "$(readlink -f "$library")" 2>/dev/null || true)
        package=${package%%:*}
        if [ -n "$package" ]; then
            mkdir -p "$system/var/lib/dpkg/status.d" "$system/usr/share/doc/$package"
            dpkg-query -s "$package" >"$system/var/lib/dpkg/status.d/$package"
            cp -L "/usr/share/doc/$package/copyright" "$system/usr/share/doc/$package/" 2>/dev/null || true
        fi
    fi
done
rm -rf "$natives"

# Names for the numbers, and where names of hosts come from.
printf 'root:x:0:0:root:/:/sbin/nologin\npinstream:x:65532:65532:Pinstream hub:/tmp:/sbin/nologin\n' >"$system/etc/passwd"
printf 'root:x:0:\npinstream:x:65532:\n' >"$system/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$system/etc/nsswitch.conf"
if [ -r /etc/os-release ]; then
    cp -L /etc/os-release "$system/etc/os-release"
fi
printf '%s\n' "$parts" >"$folder/parts"
