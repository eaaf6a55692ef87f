#!/bin/sh
# Everything at once, with nothing else installed: builds what is not built, then runs an MQTT broker, a Kafka node, the
# hub and nine devices in one process. Options go to `pinstream-sim demo`: see deploy/demo.sh --help.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
java_needs=javac
. "$root/deploy/bin/java25.sh"

# What is older than a source is not built.
jar=$(find "$root/simulators/target" -maxdepth 1 -name 'simulators-*.jar' ! -name '*-tests.jar' 2>/dev/null | head -n 1)
if [ -z "$jar" ] || [ ! -d "$root/simulators/target/lib" ] || [ -n "$(find "$root/pom.xml" "$root"/*/pom.xml \
    "$root"/*/src/main "$root"/deploy/*/src/main -newer "$jar" -type f 2>/dev/null | head -n 1)" ]; then
    echo "building, which takes a minute or two the first time ..."
    JAVA_HOME=$(dirname "$(dirname "$JAVA")")
    export JAVA_HOME
    (cd "$root" && ./mvnw -q -B -ntp package -Dquick -pl simulators -am)
fi
exec "$root/deploy/bin/pinstream-sim" demo "$@"
