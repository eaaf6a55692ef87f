# The board's lines and chips, for the scripts that run.sh has the guest do (bash).

lines=$(echo /sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio0)
lines=${lines%/sim_gpio0}

# move LINE LEVEL: moves a line, and prints between which two moments of the wall clock, in microseconds.
move() {
    local before=${EPOCHREALTIME/./}
    echo "pull-$2" >"$lines/sim_gpio$1/pull"
    echo "$1 $2 $before ${EPOCHREALTIME/./}"
}

tmp102() { # millidegrees|present VALUE
    echo "$2" >"/sys/module/i2c_sim/parameters/$1"
}

ds18b20() {
    echo "$2" >"/sys/module/w1_sim/parameters/$1"
}

agent_pid() {
    systemctl show --property MainPID --value pinstream-agent
}

# as_agent COMMAND…: as the package's user, in its groups.
as_agent() {
    setpriv --reuid pinstream --regid pinstream --init-groups "$@"
}

# page PATH: a page of the agent's.
page() {
    exec 3<>/dev/tcp/127.0.0.1/9464 || return
    printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$1" >&3
    cat <&3
    exec 3>&-
}

chip_file() {
    local chip=${lines%/}
    echo "/dev/${chip##*/}"
}

# metric NAME: its value, of one without tags.
metric() {
    page /metrics | awk -v name="$1" '$1 == name { print $2 }'
}

gpio_chip() { # 0|1
    echo "$1" >/sys/kernel/config/gpio-sim/hil/live
}
