package io.pinstream.hub.outlet;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.core.message.impl.BaseGenericBinaryMessageReaderImpl;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;

/// Reads a CloudEvent in a binary mode that the CloudEvents SDK has no binding for, by the SDK's own generic reader.
final class BinaryMode extends BaseGenericBinaryMessageReaderImpl<String, Object> {
    private static final String CONTENT_TYPE = "content-type";

    private final String prefix;
    private final Map<String, ?> headers;

    private BinaryMode(String prefix, Map<String, ?> headers, byte[] body) {
        super(SpecVersion.parse(Objects.toString(headers.get(prefix + "specversion"))), BytesCloudEventData.wrap(body));
        this.prefix = prefix;
        this.headers = headers;
    }

    /// @param prefix of the attributes' names
    /// @param headers the content type among them, as `content-type`
    static CloudEvent read(String prefix, Map<String, ?> headers, byte[] body) {
        return new BinaryMode(prefix, headers, body).toEvent();
    }

    @Override
    protected boolean isContentTypeHeader(String name) {
        return name.equals(CONTENT_TYPE);
    }

    @Override
    protected boolean isCloudEventsHeader(String name) {
        return name.startsWith(prefix);
    }

    @Override
    protected String toCloudEventsKey(String name) {
        return name.substring(prefix.length());
    }

    @Override
    protected void forEachHeader(BiConsumer<String, Object> reader) {
        headers.forEach(reader::accept);
    }

    @Override
    protected String toCloudEventsValue(Object value) {
        return value.toString();
    }
}
