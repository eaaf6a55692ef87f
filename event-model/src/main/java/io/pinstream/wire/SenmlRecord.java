package io.pinstream.wire;

import io.pinstream.event.Unit;
import org.jspecify.annotations.Nullable;

/// The labels of one SenML record as they stand in the payload, before they are resolved (RFC 8428 section 4). One
/// object serves all records of a pack; names stay where they are, as a range of bytes.
final class SenmlRecord {
    /// Which labels the record has; a label that comes twice is an error.
    int labels;

    static final int BASE_NAME = 1;
    static final int BASE_TIME = 1 << 1;
    static final int BASE_UNIT = 1 << 2;
    static final int BASE_VALUE = 1 << 3;
    static final int BASE_VERSION = 1 << 4;
    static final int NAME = 1 << 5;
    static final int UNIT = 1 << 6;
    static final int VALUE = 1 << 7;
    static final int TEXT = 1 << 8;
    static final int TRUTH = 1 << 9;
    static final int TIME = 1 << 10;
    static final int UPDATE_TIME = 1 << 11;
    static final int QUALITY = 1 << 12;
    static final int KIND = 1 << 13;

    private static final byte[] NOTHING = new byte[0];

    byte[] baseName = NOTHING;
    int baseNameFrom;
    int baseNameTo;
    byte[] name = NOTHING;
    int nameFrom;
    int nameTo;
    double baseTime;
    long baseVersion;
    double time;
    double baseValue;
    double value;
    boolean truth;
    String text = "";
    String quality = "";
    String kind = "";

    @Nullable
    Unit baseUnit;

    @Nullable
    Unit unit;

    void clear() {
        labels = 0;
    }

    boolean has(int label) {
        return (labels & label) != 0;
    }

    void mark(int label, String what, int record) throws MalformedSenml {
        if (has(label)) {
            throw new MalformedSenml("record %d: label %s comes twice".formatted(record, what));
        }
        labels |= label;
    }
}
