package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The wall clock: whether somebody keeps it right, and whether it outlives a power cut.
///
/// @param kernel whether the kernel's clock is kept right (adjtimex(2)); empty if it does not say
public record Clock(Machine machine, Supplier<Optional<Boolean>> kernel) implements Check {
    @Override
    public List<Finding> look() {
        return List.of(synchronised(), battery());
    }

    private Finding synchronised() {
        if (machine.has("/run/systemd/timesync/synchronized")) {
            return Finding.ok("clock", "it is synchronised by systemd-timesyncd");
        }
        return kernel.get()
                .map(right -> right
                        ? Finding.ok("clock", "it is synchronised")
                        : Finding.warning(
                                "clock",
                                "it is not synchronised, so that times may be wrong or flagged time-unknown",
                                Mend.command("sudo timedatectl set-ntp true")))
                .orElseGet(() -> Finding.unchecked("clock", "the kernel does not say whether it is synchronised"));
    }

    private Finding battery() {
        return machine.list("/sys/class/rtc").isEmpty()
                ? Finding.ok(
                        "rtc",
                        "there is no clock with a battery: after a power cut, times come once the network has given them")
                : Finding.ok("rtc", "there is a hardware clock");
    }
}
