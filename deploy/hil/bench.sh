# The bench that run.sh works at: hub, guest, what arrived, and the table of what was checked (bash, sourced by it).

# ---- Checks ------------------------------------------------------------------------------------------------------------
passed=0 failed=0
results=()

section() {
    results+=("" "$1")
    echo "== $1 ($((SECONDS - began)) s)"
}

# check SENTENCE COMMAND…: whether the command succeeds; what it prints goes into the table.
check() {
    local sentence=$1 outcome=ok detail
    shift
    if detail=$("$@" 2>&1); then
        passed=$((passed + 1))
    else
        outcome=FAIL
        failed=$((failed + 1))
    fi
    detail=$(head -c 300 <<<"$detail" | tr '\n' ' ')
    results+=("$(printf '  %-4s  %-62s %s' "$outcome" "$sentence" "$detail")")
    echo "${results[-1]}"
}

note() {
    results+=("$(printf '        %-62s %s' "$1" "$2")")
    echo "${results[-1]}"
}

# until_true SECONDS COMMAND…: waits for a command to succeed, but for no longer than that, nor than the whole may last.
until_true() {
    local until=$((SECONDS + $1)) end=$((began + LONGEST))
    ((until < end)) || until=$end
    shift
    until "$@"; do
        ((SECONDS < until)) || return 1
        sleep 0.3
    done
}

# ---- Hub ---------------------------------------------------------------------------------------------------------------
free_port() {
    local port
    for _ in {1..50}; do
        port=$((20000 + RANDOM % 10000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port && return; }
    done
    return 1
}

kafka() { # ARGUMENT…
    timeout $LONGEST kcat -q -b "127.0.0.1:$kafka_port" -X isolation.level=read_committed "$@"
}

# A broker, a Kafka and a hub in one process, and somebody who writes down every event that is committed.
hub_runs() {
    mqtt_port=$(free_port) kafka_port=$(free_port)
    printf '%s\n' "embedded: {mqtt-port: $mqtt_port, kafka-port: $kafka_port}" \
        "kafka: {bootstrap-servers: '127.0.0.1:$kafka_port'}" 'web: {port: 0}' >"$work/hub.yaml"
    timeout $LONGEST "$root/deploy/bin/pinstream-hub" run --embedded --config "$work/hub.yaml" --data "$work/hub" \
        >"$work/hub.log" 2>&1 &
    hub=$!
    until_true $PATIENCE grep -qs 'lane is open lane=1' "$work/hub.log" || fatal "the hub does not start: see $work/hub.log"
    touch "$work/events"
    kafka -C -u -t pinstream.events -o beginning >"$work/events" 2>"$work/kcat.log" &
    reader=$!
}

# ---- Guest -------------------------------------------------------------------------------------------------------------
starts=0
hands=0

mkfs_of_this_run() {
    cp --sparse=always "$target/guest.ext4" "$work/disk"
    cp "$package" "$work/pinstream-agent.deb"
    cp "$here/guest/board.sh" "$work"
}

# Switches the board on. Its disk stays from start to start. A flush by the guest goes as far as this machine's page
# cache, which no end of QEMU empties; what the guest has not written is lost with it.
guest_starts() {
    starts=$((starts + 1)) hands=0
    mkdir "$work/$starts"
    timeout $LONGEST qemu-system-aarch64 -pidfile "$work/qemu.pid" \
        -M virt,gic-version=3 -cpu cortex-a72 -smp 1 -m 768 -accel tcg \
        -display none -no-reboot -serial "file:$work/console-$starts.log" -monitor none \
        -kernel "$target/vmlinuz" -initrd "$target/initramfs" \
        -append "console=ttyAMA0 quiet panic=-1 systemd.show_status=false systemd.firstboot=off net.ifnames=0 hil=$starts" \
        -drive "file=$work/disk,if=none,id=disk,format=raw,cache=unsafe" -device virtio-blk-pci,drive=disk \
        -virtfs "local,path=$work,mount_tag=host,security_model=none,multidevs=remap" \
        -netdev user,id=net -device virtio-net-pci,netdev=net,romfile= </dev/null >"$work/qemu-$starts.log" 2>&1 &
    guest=$!
    in_guest "true"
}

# Pulls its plug.
guest_loses_power() {
    kill -KILL "$(cat "$work/qemu.pid")"
    wait "$guest" 2>/dev/null || true
    guest=
}

# in_guest SCRIPT: runs it there; then answer is what it said, and exit what it ended with.
in_guest() {
    hands=$((hands + 1))
    local hand=$work/$starts/$hands
    echo "$1" >"$hand.script"
    mv "$hand.script" "$hand.do"
    until_true $PATIENCE test -e "$hand.done" ||
        fatal "the guest does not answer: see $hand.do and $work/console-$starts.log"
    exit=$(cat "$hand.done")
    answer=$(cat "$hand.said")
    return 0
}

succeeded() {
    [ "$exit" = 0 ] || { echo "exit $exit: $answer" && return 1; }
}

said() {
    [ "$answer" = "$1" ] || { echo "$answer" && return 1; }
}

says() {
    grep -Eq -- "$1" <<<"$answer" || { echo "no '$1' in: $answer" && return 1; }
}

says_all() {
    local each
    for each; do
        says "$each" || return 1
    done
}

# ---- What arrived ------------------------------------------------------------------------------------------------------
# arrived FILTER: how many events that fit, in jq's words, are in Kafka.
arrived() {
    jq -c "select($1)" "$work/events" | wc -l
}

has_arrived() {
    [ "$(arrived "$1")" -ge "$2" ]
}

# arrives FILTER [COUNT]: waits for so many.
arrives() {
    until_true $PATIENCE has_arrived "$1" "${2:-1}" ||
        { echo "$(arrived "$1") of ${2:-1}; the last event is $(tail -n 1 "$work/events")" && return 1; }
}

# A device's events are in Kafka in their order: behind the next one of another sensor nothing earlier comes.
settles() {
    arrives '.sensor == "rain"' $(($(arrived '.sensor == "rain"') + 1))
}

# Each of the contact's events behind the first "seen": level, time in microseconds, quality.
door_events() {
    jq -r '
        def micros: capture("(?<seconds>[^.Z]+)(\\.(?<fraction>[0-9]+))?Z")
            | (.seconds + "Z" | fromdateiso8601) * 1000000 + ((.fraction // "") + "000000" | .[:6] | tonumber);
        select(.sensor == "door")
            | "\(if .active == null then "?" elif .active then "up" else "down" end) \(.time | micros) \(.quality)"' \
        "$work/events" | tail -n +$((seen + 1))
}

# moves SCRIPT: has the guest move the contact's line, and keeps when it did.
moves() {
    seen=$(arrived '.sensor == "door"')
    in_guest "$1"
    grep -E '^17 (up|down) ' <<<"$answer" >"$work/moves" || true
}

# Compares moves ("line level before after") with events ("level time quality"), side by side. A stamp must not be before
# its move. It may be behind it by what an emulated machine on a shared one takes between two instructions: half a second
# is certainly enough for that, and much less than the agent is stopped for where stamps must be the kernel's.
COMPARE='
    NF != 7 { print "move " NR " has no event, or event " NR " no move: " $0; bad = 1; exit }
    $2 != $5 { print "event " NR " is " $5 ", the move was " $2; bad = 1; exit }
    $7 != "good" { print "event " NR " is " $7; bad = 1; exit }
    NR > 1 && before >= $6 { print "event " NR " is not behind the one before"; bad = 1; exit }
    $6 < $3 - 1000 || $6 > $4 + 500000 { print "event " NR " is stamped " $6 ", the move was " $3 " to " $4; bad = 1; exit }
    { before = $6; late = $6 - $3; if (late > most) most = late; sum += late }
    END { if (!bad) printf "%d of %d, stamped %.1f ms into the move, %.1f at most\n", NR, NR, sum / NR / 1000, most / 1000
          exit bad }'

edges_fit() {
    local count
    count=$(wc -l <"$work/moves")
    [ "$count" -gt 0 ] || { echo "nothing was moved: $answer" && return 1; }
    arrives '.sensor == "door"' $((seen + count)) && settles || return 1
    paste -d ' ' "$work/moves" <(door_events) | awk "$COMPARE"
}

count_never_fell() {
    jq -se '[.[] | select(.sensor == "rain") | .count | select(. != null)] | length > 0 and . == sort' \
        "$work/events" >/dev/null
}

# ---- The moves around the power cut --------------------------------------------------------------------------------------
# Enough of them for the oldest to be much older than the outbox's loss window.
storm_rages() {
    [ "$(wc -l <"$work/storm")" -ge 150 ]
}

# The outbox may lose what came within its loss window, 200 ms. How long an edge takes to get there is the machine's
# affair, and asserting on that would find nothing out: so long is certainly enough.
CERTAIN_MICROS=5000000

# All moves before the storm; those of the storm but for a tail; the level that the restarted agent finds.
edges_fit_up_to_the_cut() {
    settles || return 1
    sed -n '/^17 [a-z]* [0-9]* [0-9]*$/p' "$work/storm" >"$work/stormed"
    cat "$work/stormed" >>"$work/moves"
    door_events >"$work/edges"
    local lines last kept
    lines=$(wc -l <"$work/edges")
    last=$(tail -n 1 "$work/edges")
    [[ $last == "down "*" good" ]] || { echo "the level at the start is missing: $last" && return 1; }
    kept=$((lines - 1))
    # The last move was made, but not written down any more.
    [ $kept -le $(($(wc -l <"$work/moves") + 1)) ] || { echo "$kept events of $(wc -l <"$work/moves") moves" && return 1; }
    paste -d ' ' "$work/moves" <(head -n "$kept" "$work/edges") | awk 'NF == 7' | awk "$COMPARE" || return 1
    tail -n +$((kept + 1)) "$work/moves" >"$work/lost"
    local cut
    cut=$(tail -n 1 "$work/moves" | cut -d ' ' -f 4)
    awk -v cut="$cut" -v certain=$CERTAIN_MICROS '
        cut - $4 > certain { print "lost: " $0; bad = 1 }
        NR == 1 { first = cut - $3 }
        END { printf "of %d moves the last %d were not on the disk yet (%.0f ms)", '"$(wc -l <"$work/moves")"', NR, first / 1000
              exit bad }' "$work/lost"
}

# ---- The end -----------------------------------------------------------------------------------------------------------
# fatal REASON: what follows would find nothing out.
fatal() {
    check "run.sh comes to its end" gave_up "$1"
    exit 1
}

gave_up() {
    echo "$1"
    return 1
}

take_down() {
    local process
    for process in ${guest:-} ${reader:-} ${hub:-}; do
        kill "$process" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}

# However it ends, it says how far it came.
finish() {
    local ended=$?
    trap - EXIT
    take_down
    [ "$ended" = 0 ] || [ "$failed" != 0 ] || failed=1
    echo
    printf '%s\n' "${results[@]}"
    echo
    echo "$((SECONDS - began)) s; kernel $(cat "$target/kernel"), $(qemu-system-aarch64 --version | head -n 1)"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}
