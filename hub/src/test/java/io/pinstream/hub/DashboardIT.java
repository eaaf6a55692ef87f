package io.pinstream.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.DeadLetter;
import io.pinstream.hub.log.DevicesTopic;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/// The dashboard of a whole hub on a real Kafka, in the system's Chromium. There is no broker: the hub says so,
/// and what the page shows is in Kafka. After each test the browser's console must be silent, so that nothing
/// which the page's policy refuses goes unseen.
class DashboardIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final DeviceId CELLAR = new DeviceId("cellar");
    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\">";
    private static final int FLEET = 5_000;
    private static final String STATE = """
            {"device":"%s","hello":"%s","stream":"00000000000000000000000000000001","state":{"device":"%1$s",\
            "state":"%s","since":"%2$s","agent":"0.1.0","board":"Raspberry Pi 5 Model B Rev 1.0","provider":"linux-i2c",\
            "sensors":{"air":{"type":"bme280","every":1.0,"quantities":{"temperature":"Cel"}},\
            "door":{"type":"contact","quantities":{"active":"/"}},"fan":{"type":"pwm","quantities":{"ratio":"/"}},\
            "lamp":{"type":"relay","quantities":{"active":"/"}}},\
            "actuators":{"fan":{"type":"pwm","least":0,"most":100,"step":1,"safe":20,"commands":"always"},\
            "lamp":{"type":"relay","least":0,"most":100,"step":100,"safe":0,"commands":"unless-ruled"},\
            "lock":{"type":"relay","least":0,"most":100,"step":100,"safe":0,"commands":"never"}},\
            "figures":{"outbox.rows":3,"outbox.events":9,"outbox.bytes":2048,"clock.known":1,"acknowledged.count":10,\
            "acknowledged.seconds":0.25,"link.failures":1,"link.sent.packs{again=false}":90,\
            "link.sent.packs{again=true}":10}}}""";

    private static final KafkaSettings KAFKA = RealKafka.settings();
    private static Hub hub;
    private static Chromium browser;
    private static KafkaForeignLog log;
    private static int written;
    private boolean hubWasAway;

    @BeforeAll
    static void start() throws Exception {
        hub = hub(0);
        await().atMost(LIMIT).until(() -> hub.look().lanes() > 0);
        log = KafkaForeignLog.open(KAFKA, "test", TimeSource.system());
        var now = TimeSource.system().instant();
        try (var devices = new DevicesTopic(KAFKA)) {
            for (int i = 0; i < FLEET; i++) {
                var id = "unit-%04d".formatted(i);
                devices.say(id, STATE.formatted(id, now, i % 10 == 0 ? "offline" : "online"));
            }
            devices.say("attic", STATE.formatted("attic", now, "online"));
            devices.say("cellar", STATE.formatted("cellar", now, "online"));
            devices.say(
                    EVIL,
                    "{\"state\":{\"state\":\"online\",\"agent\":\"<script>window.hacked=2</script>\",\"board\":\"<b>board</b>\","
                            + "\"sensors\":{\"<i>s</i>\":{\"type\":\"<u>t</u>\",\"quantities\":{\"<em>q</em>\":\"<s>u</s>\"}}}}}");
        }
        for (int i = 0; i < 120; i++) { // ten minutes, up to the present
            temperature(ATTIC, now.minusSeconds(600 - 5 * i), 20 + i / 100.0, Quality.GOOD);
            temperature(CELLAR, now.minusSeconds(600 - 5 * i), 10 + i / 100.0, Quality.GOOD);
        }
        temperature(ATTIC, now.minusSeconds(301), 55, Quality.of(Quality.Flaw.JUMPED));
        for (int i = 0; i < 6; i++) {
            door(now.minusSeconds(600 - 100 * i), i % 2 == 0);
        }
        log.deadLetter("attic", letter("<script>window.hacked=3</script> is no number", now, "{\"a\":[1,2]}"));
        log.deadLetter("attic", letter("the payload is no SenML", now.minusSeconds(5), "Hello\u0000\u0001"));
        log.deadLetter("attic", letter("the payload is too long", now.minusSeconds(9), "long".repeat(2_000)));
        commit();
        browser = new Chromium();
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        log.close();
        hub.close();
    }

    @BeforeEach
    void fresh() {
        browser.wholeSize();
        browser.dark(false);
    }

    @AfterEach
    void hasNothingToComplainOf() {
        assertThat(browser.complaints())
                .as("what the browser's console says")
                .filteredOn(said -> !(hubWasAway && said.contains("net::ERR")))
                .isEmpty();
        assertThat(browser.is("window.hacked === undefined")).isTrue();
    }

    private static Hub hub(int port) throws IOException {
        int nobody = 9; // the discard port: nobody listens there
        var tree = ConfigTree.parse("hub.yaml", """
                broker: {url: "tcp://127.0.0.1:%d"}
                kafka: {bootstrap-servers: "%s", prefix: %s, event-partitions: %d}
                web: {port: %d}
                """.formatted(
                        nobody, KAFKA.bootstrapServers(), KAFKA.prefix(), KAFKA.eventPartitions(), port));
        var config = HubConfig.read(tree);
        assertThat(tree.finish()).isEmpty();
        return Hub.start(config.orElseThrow(), TimeSource.system(), HubWatch.NONE);
    }

    private static DeadLetter letter(String reason, Instant at, String payload) {
        return new DeadLetter(
                reason, "pinstream/v1/up/00/attic", at, Optional.empty(), payload.getBytes(StandardCharsets.UTF_8));
    }

    private static void temperature(DeviceId device, Instant at, double value, Quality quality) {
        var seen = List.of(Measurement.of(Quantity.TEMPERATURE, value));
        log.event(device, "id-" + written++, Event.sample(new SensorId("air"), at, quality, seen));
    }

    private static void door(Instant at, boolean isOpen) {
        var seen = List.of(Measurement.of(Quantity.ACTIVE, isOpen));
        log.event(ATTIC, "id-" + written++, Event.edge(new SensorId("door"), at, Quality.GOOD, seen));
    }

    private static void commit() {
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
    }

    private static void temperatureNow(double value) {
        temperature(ATTIC, TimeSource.system().instant(), value, Quality.GOOD);
        commit();
    }

    private static void open(String place) {
        browser.open(hub.webPort(), place);
    }

    private static String chart(String trace) {
        return "[data-trace='%s']".formatted(trace);
    }

    @Test
    void showsTheLineAndWhatIsWrongWithItsReasonAndRemedy() throws Exception {
        open("overview");

        browser.waitForText(".sentence", "One thing is wrong.");
        assertThat(browser.text(".notice.error"))
                .contains("The hub does not reach the MQTT broker", "127.0.0.1:9", "mend broker.url");
        assertThat(browser.count(".picture .node")).isEqualTo(5);
        assertThat(browser.text(".picture .node.error")).contains("Broker", "away");
        assertThat(browser.text(".picture .node.warning")).contains("Devices", "4,503", "of 5,003 online");
        assertThat(browser.text(".tiles")).contains("Latency p99", "Duplicates dropped", "Dead letters");
        browser.picture("overview-light");
        browser.dark(true);
        browser.waitFor("document.documentElement.dataset.theme === 'dark'");
        browser.picture("overview-dark");
    }

    /// The first paint waits for the page's own files only; how long that takes is the machine's affair, how much
    /// it is is ours.
    @Test
    void loadsLittleAndNothingFromElsewhere() {
        open("overview");
        browser.waitForText(".sentence", "wrong");

        var bytes = (Number) browser.run("return performance.getEntriesByType('resource')"
                + ".filter(e => e.name.includes('/page/')).reduce((sum, e) => sum + e.encodedBodySize, 0)");
        assertThat(bytes.intValue()).isBetween(20_000, 150_000);
        assertThat((List<?>) browser.run("return performance.getEntriesByType('resource').map(e => e.name)"
                        + ".filter(n => !n.startsWith(location.origin + '/'))"))
                .isEmpty();
        assertThat(browser.is("performance.getEntriesByName('first-contentful-paint').length === 1"))
                .isTrue();
    }

    @Test
    void keepsOnlyTheRowsInSightOfThousandsOfDevices() throws Exception {
        open("devices");

        browser.waitForText(".head .quiet", "5,003 known, 4,503 online");
        assertThat(browser.count("tr.row")).isBetween(10L, 60L);
        assertThat(browser.run("return document.querySelector('table').getAttribute('aria-rowcount')"))
                .isEqualTo("5004");
        browser.picture("devices-light");

        browser.run("const s = document.querySelector('.scroller'); s.scrollTop = s.scrollHeight");
        browser.waitFor("[...document.querySelectorAll('tr.row')].some(r => r.dataset.key === 'unit-4999')");
        assertThat(browser.count("tr.row")).isBetween(10L, 60L);

        browser.click("[data-state=offline]");
        browser.waitForText(".head .quiet", "500 of 5,003");
        browser.click("[data-state='']");
        browser.click("th.c-id button"); // by name, the other way round
        browser.waitFor("document.querySelector('th.c-id').ariaSort === 'descending'");
        browser.run("document.querySelector('.scroller').scrollTop = 0");
        browser.waitFor("document.querySelector('tr.row').dataset.key === 'unit-4999'");
        assertThat(browser.text("tr.row"))
                .contains("online", "3", "set", "25 ms, 10 % twice", "0.1.0", "Raspberry Pi 5");
    }

    @Test
    void isWalkedThroughByKeyboardAlone() {
        open("overview");
        browser.waitForText(".sentence", "wrong");

        browser.type("?");
        browser.waitFor("document.querySelector('dialog.help')?.open === true");
        browser.type(Keys.ESCAPE);
        browser.waitFor("document.querySelector('dialog') === null");

        browser.type("/");
        browser.waitFor("document.activeElement.type === 'search'");
        browser.waitForText(".head .quiet", "known");
        browser.type("unit-00");
        browser.waitForText(".head .quiet", "100 of 5,003");
        browser.type(Keys.ENTER);
        browser.waitFor("document.activeElement.dataset.key === 'unit-0000'");
        browser.type(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_UP);
        browser.waitFor("document.activeElement.dataset.key === 'unit-0001'");
        browser.type(Keys.END);
        browser.waitFor("document.activeElement.dataset.key === 'unit-0099'");
        browser.type(Keys.ENTER);
        browser.waitForText("h1", "unit-0099");
        browser.type(Keys.ESCAPE);
        browser.waitForText("h1", "Devices");
        browser.run("document.querySelector('input[type=search]').value = ''");
        browser.type("4");
        browser.waitForText("h1", "Dead letters");
        assertThat(browser.is("document.querySelector('nav a[aria-current=page]').dataset.view === 'letters'"))
                .isTrue();
    }

    @Test
    void runsFromHistoryIntoThePresentWithoutAHole() throws Exception {
        open("devices/attic");

        var air = chart("attic/air/temperature");
        browser.waitFor("Number(document.querySelector(\"%s\")?.dataset.history) >= 100".formatted(air));
        browser.waitForText(".tools [role=status]", "live");
        temperatureNow(31.25);
        browser.waitForText(air + " .now .value", "31.25 °C");
        temperatureNow(32.5);
        browser.waitForText(air + " .now .value", "32.5 °C");
        assertThat(browser.text(chart("attic/door/active") + " .now .value")).isEqualTo("off");
        assertThat(browser.text(".about"))
                .contains("Raspberry Pi 5 Model B", "3 packs, 9 events, 2 KiB", "10 of 100 packs (10 %)", "bme280");
        assertThat(browser.count(air + " canvas")).isEqualTo(1);
        browser.picture("device-light");
        browser.dark(true);
        browser.waitFor("document.documentElement.dataset.theme === 'dark'");
        browser.picture("device-dark");
    }

    @Test
    void fetchesHistoryAnewForWhatArrivesLate() {
        open("devices/cellar");
        var air = chart("cellar/air/temperature");
        browser.waitFor("Number(document.querySelector(\"%s\")?.dataset.history) >= 100".formatted(air));
        browser.waitForText(".tools [role=status]", "live");
        var before = Integer.parseInt(
                (String) browser.run("return document.querySelector(arguments[0]).dataset.history", air));

        // A device that was away delivers what it measured a quarter of an hour ago.
        var then = TimeSource.system().instant().minusSeconds(700);
        for (int i = 0; i < 10; i++) {
            temperature(CELLAR, then.plusSeconds(5 * i), 5, Quality.GOOD);
        }
        commit();

        browser.waitFor("Number(document.querySelector(\"%s\").dataset.history) >= %d".formatted(air, before + 9));
    }

    @Test
    void healsAfterAHubRestartWithoutAReload() throws Exception {
        hubWasAway = true;
        open("devices/attic");
        var air = chart("attic/air/temperature");
        browser.waitForText(".tools [role=status]", "live");
        browser.run("window.thisVeryPage = true");
        int port = hub.webPort();

        hub.close();
        browser.waitFor("!document.querySelector('.away').hidden");
        browser.picture("away-light");
        temperatureNow(-7.5); // nobody sees it now
        hub = hub(port);

        browser.waitFor("document.querySelector('.away').hidden");
        browser.waitForText(air + " .now .value", "-7.5 °C");
        temperatureNow(-8.25);
        browser.waitForText(air + " .now .value", "-8.25 °C");
        assertThat(browser.is("window.thisVeryPage === true")).isTrue();
    }

    @Test
    void keepsWhatDevicesSayText() {
        open("devices");
        browser.waitForText(".head .quiet", "known");
        browser.type("/");
        browser.type("onerror");
        browser.waitForText("tr.row .name", EVIL);
        assertThat(browser.text("tr.row")).contains("<script>window.hacked=2</script>", "<b>board</b>");
        browser.type(Keys.ENTER);
        browser.waitFor("document.activeElement.tagName === 'TR'");
        browser.type(Keys.ENTER);

        browser.waitForText("h1", EVIL);
        browser.waitForText(".about", "<b>board</b>");
        assertThat(browser.text(".about")).contains("<i>s</i>", "<u>t</u>", "<em>q</em>", "<s>u</s>");
        assertThat(browser.count("img, main script, main b, main i, main em, main s"))
                .isZero();

        // Nor could a mistake of ours make HTML of it.
        assertThat(browser.run(
                        "try { document.body.innerHTML = '<b>x</b>'; return 'done' } catch (e) { return e.name }"))
                .isEqualTo("TypeError");
        assertThat(browser.complaints()).anyMatch(said -> said.contains("TrustedHTML"));
    }

    @Test
    void showsDeadLettersAsJsonTextAndHexAndHandsThemOut() throws Exception {
        open("letters");

        browser.waitForText(".letters", "<script>window.hacked=3</script> is no number");
        browser.waitForText(".letters", "the payload is no SenML");
        browser.click(".letter:nth-child(1) summary");
        browser.waitForText(".letter[open] pre", "\"a\": [\n    1,\n    2\n  ]");
        browser.click(".letter:nth-child(2) summary");
        browser.waitForText(".letter:nth-child(2) pre", "00000000  48 65 6c 6c 6f 00 01");
        browser.run(
                "URL.createObjectURL = (blob) => { blob.arrayBuffer().then(b => { window.saved = b.byteLength }); return '#' }");
        browser.click(".letter:nth-child(2) .tools > .chip");
        browser.waitFor("window.saved === 7");
        browser.click(".letter:nth-child(3) summary");
        browser.waitForText(".letter:nth-child(3)", "The first 4 KiB of 7.81 KiB are shown.");
        browser.run("fetch(document.querySelector('.letter:nth-child(3) a[download]').href)"
                + ".then(answer => answer.arrayBuffer()).then(all => { window.saved = all.byteLength })");
        browser.waitFor("window.saved === 8000");
        browser.picture("letters-light");
    }

    @Test
    void saysThatThereAreNoOutlets() throws Exception {
        open("outlets");

        browser.waitForText(".notice.empty", "There are no outlets");
        browser.picture("outlets-light");
    }

    @Test
    void showsHowFarOutletsHaveComeAndPausesThem() throws Exception {
        var standIn = browser.before("""
                const real = window.fetch;
                const outlet = { name: '<b>redis</b>', type: 'redis', target: 'redis://127.0.0.1:6379',
                  state: 'retrying', since: new Date().toISOString(), partitions: 8,
                  lag: 1234, sent: 98765, repeated: 17, unheard: 0, dead: 2,
                  error: 'redis://127.0.0.1:6379 does not answer' };
                window.fetch = async (path, options) => {
                  if (!path.startsWith('/api/v1/outlets')) { return real(path, options); }
                  if (options?.method === 'POST') {
                    window.asked = path;
                    window.from = JSON.parse(options.body).from;
                    Object.assign(outlet, { state: 'paused', error: undefined });
                    return new Response('{}');
                  }
                  return new Response(JSON.stringify({ outlets: [outlet] }));
                };
                """);
        try {
            open("overview");
            browser.waitForText(".problems", "Outlet <b>redis</b> does not pass events on");
            assertThat(browser.text(".picture")).contains("1,234 wait");
            browser.go("outlets");
            browser.waitForText(".outlet .flaw", "does not answer");
            assertThat(browser.text(".outlet"))
                    .contains("Lag1,234", "Retries17", "Sent98,765", "redis://127.0.0.1:6379");
            browser.picture("outlets-one-light");
            browser.click(".outlet button:not([hidden])");
            browser.waitForText(".outlet .pill", "paused");
            assertThat(browser.run("return window.asked")).isEqualTo("/api/v1/outlets/%3Cb%3Eredis%3C%2Fb%3E/pause");
            browser.click(".outlet .replay summary");
            browser.run("document.querySelector('.outlet select').value = 3600");
            browser.click(".outlet .replay button");
            browser.waitFor("window.asked === '/api/v1/outlets/%3Cb%3Eredis%3C%2Fb%3E/replay'");
            assertThat(Duration.between(
                            Instant.parse((String) browser.run("return window.from")),
                            TimeSource.system().instant()))
                    .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        } finally {
            browser.notBefore(standIn);
        }
    }

    @Test
    void comparesSensorsAndExportsThem() throws Exception {
        open("compare?devices=attic&devices=cellar&s=attic%2Fair%2Ftemperature&s=cellar%2Fair%2Ftemperature");

        browser.waitForText(".legend", "cellar air temperature");
        assertThat(browser.count(".legend .item")).isEqualTo(2);
        assertThat(browser.count(".plot canvas")).isEqualTo(1);
        browser.picture("compare-light");
        browser.run("URL.createObjectURL = (blob) => { blob.text().then(t => { window.saved = t }); return '#' }");
        browser.click("main form button:last-of-type");
        browser.waitFor("window.saved !== undefined");
        assertThat((String) browser.run("return window.saved.replaceAll('\\r\\n', '|')"))
                .startsWith("time,device,sensor,quantity,unit,count,min,mean,max,last|20")
                .contains(",attic,air,temperature,Cel,1,20.", ",cellar,air,temperature,Cel,1,10.");
    }

    @Test
    void fitsAPhone() throws Exception {
        browser.size(360, 740);
        for (var place :
                List.of("overview", "devices", "devices/attic", "letters", "outlets", "compare?devices=attic")) {
            open(place);
            browser.waitFor("document.querySelector('main h1') !== null && !document.querySelector('.notice.loading')");
            if (place.equals("devices/attic")) {
                browser.waitFor("document.querySelector('.chart canvas') !== null");
            }
            assertThat((long) browser.run("return document.documentElement.scrollWidth"))
                    .as(place)
                    .isLessThanOrEqualTo(360);
            assertThat((double) (long) browser.run(
                            "return Math.round(document.querySelector('nav').getBoundingClientRect().bottom)"))
                    .isEqualTo(740);
            browser.picture(place.replaceAll("[/?].*", "") + (place.contains("/") ? "-one" : "") + "-phone");
        }
    }

    @Test
    void switchesActuatorsAndShowsWhatTheDeviceSays() {
        // A stand-in for a device that answers: this hub has no broker to reach one.
        var standIn = browser.before("""
                const real = window.fetch;
                window.fetch = (path, options) => {
                  if (options?.method !== 'POST') { return real(path, options); }
                  window.asked = [path, options.headers['X-Pinstream-Request'], options.body];
                  const away = { title: 'No', detail: 'the device did not answer within 5 s' };
                  return Promise.resolve(path.includes('/fan')
                    ? new Response(JSON.stringify(away), { status: 504 })
                    : new Response('{"outcome":"done","percent":100}'));
                };
                """);
        try {
            open("devices/attic");
            browser.waitForText(".actuators", "lamp");
            assertThat(browser.text("[data-actuator=lock]")).contains("takes no commands");
            assertThat(browser.is("document.querySelector('[data-actuator=lock] .switch').disabled"))
                    .isTrue();
            assertThat(browser.text("[data-actuator=fan]")).contains("Safe state (20 %)");
            browser.click("[data-actuator=lamp] .switch");
            browser.waitForText("[data-actuator=lamp] [role=status]", "the device did it: on");
            assertThat((List<?>) browser.run("return window.asked"))
                    .map(String::valueOf)
                    .containsExactly("/api/v1/devices/attic/actuators/lamp", "1", "{\"percent\":100}");

            browser.run("const s = document.querySelector('[data-actuator=fan] input'); s.value = 40;"
                    + " s.dispatchEvent(new Event('change'))");
            browser.waitForText("[data-actuator=fan] [role=status]", "the device did not answer within 5 s");
            assertThat(browser.run("return window.asked[2]")).isEqualTo("{\"percent\":40}");
        } finally {
            browser.notBefore(standIn);
        }
    }

    @Test
    void asksForATokenWhereTheHubWantsOneAndGoesOn() throws Exception {
        var standIn = browser.before("""
                const real = window.fetch;
                let isIn = false;
                const problem = (status, detail) => new Response(JSON.stringify({ title: 'No', detail }), { status });
                window.fetch = async (path, options) => {
                  if (options?.method === 'POST' && path === '/api/v1/session') {
                    isIn = JSON.parse(options.body).token === 'right';
                    return isIn ? new Response(null, { status: 204 }) : problem(401, 'the hub does not know it');
                  }
                  return isIn ? real(path, options) : problem(401, 'this needs a token');
                };
                """);
        try {
            open("overview");
            browser.waitFor("document.querySelector('dialog.login')?.open === true");
            browser.picture("login-light");
            browser.type("wrong", Keys.ENTER);
            browser.waitForText(".login .wrong", "does not know it");
            browser.type("right", Keys.ENTER);
            browser.waitForText(".sentence", "wrong");
            assertThat(browser.count("dialog")).isZero();
        } finally {
            browser.notBefore(standIn);
        }
    }
}
