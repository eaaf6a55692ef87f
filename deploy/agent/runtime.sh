#!/bin/sh
# Makes the Java runtime of pinstream-agent-bundled: jlink, from the modules of Debian 13's JDK for arm64 that the agent
# needs. They come as a Debian package by this machine's own apt sources; nothing is installed on this machine.
#
#   runtime.sh        makes target/runtime and, for a test, target/arm64, if they are not there or what they are made of
#                     has changed
#
# A machine on which that cannot be done has no target/runtime afterwards, and a line says why; that is no failure: the
# build then makes no pinstream-agent-bundled.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$here/target
runtime=$target/runtime
release=trixie
# What jdeps finds in the agent and in what it uses of its libraries: Micrometer's figures of the JVM need management, and
# its database and desktop parts are not used. Signals are in jdk.unsupported. TLS with all its curves is in java.base.
modules=java.base,java.logging,java.management,jdk.httpserver,jdk.management,jdk.net,jdk.unsupported
export LC_ALL=C.UTF-8

leave_out() {
    rm -rf "$runtime" "$target/arm64"
    echo "runtime.sh: no pinstream-agent-bundled in this build: $*" >&2
    exit 0
}

java_needs=javac
. "$here/../bin/java25.sh"
jdk=${JAVA%/bin/java}
[ -x "$jdk/bin/jlink" ] || leave_out "the JDK in $jdk has no jlink"

key=$(cat "$here/runtime.sh" "$jdk/release" | sha256sum)
if [ -e "$runtime/lib/modules" ] && [ "$(cat "$target/runtime.key" 2>/dev/null)" = "$key" ]; then
    exit 0
fi
rm -rf "$runtime" "$target/runtime.key" "$target/runtime.source"

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || leave_out "there is no apt on this machine"
mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "Debian" && $2 !~ /security/ { print $2; exit }')
[ -n "$mirror" ] || leave_out "its apt sources name no Debian (or apt-get update was never run)"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keys" ] || leave_out "there is no $keys; the package debian-archive-keyring has it"

# An apt of its own, that knows Debian 13 for arm64 and believes that nothing is installed.
apt=$target/apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/log" "$apt/none"
: >"$apt/status"
echo "deb [signed-by=$keys] $mirror $release main" >"$apt/sources.list"
private_apt() {
    apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$apt/state" \
        -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" -o Dir::Log="$apt/log" \
        -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/none" \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$apt/none" -o Acquire::Languages=none \
        -o APT::Sandbox::User=root -o Acquire::Retries=3 -o Debug::NoLocking=true "$@"
}
rm -f "$apt"/*.deb
private_apt update >"$apt/update.log" 2>&1 || leave_out "apt-get update for $release failed: $(tail -n 1 "$apt/update.log")"
libraries="libc6 libgcc-s1 libstdc++6 zlib1g"
# shellcheck disable=SC2086 # a list of words
(cd "$apt" && private_apt download openjdk-25-jdk-headless $libraries >download.log 2>&1) ||
    leave_out "the JDK's package for arm64 did not come: $(tail -n 1 "$apt/download.log")"
# What it needs of a system, for a test that starts it in an emulator.
rm -rf "$target/arm64"
mkdir "$target/arm64"
ln -s usr/lib "$target/arm64/lib"
for package in $libraries; do
    dpkg-deb -x "$apt/$package"_*.deb "$target/arm64"
done

mods=$apt/modules
rm -rf "$mods"
mkdir "$mods"
for package in "$apt"/openjdk-25-jdk-headless_*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$mods" --strip-components=6 --wildcards -f - './usr/lib/jvm/*/jmods/*'
    version=$(dpkg-deb --field "$package" Version)
done
"$jdk/bin/jlink" --module-path "$mods" --add-modules "$modules" --compress zip-9 --no-header-files --no-man-pages \
    --strip-java-debug-attributes --exclude-files '**.debuginfo,**/bin/jwebserver,**/bin/keytool,**/lib/jexec,**/lib/jrt-fs.jar' \
    --output "$runtime" >"$apt/jlink.log" 2>&1 ||
    leave_out "jlink of $jdk cannot use the modules of $version: $(head -n 1 "$apt/jlink.log")"
# The other modules' licences are links to these.
find "$runtime/legal" -mindepth 1 -maxdepth 1 ! -name java.base -exec rm -r {} +
rm -rf "$mods" "$apt"/*.deb
printf '%s' "openjdk-25 (= $version)" >"$target/runtime.source"
echo "$key" >"$target/runtime.key"
echo "runtime.sh: made target/runtime from openjdk-25-jdk-headless $version for arm64"
