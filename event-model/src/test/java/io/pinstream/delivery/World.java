package io.pinstream.delivery;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Payload;
import io.pinstream.wire.StreamId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A bad world in one seed: agents with real [Courier]s, lanes with real [LaneLedger]s, and between them a
/// network that loses, repeats and reorders, agents that crash, are wiped or cloned, and hubs that fail in the
/// middle of a commit.
///
/// After a storm it becomes calm, and then everything that was taken must have arrived: once, in order, or named
/// dropped.
final class World {
    /// What a world can be told to do wrong, so that the checks are seen to catch it.
    enum Sabotage {
        NONE,
        /// Goes on with the old marks after a commit of unknown outcome (breaks hub rule 2).
        GO_ON_AFTER_UNKNOWN,
        /// Answers a hello at once, not after the next commit (breaks hub rule 3).
        ANSWER_HELLO_AT_ONCE,
        /// Does not fence the older owner of a lane (breaks hub rule 5).
        NO_FENCE,
        /// Accepts a pack that leaves a gap (breaks hub rule 1).
        ACCEPT_GAPS,
        /// Sends rows that a crash can still take back (breaks the outbox' promise).
        SEND_BEFORE_DURABLE
    }

    /// What went wrong; all zero is right.
    record Faults(int twice, int missing, int committedAndDropped, int outOfOrder) {
        static final Faults NONE = new Faults(0, 0, 0, 0);
    }

    private static final int STORM = 1_500;
    private static final int CALM = 7_500;
    private static final int WINDOW = 4;

    private final SplittableRandom random;
    private final Sabotage sabotage;
    private final Net net;
    private final Log log = new Log();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private final Set<Integer> excused = new HashSet<>();
    private final Set<Integer> mayComeTwice = new HashSet<>();
    private final Map<StreamId, Begun> streams = new HashMap<>();
    private int lastEvent;

    World(long seed, Sabotage sabotage) {
        this.random = new SplittableRandom(seed);
        this.sabotage = sabotage;
        this.net = new Net();
        lanes.add(new Lane());
        for (var name : List.of("a", "b", "c")) {
            agents.add(new Agent(new DeviceId(name)));
        }
    }

    /// Runs the storm and the calm behind it.
    Faults run() {
        for (int step = 0; step < STORM; step++) {
            turn(true);
        }
        net.calm();
        for (int step = 0; step < CALM; step++) {
            lanes.subList(0, lanes.size() - 1).clear();
            turn(false);
        }
        return faults();
    }

    int events() {
        return log.events.size();
    }

    private void turn(boolean storm) {
        var agent = agents.get(random.nextInt(agents.size()));
        int dice = random.nextInt(1_000);
        if (storm && dice < 100) {
            agent.take(++lastEvent);
        } else if (dice < 130) {
            agent.flush();
        } else if (dice < 350) {
            agent.send();
        } else if (dice < 750) {
            for (int i = 0; i < 4; i++) {
                net.deliver();
            }
        } else if (dice < 850) {
            commit(storm);
        } else if (dice < 900) {
            if (random.nextInt(5) == 0) {
                agent.courier.resend();
            }
        } else if (dice < 905) {
            agent.courier.greet();
        } else if (storm) {
            misfortune(agent, dice);
        }
    }

    private void misfortune(Agent agent, int dice) {
        if (dice < 912) {
            agent.drop();
        } else if (dice < 922) {
            agent.crash();
        } else if (dice < 932) {
            lanes.add(new Lane());
        } else if (dice < 934) {
            agent.wipe();
        } else if (dice < 936 && agents.size() < 5) {
            agents.add(agent.cloned());
        }
    }

    private void commit(boolean storm) {
        var newest = lanes.getLast();
        for (var lane : List.copyOf(newestTwo())) {
            if (storm && lane == newest && random.nextInt(20) == 0) {
                // It applied, or it did not: the lane cannot know.
                if (random.nextBoolean()) {
                    lane.write();
                }
                if (sabotage == Sabotage.GO_ON_AFTER_UNKNOWN) {
                    lane.aborted();
                } else {
                    lanes.add(new Lane());
                }
            } else if (storm && random.nextInt(10) == 0) {
                lane.aborted();
            } else {
                lane.commit();
            }
        }
    }

    /// The owner of the lane and the one before it, a zombie that still listens and talks.
    private List<Lane> newestTwo() {
        return lanes.subList(Math.max(0, lanes.size() - 2), lanes.size());
    }

    private Faults faults() {
        var seen = new HashMap<Integer, Integer>();
        var named = new HashSet<Integer>();
        var order = new HashMap<Agent, List<Integer>>();
        for (var committed : log.events) {
            if (committed.dropped()) {
                named.addAll(streams.get(committed.stream()).between(committed.first(), committed.last()));
            } else {
                seen.merge(committed.event(), 1, Integer::sum);
                order.computeIfAbsent(streams.get(committed.stream()).agent(), _ -> new ArrayList<>())
                        .add(committed.event());
            }
        }
        int twice = (int) seen.entrySet().stream()
                .filter(e -> e.getValue() > 1 && !mayComeTwice.contains(e.getKey()))
                .count();
        int missing = 0;
        for (var agent : agents) {
            missing += (int) agent.taken.stream()
                    .filter(e -> !seen.containsKey(e) && !named.contains(e) && !excused.contains(e))
                    .count();
        }
        int both = (int) named.stream()
                .filter(e -> seen.containsKey(e) && !mayComeTwice.contains(e))
                .count();
        int disorder = (int) order.values().stream().filter(World::falls).count();
        return new Faults(twice, missing, both, disorder);
    }

    /// Events are numbered as they are taken, so an agent's must rise.
    private static boolean falls(List<Integer> events) {
        for (int i = 1; i < events.size(); i++) {
            if (events.get(i) <= events.get(i - 1)) {
                return true;
            }
        }
        return false;
    }

    /// What a stream's sequences were about: rows are immutable once they are durable.
    private record Begun(Agent agent, long base, Map<Long, Integer> rows) {
        List<Integer> between(long first, long last) {
            var events = new ArrayList<Integer>();
            for (long sequence = first; sequence <= last; sequence++) {
                var event = rows.get(base + sequence);
                if (event != null) {
                    events.add(event);
                }
            }
            return events;
        }
    }

    /// One thing in Kafka: an event, or a range named as dropped.
    private record Committed(StreamId stream, boolean dropped, long first, long last, int event) {}

    /// Kafka: what was committed, and the fence.
    private static final class Log {
        final List<Committed> events = new ArrayList<>();
        final Map<DeviceId, Mark> marks = new HashMap<>();
        int fence;
    }

    /// The hub's half: a real ledger and a transaction.
    private final class Lane {
        final int epoch = ++log.fence;
        final LaneLedger ledger = new LaneLedger(log.marks);
        /// What this lane takes for committed; a zombie's is out of date.
        final Map<DeviceId, Mark> believed = new HashMap<>(log.marks);
        final List<Committed> open = new ArrayList<>();

        void hear(Message message) {
            switch (message) {
                case Message.Hello hello -> {
                    if (sabotage == Sabotage.ANSWER_HELLO_AT_ONCE) {
                        var probe = new LaneLedger(believed);
                        probe.hello(hello);
                        probe.committed().forEach(net::down);
                    } else {
                        ledger.hello(hello);
                    }
                }
                case Pack pack -> hear(pack);
                case Message.Welcome _, Message.Ack _ -> throw new IllegalStateException("the hub hears no answers");
            }
        }

        private void hear(Pack pack) {
            switch (ledger.offer(sabotage == Sabotage.ACCEPT_GAPS ? closed(pack) : pack)) {
                case LaneLedger.Verdict.Accept(long first, long last) -> {
                    int event = ByteBuffer.wrap(pack.payload().bytes()).getInt();
                    open.add(new Committed(pack.stream(), pack.through().isPresent(), first, last, event));
                }
                case LaneLedger.Verdict.Drop(Message.Ack answer, boolean _) -> net.down(answer);
            }
        }

        /// A pack that comes early, made to look as if it were the next one.
        private Pack closed(Pack pack) {
            var mark = log.marks.get(pack.device());
            if (mark == null
                    || pack.through().isPresent()
                    || !mark.newest().stream().equals(pack.stream())) {
                return pack;
            }
            long next =
                    ledger.staged().getOrDefault(pack.device(), mark).newest().sequence() + 1;
            return pack.sequence() <= next
                    ? pack
                    : new Pack(
                            pack.device(),
                            pack.stream(),
                            pack.supersedes(),
                            next,
                            OptionalLong.empty(),
                            pack.payload());
        }

        void commit() {
            if (ledger.isEmpty()) {
                return;
            }
            if (write()) {
                open.clear();
                believed.putAll(ledger.staged());
                ledger.committed().forEach(net::down);
            } else {
                aborted(); // fenced: it can never commit, and therefore never answer
            }
        }

        boolean write() {
            if (epoch != log.fence && sabotage != Sabotage.NO_FENCE) {
                return false;
            }
            log.events.addAll(open);
            log.marks.putAll(ledger.staged());
            return true;
        }

        void aborted() {
            open.clear();
            ledger.aborted();
        }
    }

    /// The agent's half: a real courier and an outbox that forgets what was not durable.
    private final class Agent {
        final DeviceId device;
        final Set<Integer> taken = new HashSet<>();
        Courier courier;
        Courier.Memory stored = Courier.Memory.NONE;
        TreeMap<Long, Integer> rows = new TreeMap<>();
        /// Every row that was ever durable, for the checks.
        Map<Long, Integer> all = new HashMap<>();
        /// Dropped ranges, first row to last.
        TreeMap<Long, Long> gaps = new TreeMap<>();
        long last;
        long durable;

        Agent(DeviceId device) {
            this.device = device;
            this.courier = courier();
        }

        private Courier courier() {
            return new Courier(device, stored, WINDOW, random.split());
        }

        void take(int event) {
            rows.put(++last, event);
            taken.add(event);
        }

        void flush() {
            durable = last;
            all.putAll(rows);
        }

        void send() {
            long offered = sabotage == Sabotage.SEND_BEFORE_DURABLE ? last : durable;
            for (int i = 0; i < WINDOW; i++) {
                switch (courier.next(offered)) {
                    case Courier.Step.Greet(Message.Hello hello) -> {
                        net.up(hello);
                        return;
                    }
                    case Courier.Step.Send send -> send(send);
                    case Courier.Step.Wait _ -> {
                        return;
                    }
                }
            }
        }

        private void send(Courier.Step.Send send) {
            var gap = gaps.floorEntry(send.row());
            if (gap != null && send.row() <= gap.getValue()) {
                net.up(pack(send, OptionalLong.of(courier.sequenceOf(gap.getValue())), 0));
                courier.sent(gap.getValue());
            } else {
                net.up(pack(send, OptionalLong.empty(), rows.get(send.row())));
                courier.sent(send.row());
            }
        }

        private Pack pack(Courier.Step.Send send, OptionalLong through, int event) {
            var payload = new Payload(
                    Payload.Format.CBOR, ByteBuffer.allocate(4).putInt(event).array());
            return new Pack(device, send.stream(), send.supersedes(), send.sequence(), through, payload);
        }

        void hear(Message message) {
            switch (courier.receive(message)) {
                case NEW_STREAM, NEW_STREAM_HUB_WENT_BACK -> begun();
                case ADVANCED -> {
                    if (random.nextInt(3) == 0) {
                        store(); // an advance is stored when it pleases the outbox
                    }
                }
                case NONE -> {}
            }
        }

        private void begun() {
            store();
            streams.put(
                    courier.memory().stream().orElseThrow(),
                    new Begun(this, courier.memory().base(), all));
        }

        private void store() {
            stored = courier.memory();
            rows.headMap(stored.acked(), true).clear();
        }

        void drop() {
            long first = courier.memory().acked() + 1 + random.nextInt(3);
            long end = Math.min(durable, first + random.nextInt(6));
            if (first > end) {
                return;
            }
            var before = gaps.floorEntry(end);
            if (before != null && before.getValue() >= first) {
                first = Math.min(first, before.getKey());
                end = Math.max(end, before.getValue());
            }
            gaps.subMap(first, true, end, true).clear();
            gaps.put(first, end);
        }

        /// The power goes: what was not durable never happened, and its row numbers are used again.
        void crash() {
            var lost = rows.tailMap(durable, false);
            excused.addAll(lost.values());
            lost.clear();
            last = durable;
            courier = courier();
        }

        /// A new card: everything is gone.
        void wipe() {
            excused.addAll(rows.values());
            rows = new TreeMap<>();
            all = new HashMap<>();
            gaps = new TreeMap<>();
            last = 0;
            durable = 0;
            stored = Courier.Memory.NONE;
            courier = courier();
        }

        /// The same card in a second board, under the same name: it notices, and begins a stream of its own
        /// (rule 6).
        Agent cloned() {
            var clone = new Agent(device);
            clone.rows = new TreeMap<>(rows.headMap(durable, true));
            clone.all = new HashMap<>(clone.rows);
            clone.gaps = new TreeMap<>(gaps);
            clone.last = durable;
            clone.durable = durable;
            clone.stored = stored.withoutStream();
            clone.courier = clone.courier();
            mayComeTwice.addAll(clone.rows.values()); // both boards hold them: two truths of one card
            return clone;
        }
    }

    /// Loses, repeats and reorders, each at random and by as much as this world is bad.
    private final class Net {
        final Map<String, List<Message>> queues = new LinkedHashMap<>();
        double loss = pick(0, .1, .3);
        double repeat = pick(0, .1, .3);
        double reorder = pick(0, .2, .5);

        private double pick(double... choices) {
            return choices[random.nextInt(choices.length)];
        }

        void calm() {
            loss = 0;
            repeat = 0;
            reorder = 0;
        }

        void up(Message message) {
            send("up " + message.device(), message);
        }

        void down(Message message) {
            send("down " + message.device(), message);
        }

        private void send(String way, Message message) {
            if (random.nextDouble() < loss) {
                return;
            }
            var queue = queues.computeIfAbsent(way, _ -> new ArrayList<>());
            queue.add(message);
            if (random.nextDouble() < repeat) {
                queue.add(message);
            }
        }

        void deliver() {
            var ready = queues.entrySet().stream()
                    .filter(q -> !q.getValue().isEmpty())
                    .toList();
            if (ready.isEmpty()) {
                return;
            }
            var way = ready.get(random.nextInt(ready.size()));
            var queue = way.getValue();
            var message = queue.remove(random.nextDouble() < reorder ? random.nextInt(queue.size()) : 0);
            if (way.getKey().startsWith("up")) {
                List.copyOf(newestTwo()).forEach(lane -> lane.hear(message));
            } else {
                agents.stream().filter(a -> a.device.equals(message.device())).forEach(a -> a.hear(message));
            }
        }
    }

    /// For failures: which seed, and what it did.
    static Optional<String> failure(long seed, Sabotage sabotage) {
        var faults = new World(seed, sabotage).run();
        return faults.equals(Faults.NONE) ? Optional.empty() : Optional.of("seed %d: %s".formatted(seed, faults));
    }
}
