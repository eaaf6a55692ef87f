#!/bin/bash
# Hardware in the loop, without hardware: runs the agent's Debian package in an emulated arm64 machine with a real Linux
# kernel, moves GPIO lines, an I2C chip and a 1-Wire thermometer there, and compares what arrives in Kafka with what it did.
#
#   deploy/hil/run.sh               all of it; builds the guest first if need be (image.sh: some minutes, once)
#   deploy/hil/run.sh PACKAGE.deb   the same with another package than the one that the project has built
#   deploy/hil/run.sh --image       only builds the guest
#   deploy/hil/run.sh --help        this text
#
# The guest is Debian 13 with systemd and Debian's own kernel. Its GPIO chip is the kernel's gpio-sim; the chips on I2C and
# 1-Wire are two small kernel modules (modules/). Broker, Kafka and hub run on this machine, on loopback, and the guest
# reaches them by QEMU's user network. Nothing needs hardware, KVM or a container. It ends with a table and with 1 if
# anything in it failed; the guest's console and everything else that was said is then in deploy/hil/target/run.
#
# Needs the project built (./mvnw -q package -Dquick), root, a Debian on x86-64, and its packages qemu-system-arm, kcat,
# jq, kmod, cpio, xz-utils and e2fsprogs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=$here/target
work=$target/run
export LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin:/sbin"

# A shared machine may be slow, and a wait that is too short finds nothing out: what is asserted are values and orders.
PATIENCE=180
# All of it, whatever hangs.
LONGEST=1200

package=$root/deploy/agent/target/pinstream-agent.deb
case ${1:-} in
--help | -h)
    sed -n '2,/^set -e/p' "$0" | sed '$d; s/^# \{0,1\}//'
    exit 0
    ;;
--image | '') ;;
*.deb) package=$1 ;;
*)
    echo "run.sh: $1 is no option of this script; see $0 --help" >&2
    exit 2
    ;;
esac

# ---- Can it run here? --------------------------------------------------------------------------------------------------
why_not() {
    [ "$(id -u)" = 0 ] || { echo "not root: the guest's file system and its modules are made as root" && return; }
    grep -qx 'ID=debian' /etc/os-release || { echo "this is no Debian: the guest is made of its packages" && return; }
    [ "$(dpkg --print-architecture)" = amd64 ] ||
        { echo "not x86-64: Debian's cross compiler is taken from there" && return; }
    local program
    for program in qemu-system-aarch64 kcat jq depmod modprobe cpio xz mke2fs; do
        command -v $program >/dev/null || { echo "no $program" && return; }
    done
}
reason=$(why_not)
if [ -n "$reason" ]; then
    echo "deploy/hil/run.sh: skipped: $reason"
    # Where all tests must run, a skipped one is a failed one.
    [ "${CI:-}" != true ] || exit 1
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
"$here/image.sh"
[ "${1:-}" != --image ] || exit 0
for built in "$package" "$root/hub/target/lib" "$root/deploy/embedded/target/lib"; do
    [ -e "$built" ] || { echo "run.sh: no $built; build it first: ./mvnw -q package -Dquick" >&2 && exit 1; }
done

rm -rf "$work"
mkdir -p "$work"
. "$here/bench.sh"
began=$SECONDS
trap finish EXIT

# ---- The hub on this machine, the board in the guest -------------------------------------------------------------------
section "package"
hub_runs
mkfs_of_this_run
guest_starts
in_guest "dpkg --install /host/pinstream-agent.deb"
check "dpkg installs the package, and its scripts run" succeeded
in_guest "systemctl is-active pinstream-agent && ps -o user= -p \$(agent_pid)"
check "the agent runs at once, as the package's user" said $'active\npinstream'
in_guest "stat -c '%G %a' \"\$(chip_file)\" /dev/i2c-1"
check "its udev rules give GPIO and I2C to its groups" said $'gpio 660\ni2c 660'

# ---- What the tools of the package make of this board ------------------------------------------------------------------
in_guest "as_agent pinstream-agent sensors scan"
check "sensors scan knows the TMP102 by what it says" says 'bus 1 address 0x48.*tmp102'
check "sensors scan finds the DS18B20" says 'ds18b20'
sed "s/@PORT@/$mqtt_port/" "$here/guest/agent.yaml" >"$work/agent.yaml"
in_guest "cat /host/agent.yaml >/etc/pinstream/agent.yaml && systemctl reload pinstream-agent"
check "a reload takes the configuration over" succeeded
in_guest "as_agent pinstream-agent doctor --config /etc/pinstream/agent.yaml"
check "doctor finds I2C, 1-Wire and the lines in order" says_all 'ok +i2c 1' 'ok +1-wire' 'ok +line 17' 'ok +line 27'

# ---- Temperatures ------------------------------------------------------------------------------------------------------
section "chips"
for millidegrees in 25500 -7250 101125; do
    in_guest "tmp102 millidegrees $millidegrees; ds18b20 millidegrees $millidegrees"
    check "TMP102 on I2C: $millidegrees thousandths of a degree arrive" \
        arrives ".sensor == \"air\" and .quality == \"good\" and .temperature == $millidegrees / 1000"
    check "DS18B20 on 1-Wire: $millidegrees thousandths of a degree arrive" \
        arrives ".sensor == \"probe\" and .quality == \"good\" and .temperature == $millidegrees / 1000"
done
for chip in tmp102/air ds18b20/probe; do
    sensor=${chip#*/} chip=${chip%/*}
    in_guest "$chip present N"
    check "$chip unplugged: no reading is invented, the quality says no-answer" \
        arrives ".sensor == \"$sensor\" and .quality == \"no-answer\" and .temperature == null"
    in_guest "$chip millidegrees 42000; $chip present Y"
    check "$chip plugged in again: it is read again" \
        arrives ".sensor == \"$sensor\" and .quality == \"good\" and .temperature == 42"
done

# ---- Edges -------------------------------------------------------------------------------------------------------------
section "lines"
check "the contact tells the level that it found" arrives '.sensor == "door" and .active == false'
moves "for ((i = 0; i < 100; i++)); do move 17 up; sleep 0.01; move 17 down; sleep 0.02; done"
check "200 moves of a line: each arrives, in order, stamped when it was made" edges_fit

# An agent that stands still cannot stamp: what it finds later has the kernel's stamps.
moves "kill -STOP \$(agent_pid)
    for ((i = 0; i < 10; i++)); do move 17 up; sleep 0.1; move 17 down; sleep 0.1; done
    sleep 1; kill -CONT \$(agent_pid)"
check "20 moves while the agent is stopped: each arrives, stamped by the kernel" edges_fit

in_guest "for ((i = 0; i < 500; i++)); do move 27 up; move 27 down; done >/dev/null"
check "500 pulses as fast as they come: the counter says 500" \
    arrives ".sensor == \"rain\" and .quality == \"good\" and .count == 500"

# ---- Memory ------------------------------------------------------------------------------------------------------------
in_guest "until ((\$(ps -o etimes= -p \$(agent_pid)) >= 60)); do sleep 1; done
    awk '/VmRSS|VmHWM/ { print \$2 }' /proc/\$(agent_pid)/status; ps -o etimes= -p \$(agent_pid)"
read -r -d '' most now age <<<"$answer" || true
note "memory of the agent (VmRSS), and its most so far" "$((now / 1024)) MiB, $((most / 1024)) MiB, after $age s"

# ---- A power cut -------------------------------------------------------------------------------------------------------
section "power cut"
in_guest "ip link set eth0 down; metric pinstream_agent_outbox_appended_events_total"
appended=${answer%.*}
moves "for ((i = 0; i < 20; i++)); do move 17 up; sleep 0.05; move 17 down; sleep 0.05; done"
in_guest "until ((\$(metric pinstream_agent_outbox_appended_events_total | cut -d. -f1) >= $appended + 40)); do
        sleep 0.2
    done; sleep 2"
check "without a network, events go on to be taken into the outbox" succeeded
in_guest "(while :; do move 17 up; sleep 0.03; move 17 down; sleep 0.03; done) >/host/storm 2>/dev/null &"
check "more moves, in the middle of which the guest loses its power" until_true $PATIENCE storm_rages
guest_loses_power
guest_starts
in_guest "until [ \"\$(systemctl is-active pinstream-agent)\" = active ]; do sleep 0.5; done"
check "switched on again, the agent starts by itself" succeeded
in_guest "tmp102 millidegrees 12500"
check "and goes on reading" arrives '.sensor == "air" and .quality == "good" and .temperature == 12.5'
check "what it had taken arrives, in order, and of the rest what was on the disk" edges_fit_up_to_the_cut
check "the count of the pulses goes on where it was, and says what it cannot know" \
    arrives ".sensor == \"rain\" and .quality == \"edges-missed\" and .count == 500"
check "it never fell" count_never_fell
moves "for ((i = 0; i < 5; i++)); do move 17 up; sleep 0.02; move 17 down; sleep 0.02; done"
check "new moves arrive" edges_fit

# ---- A GPIO chip that goes away ----------------------------------------------------------------------------------------
section "GPIO chip"
in_guest "gpio_chip 0"
check "the GPIO chip is gone: the contact says no-answer" arrives '.sensor == "door" and .quality == "no-answer"'
seen=$(arrived '.sensor == "door"')
in_guest "gpio_chip 1; udevadm settle; systemctl restart pinstream-agent"
check "it is back, and the agent restarted: the contact tells its level" arrives '.sensor == "door"' $((seen + 1))
moves "for ((i = 0; i < 5; i++)); do move 17 up; sleep 0.02; move 17 down; sleep 0.02; done"
check "moves arrive again" edges_fit

# ---- All of it ---------------------------------------------------------------------------------------------------------
section "all of it"
in_guest "systemctl show --property NRestarts --value pinstream-agent"
check "systemd had to restart nothing" said 0
check "the hub's audit: every event is there, once, in order" \
    timeout $PATIENCE "$root/deploy/bin/pinstream-hub" audit --config "$work/hub.yaml"
