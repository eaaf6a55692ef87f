#!/bin/bash
# Builds the guest of run.sh: a Debian 13 for arm64 with systemd, the Java runtime, the kernel of trixie-backports (which
# has gpio-sim) and two modules of our own that stand for an I2C chip and a 1-Wire thermometer. Everything comes from
# Debian packages, by the machine's own apt sources; nothing is installed on this machine. Nothing of the agent is in it.
#
#   deploy/hil/image.sh       builds target/guest.ext4, target/vmlinuz and target/initramfs, if they are not there or
#                             what they are made of has changed
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=$here/target
export LC_ALL=C.UTF-8 PATH="$PATH:/usr/sbin:/sbin"

# ---- Is it built already? ----------------------------------------------------------------------------------------------
mkdir -p "$target"
exec 9>"$target/lock"
flock 9
key=$(cat "$here/image.sh" "$here"/modules/* "$here"/guest/hil-* | sha256sum)
if [ -e "$target/key" ] && [ "$(cat "$target/key")" = "$key" ]; then
    exit 0
fi
rm -f "$target/key"
started=$SECONDS
say() { echo "image: $* ($((SECONDS - started)) s)"; }

# ---- Packages, of two architectures: the guest's, and this machine's for the cross compiler ----------------------------
. /etc/os-release
debian=$(apt-get --print-uris update | sed -n "s,^'\(.*\)/dists/$VERSION_CODENAME/InRelease' .*,\1,p" | head -n 1)
if [ "$ID" != debian ] || [ -z "$debian" ]; then
    echo "image.sh: no Debian mirror in this machine's apt sources" >&2
    exit 1
fi

# apt_for ARCHITECTURE PROGRAM ARGUMENT…: an apt that knows trixie and its backports and believes nothing is installed.
apt_for() {
    local arch=$1 program=$2 dir=$target/apt-$1
    shift 2
    mkdir -p "$dir"/{state/lists/partial,cache/archives/partial,etc/preferences.d,log}
    touch "$dir/state/status"
    local signed=/usr/share/keyrings/debian-archive-keyring.gpg
    printf 'deb [signed-by=%s] %s %s main\n' $signed "$debian" trixie $signed "$debian" trixie-backports \
        >"$dir/etc/sources.list"
    "$program" -q -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o Dir::State="$dir/state" \
        -o Dir::State::status="$dir/state/status" -o Dir::Cache="$dir/cache" -o Dir::Log="$dir/log" \
        -o Dir::Etc::sourcelist="$dir/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$dir/etc/preferences.d" \
        -o Acquire::Languages=none -o APT::Sandbox::User=root -o APT::Install-Recommends=false \
        -o Acquire::Retries=3 -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false \
        -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}
download() {
    local arch=$1
    shift
    apt_for "$arch" apt-get -y install --download-only "$@" >"$target/apt-$arch.log" 2>&1 ||
        { cat "$target/apt-$arch.log" >&2; exit 1; }
}
unpack() { # FOLDER DEB…: and prints what it has unpacked
    local folder=$1 deb
    shift
    mkdir -p "$folder"
    for deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -xv --no-same-owner --keep-directory-symlink -C "$folder" -f -
    done
}
host=$(dpkg --print-architecture)
apt_for arm64 apt-get update >"$target/apt-arm64.log" 2>&1 || { cat "$target/apt-arm64.log" >&2; exit 1; }
apt_for "$host" apt-get update >"$target/apt-$host.log" 2>&1 || { cat "$target/apt-$host.log" >&2; exit 1; }
kernel=$(apt_for arm64 apt-cache depends linux-image-arm64/trixie-backports |
    awk '/Depends: linux-image-/ { sub("linux-image-", "", $2); print $2; exit }')
abi=${kernel%-arm64}
say "kernel $kernel"
download arm64 base-files base-passwd bash coreutils dash diffutils dpkg findutils grep init-system-helpers iproute2 kmod \
    libc-bin mawk mount openjdk-25-jre-headless passwd perl-base procps sed systemd systemd-sysv tar udev util-linux \
    busybox-static
(cd "$target" && for package in "linux-base-$kernel" "linux-binary-$kernel" "linux-modules-$kernel" \
    "linux-headers-$kernel" "linux-headers-$abi-common"; do
    ls "$package"_*.deb >/dev/null 2>&1 || apt_for arm64 apt-get download "$package" >/dev/null 2>&1 ||
        { echo "image.sh: no package $package" >&2; exit 1; }
done)
download "$host" gcc-14-aarch64-linux-gnu "linux-kbuild-$abi" make bash coreutils mawk sed grep findutils dash libc6
say "packages downloaded"

# ---- The two modules, compiled as Debian compiles its own: in a folder that has the compiler and the kernel's headers ---
build=$target/build modules=$target/modules/usr/lib/modules/$kernel
rm -rf "$build" "$target/modules" "$target/root" "$target/boot"
unpack "$build" "$target/apt-$host"/cache/archives/*.deb "$target"/linux-headers-*.deb >/dev/null
ln -sf mawk "$build/usr/bin/awk"
mkdir -p "$build/tmp" "$build/hil" "$build/dev"
mknod -m 666 "$build/dev/null" c 1 3
cp "$here"/modules/* "$build/hil"
chroot "$build" /usr/bin/make -s -C "/usr/src/linux-headers-$kernel" M=/hil ARCH=arm64 \
    CROSS_COMPILE=aarch64-linux-gnu- CC=aarch64-linux-gnu-gcc-14 modules
unpack "$target/modules" "$target"/linux-{base,binary,modules}-*.deb >/dev/null
ln -s usr/lib "$target/modules/lib"
mkdir -p "$modules/updates"
cp "$build"/hil/*.ko "$modules/updates"
depmod -b "$target/modules" "$kernel"
say "modules compiled"

# with_modules ROOT NAME…: copies modules and what they need.
with_modules() {
    local root=$1 path
    shift
    modprobe -d "$target/modules" -S "$kernel" --show-depends -a "$@" |
        awk '$1 == "insmod" { print $2 }' | awk '!seen[$0]++' |
        while read -r path; do
            path=/usr/lib/modules/${path##*/lib/modules/}
            [ ! -e "$root${path%.xz}" ] || continue
            mkdir -p "$root${path%/*}"
            case $path in
            *.xz) xz -dc "$target/modules$path" >"$root${path%.xz}" ;;
            *) cp "$target/modules$path" "$root$path" ;;
            esac
            echo "${path%.xz}"
        done
}

# ---- The file system ---------------------------------------------------------------------------------------------------
root=$target/root
info=$root/var/lib/dpkg/info
mkdir -p "$info" "$root/var/lib/dpkg/updates"
# dpkg believes that these packages are there. Their scripts have not run: what of them matters here stands below.
for deb in "$target"/apt-arm64/cache/archives/*.deb; do
    dpkg-deb --field "$deb" | sed '/^Package:/a Status: install ok installed'
    echo
    name=$(dpkg-deb --field "$deb" Package)
    [ "$(dpkg-deb --field "$deb" Multi-Arch)" != same ] || name=$name:arm64
    unpack "$root" "$deb" | sed 's,^\.,,; s,/$,,; s,^$,/.,' >"$info/$name.list"
done >"$root/var/lib/dpkg/status"
touch "$root/var/lib/dpkg/available"
echo 1 >"$info/format"
with_modules "$root" virtio_net 9p 9pnet_virtio gpio-sim i2c-dev i2c-sim w1_therm w1-sim >/dev/null
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$root/usr/lib/modules/$kernel"
depmod -b "$root" "$kernel"
rm -rf "$root"/usr/share/{doc,man,locale,i18n,zoneinfo,bash-completion} "$root"/usr/lib/aarch64-linux-gnu/gconv

cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
ln -sf mawk "$root/usr/bin/awk"

# What makes it this machine.
mkdir -p "$root"/{host,etc/systemd/system/multi-user.target.wants}
echo hil-1 >"$root/etc/hostname"
echo 5eed00000000000000000000000000a1 >"$root/etc/machine-id"
printf '%s\n' '/dev/vda / ext4 defaults 0 0' 'host /host 9p trans=virtio,version=9p2000.L,msize=262144 0 0' \
    >"$root/etc/fstab"
install -m 755 "$here"/guest/hil-{hands,hardware} -t "$root/usr/bin"
for unit in "$here"/guest/*.service; do
    install -m 644 "$unit" -t "$root/etc/systemd/system"
    ln -s "../${unit##*/}" "$root/etc/systemd/system/multi-user.target.wants/"
done
for slow in systemd-hwdb-update.service systemd-journal-catalog-update.service ldconfig.service getty.target \
    systemd-firstboot.service systemd-tmpfiles-clean.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$slow"
done
rm -f "$target/guest.ext4"
mke2fs -q -t ext4 -d "$root" "$target/guest.ext4" 1200M >/dev/null

# ---- What the kernel starts with: enough to find that file system -------------------------------------------------------
boot=$target/boot
mkdir -p "$boot"/{dev,root}
{
    echo '#!/bin/busybox sh'
    echo '/bin/busybox mount -t devtmpfs dev /dev'
    with_modules "$boot" virtio_pci virtio_blk ext4 | sed 's,^,/bin/busybox insmod ,'
    echo 'while ! [ -b /dev/vda ]; do /bin/busybox usleep 20000; done'
    echo '/bin/busybox mount -t ext4 /dev/vda /root'
    echo '/bin/busybox mount -o move /dev /root/dev'
    echo 'exec /bin/busybox switch_root /root /usr/lib/systemd/systemd'
} >"$boot/init"
chmod 755 "$boot/init"
install -D "$root/usr/bin/busybox" "$boot/bin/busybox"
(cd "$boot" && find . | cpio -o -H newc --quiet) >"$target/initramfs"
cp "$modules/vmlinuz" "$target/vmlinuz"
echo "$kernel" >"$target/kernel"
rm -rf "$build" "$target/modules" "$root" "$boot"
echo "$key" >"$target/key"
say "built: $(du -sh "$target/guest.ext4" | cut -f1)"
