package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// SenML in CBOR (RFC 8428 section 6, RFC 8949): an array of maps with integer labels.
///
/// By hand, because it is the hub's hot path, and because a general parser has more doors than SenML needs: what
/// is read here is integers, floats, decimal fractions, texts and booleans, in definite and indefinite lengths.
final class CborSenml {
    private static final int ARRAY = 4;
    private static final int MAP = 5;

    // RFC 8428 table 4
    private static final int LABEL_BVER = -1;
    private static final int LABEL_BN = -2;
    private static final int LABEL_BT = -3;
    private static final int LABEL_BU = -4;
    private static final int LABEL_BV = -5;
    private static final int LABEL_BS = -6;
    private static final int LABEL_N = 0;
    private static final int LABEL_U = 1;
    private static final int LABEL_V = 2;
    private static final int LABEL_VS = 3;
    private static final int LABEL_VB = 4;
    private static final int LABEL_S = 5;
    private static final int LABEL_T = 6;
    private static final int LABEL_UT = 7;
    private static final int LABEL_VD = 8;

    private CborSenml() {}

    static void read(byte[] bytes, SenmlCodec.Limits limits, SenmlResolver resolver) throws MalformedSenml {
        var in = new CborReader(bytes, limits.depth());
        var record = new SenmlRecord();
        long records = in.open(ARRAY, "the pack");
        while (in.more(records)) {
            int number = resolver.next();
            record.clear();
            readRecord(in, record, number, resolver.names());
            resolver.take(record);
            records = CborReader.rest(records);
        }
        in.close();
        in.end();
    }

    private static void readRecord(CborReader in, SenmlRecord record, int number, NameCache names)
            throws MalformedSenml {
        long labels = in.open(MAP, "record " + number);
        while (in.more(labels)) {
            if (in.isInteger()) {
                readLabel(in, record, in.label(), number, names);
            } else {
                readTextLabel(in, record, in.text(), number);
            }
            labels = CborReader.rest(labels);
        }
        in.close();
    }

    private static void readLabel(CborReader in, SenmlRecord record, long label, int number, NameCache names)
            throws MalformedSenml {
        switch (Math.clamp(label, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
            case LABEL_N -> {
                record.mark(SenmlRecord.NAME, "n", number);
                in.textRange();
                record.name = in.rangeBytes();
                record.nameFrom = in.rangeFrom();
                record.nameTo = in.rangeTo();
            }
            case LABEL_BN -> {
                record.mark(SenmlRecord.BASE_NAME, "bn", number);
                in.textRange();
                record.baseName = in.rangeBytes();
                record.baseNameFrom = in.rangeFrom();
                record.baseNameTo = in.rangeTo();
            }
            case LABEL_U -> {
                record.mark(SenmlRecord.UNIT, "u", number);
                in.textRange();
                record.unit = names.unit(in.rangeBytes(), in.rangeFrom(), in.rangeTo(), number);
            }
            case LABEL_BU -> {
                record.mark(SenmlRecord.BASE_UNIT, "bu", number);
                in.textRange();
                record.baseUnit = names.unit(in.rangeBytes(), in.rangeFrom(), in.rangeTo(), number);
            }
            case LABEL_V -> {
                record.mark(SenmlRecord.VALUE, "v", number);
                record.value = in.number("v", number);
            }
            case LABEL_BV -> {
                record.mark(SenmlRecord.BASE_VALUE, "bv", number);
                record.baseValue = in.number("bv", number);
            }
            case LABEL_T -> {
                record.mark(SenmlRecord.TIME, "t", number);
                record.time = in.number("t", number);
            }
            case LABEL_BT -> {
                record.mark(SenmlRecord.BASE_TIME, "bt", number);
                record.baseTime = in.number("bt", number);
            }
            case LABEL_VB -> {
                record.mark(SenmlRecord.TRUTH, "vb", number);
                record.truth = in.truth("vb", number);
            }
            case LABEL_VS -> {
                record.mark(SenmlRecord.TEXT, "vs", number);
                record.text = in.text();
            }
            case LABEL_BVER -> {
                record.mark(SenmlRecord.BASE_VERSION, "bver", number);
                record.baseVersion = (long) in.number("bver", number);
            }
            case LABEL_UT -> {
                record.mark(SenmlRecord.UPDATE_TIME, "ut", number);
                in.number("ut", number);
            }
            case LABEL_S, LABEL_BS ->
                throw new MalformedSenml("record %d: sums (s, bs) are not supported".formatted(number));
            case LABEL_VD ->
                throw new MalformedSenml("record %d: data values (vd) are not supported".formatted(number));
            default -> in.skip();
        }
    }

    private static void readTextLabel(CborReader in, SenmlRecord record, String label, int number)
            throws MalformedSenml {
        switch (label) {
            case "q" -> {
                record.mark(SenmlRecord.QUALITY, "q", number);
                record.quality = in.text();
            }
            case "e" -> {
                record.mark(SenmlRecord.KIND, "e", number);
                record.kind = in.text();
            }
            default -> {
                if (label.endsWith("_")) { // RFC 8428 section 4.4: must be understood
                    throw new MalformedSenml(
                            "record %d: label \"%s\" is not understood".formatted(number, Printable.text(label)));
                }
                in.skip();
            }
        }
    }

    static byte[] write(DeviceId device, List<Event> events) {
        int records = events.stream().mapToInt(e -> e.measurements().size()).sum();
        var out = new CborWriter(32 + 40 * records);
        long base = events.getFirst().epochMicros();
        out.open(ARRAY, records);
        boolean first = true;
        for (var event : events) {
            long offset = event.epochMicros() - base;
            for (var measurement : event.measurements()) {
                write(out, event, measurement, offset, first ? 2 : 0);
                if (first) { // at the end of the first map; SenML does not care for the order of labels
                    out.integer(LABEL_BN);
                    out.text(device.value() + "/");
                    out.integer(LABEL_BT);
                    out.number(base / 1e6);
                    first = false;
                }
            }
        }
        return out.bytes();
    }

    /// Writes all labels of a record but the base ones, for which `more` places are kept.
    private static void write(CborWriter out, Event event, Measurement measurement, long offset, int more) {
        boolean good = event.quality().equals(Quality.GOOD);
        boolean sample = event.kind() == Event.Kind.SAMPLE;
        boolean decimal = measurement.value() instanceof Value.Decimal;
        int labels = 2 + more + (decimal ? 1 : 0) + (offset != 0 ? 1 : 0) + (good ? 0 : 1) + (sample ? 0 : 1);
        out.open(MAP, labels);
        out.integer(LABEL_N);
        out.text(event.sensor().value(), '/', measurement.quantity().name());
        switch (measurement.value()) {
            case Value.Decimal(double number) -> {
                out.integer(LABEL_U);
                out.text(measurement.quantity().unit().symbol());
                out.integer(LABEL_V);
                out.number(number);
            }
            case Value.Truth(boolean truth) -> {
                out.integer(LABEL_VB);
                out.truth(truth);
            }
            case Value.Text(String text) -> {
                out.integer(LABEL_VS);
                out.text(text);
            }
        }
        if (offset != 0) {
            out.integer(LABEL_T);
            out.number(offset / 1e6);
        }
        if (!good) {
            out.text("q");
            out.text(event.quality().toString());
        }
        if (!sample) {
            out.text("e");
            out.text(event.kind().text());
        }
    }

    /// Writes the shortest form of what SenML needs.
    private static final class CborWriter {
        private final ByteArrayOutputStream out;

        CborWriter(int size) {
            this.out = new ByteArrayOutputStream(size);
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        void open(int major, int size) {
            head(major, size);
        }

        void integer(long value) {
            if (value >= 0) {
                head(0, value);
            } else {
                head(1, -1 - value);
            }
        }

        void truth(boolean value) {
            out.write(value ? 0xf5 : 0xf4);
        }

        void text(String text) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            head(3, bytes.length);
            out.write(bytes, 0, bytes.length);
        }

        /// ASCII names with a character between, without a string for both.
        void text(String before, char between, String after) {
            head(3, before.length() + 1 + after.length());
            ascii(before);
            out.write(between);
            ascii(after);
        }

        private void ascii(String text) {
            for (int i = 0; i < text.length(); i++) {
                out.write(text.charAt(i));
            }
        }

        /// An integer where it is one, a single where it says the same, else a double.
        void number(double value) {
            if (value == (long) value && Math.abs(value) < 1L << 53 && !(value == 0 && 1 / value < 0)) {
                integer((long) value);
            } else if ((double) (float) value == value) {
                out.write(0xfa);
                fixed(Integer.toUnsignedLong(Float.floatToIntBits((float) value)), 4);
            } else {
                out.write(0xfb);
                fixed(Double.doubleToLongBits(value), 8);
            }
        }

        private void head(int major, long value) {
            int type = major << 5;
            if (value < 24) {
                out.write(type | (int) value);
            } else if (value < 1 << 8) {
                out.write(type | 24);
                fixed(value, 1);
            } else if (value < 1 << 16) {
                out.write(type | 25);
                fixed(value, 2);
            } else if (value < 1L << 32) {
                out.write(type | 26);
                fixed(value, 4);
            } else {
                out.write(type | 27);
                fixed(value, 8);
            }
        }

        private void fixed(long value, int octets) {
            for (int shift = (octets - 1) * 8; shift >= 0; shift -= 8) {
                out.write((int) (value >>> shift));
            }
        }
    }
}
