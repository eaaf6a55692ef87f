#!/bin/sh
# Everything that must be true of Pinstream, in one command: installs what the tests need from the system's packages
# (as root or by sudo; otherwise it says what to install), then runs the whole build, formatting and layering included.
# The agent's package in an emulated machine with a real kernel is a command of its own: deploy/hil/run.sh.
#
#   deploy/test.sh              all of it
#   deploy/test.sh -Dseeds=…    further arguments go to Maven
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/deploy/bin/java25.sh"

# program → Debian package that has it
missing=
for pair in mosquitto:mosquitto mosquitto_sub:mosquitto-clients kcat:kcat curl:curl kubectl:kubernetes-client \
    node:nodejs npm:npm prometheus:prometheus chromium:chromium chromedriver:chromium-driver redis-server:redis-server \
    redis-cli:redis-tools rabbitmq-server:rabbitmq-server lintian:lintian deb-systemd-helper:init-system-helpers \
    systemd-sysusers:systemd qemu-aarch64-static:qemu-user-static; do
    program=${pair%%:*} package=${pair#*:}
    PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null 2>&1 || missing="$missing $package"
done
if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "deploy/test.sh: the tests need these programs, by their Debian package names:$missing" >&2
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        echo "deploy/test.sh: not root, and sudo asks for a password; please run: sudo apt-get install$missing" >&2
        exit 1
    fi
    echo "deploy/test.sh: installing$missing"
    # The tests start their own servers on free loopback ports: a service that the package starts is not wanted.
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq update
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -y install --no-install-recommends $missing >/dev/null
fi

cd "$root"
# Maven itself runs on the JDK 25: the formatter cannot read Java 25 on an older one.
JAVA_HOME=$(dirname "$(dirname "$JAVA")")
export JAVA_HOME
exec ./mvnw -B -ntp verify -Dbundled=required "$@"
