#!/usr/bin/env bash
# Makes the images that the tests boot and unpack, as an OCI layout in .test-data/layout, and the libraries of .NET for arm64, in
# .test-data/arm64, from the packages of this machine's own Debian sources. Needs root on Debian and the packages of
# eng/test-packages.txt; nothing outside .test-data is changed.
# Images that are there already are kept as long as this recipe and eng/test-images/ are unchanged.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
recipe=$(cat eng/make-test-images.sh eng/test-images/* | sha256sum | cut -d ' ' -f 1)
data=$PWD/.test-data
if [ "$(cat "$data/recipe" 2>/dev/null)" = "$recipe" ]; then
    echo "Test images: up to date"
    exit 0
fi

rm -rf "$data"
mkdir -p "$data/work/apt/lists/partial" "$data/work/apt/cache/archives/partial" "$data/work/debs"
scripts=$PWD/eng/test-images
cd "$data/work"
layout=$data/layout
started=$SECONDS
step() { printf 'Test images: %3d s: %s\n' $((SECONDS - started)) "$1"; }

# A package index of our own: the host's lists may be missing or old, and know one architecture only.
apt=(-o Dir::State::lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache" -o APT::Architecture=amd64 -o APT::Architectures::=amd64
    -o APT::Architectures::=arm64 -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=3)
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")

# What a kernel package stands for at the moment.
kernel_package() { # PACKAGE
    apt-cache "${apt[@]}" depends "$1" | awk '/Depends: linux-image/ { sub(":arm64", "", $2); print $2; exit }'
}

# The package with OpenSSL's libraries: its name has their version.
ssl_package() {
    apt-cache "${apt[@]}" depends openssl:arm64 | awk '/Depends: libssl/ { sub(":arm64", "", $2); print $2; exit }'
}

# The packages of the two architectures. The "cloud" kernel for arm64 has no drivers for boards, so a Raspberry Pi gets the general one.
download_packages() {
    apt-get "${apt[@]}" -qq update
    kernel_amd64=$(kernel_package linux-image-cloud-amd64)
    kernel_arm64=$(kernel_package linux-image-cloud-arm64:arm64)
    kernel_board=$(kernel_package linux-image-arm64:arm64)
    (cd debs && apt-get "${apt[@]}" -qq download "$kernel_amd64:amd64" "$kernel_arm64:arm64" "$kernel_board:arm64" u-boot-rpi:arm64 \
        busybox-static:amd64 busybox-static:arm64 runc:amd64 libseccomp2:amd64 libc6:amd64 less:amd64 cpio:amd64)
    mkdir libraries
    (cd libraries && apt-get "${apt[@]}" -qq download libc6:arm64 libgcc-s1:arm64 libstdc++6:arm64 zlib1g:arm64 "$(ssl_package):arm64")
}

unpack_package() { # NAME ARCHITECTURE DIRECTORY
    dpkg -x debs/"$1"_*_"$2".deb "$3"
}

# What a program of .NET for arm64 loads, where qemu-user looks for it.
make_arm64_libraries() {
    local package
    for package in libraries/*.deb; do
        dpkg -x "$package" "$data/arm64"
    done
}

# Makes an image of one layer from a directory.
make_image() { # TAG ARCHITECTURE DIRECTORY [CONFIG OPTION…]
    local tag=$1 architecture=$2 directory=$3
    shift 3
    umoci new --image "$layout:$tag"
    umoci insert --rootless=false --image "$layout:$tag" "$directory" / >/dev/null
    umoci config --image "$layout:$tag" --os linux --architecture "$architecture" "$@"
}

# The initramfs that mounts root=: Debian's kernels have the drivers of disks and file systems as modules.
make_root_initramfs() { # ARCHITECTURE MODULE-ROOT VERSION OUTPUT MODULE…
    local architecture=$1 root=$2 version=$3 output=$4 file number=0
    shift 4
    rm -rf initramfs
    mkdir -p initramfs/{bin,modules,proc,sys,dev,root-device}
    cp "busybox-$architecture/bin/busybox" initramfs/bin/busybox
    ln -s busybox initramfs/bin/sh
    install -m 755 "$scripts/initramfs-init" initramfs/init
    for file in $(modprobe -d "$root" -S "$version" --show-depends -a "$@" | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'); do
        cp "$file" "initramfs/modules/$(printf '%03d' $number)-${file##*/}"
        number=$((number + 1))
    done
    (cd initramfs && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 --reproducible) > "$output"
}

# A kernel image as LinuxKit has it: kernel and kernel.tar with the modules, here also the root initramfs in the place of microcode.
make_kernel_image() { # TAG ARCHITECTURE MODULE-ROOT VERSION VMLINUZ
    local tag=$1 architecture=$2 root=$3 version=$4 vmlinuz=$5
    depmod -b "$root" "$version"
    rm -rf image
    mkdir image
    cp "$vmlinuz" image/kernel
    chmod 644 image/kernel
    tar -C "$root" --sort=name --numeric-owner --owner=0 --group=0 -cf image/kernel.tar lib
    make_root_initramfs "$architecture" "$root" "$version" image/ucode.cpio "${boot_modules[@]}"
    make_image "$tag" "$architecture" image
}

# Only the modules that a boot needs, so that the machine's slow emulation does not unpack 80 MB every time.
copy_boot_modules() { # MODULE-ROOT VERSION TARGET
    local root=$1 version=$2 target=$3 file
    mkdir -p "$target/lib/modules/$version"
    cp "$root/lib/modules/$version"/modules.{builtin,builtin.modinfo,order} "$target/lib/modules/$version/"
    for file in $(modprobe -d "$root" -S "$version" --show-depends -a "${boot_modules[@]}" | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'); do
        install -D -m 644 "$file" "$target/${file#"$root"/}"
    done
}

make_kernels() {
    local version
    version=${kernel_amd64#linux-image-}
    unpack_package "$kernel_amd64" amd64 kernel-amd64
    depmod -b "$PWD/kernel-amd64" "$version"
    boot_modules=(virtio_pci virtio_blk ata_piix sd_mod sr_mod isofs squashfs erofs vfat overlay)
    make_kernel_image kernel-amd64 amd64 "$PWD/kernel-amd64" "$version" "kernel-amd64/boot/vmlinuz-$version"
    copy_boot_modules "$PWD/kernel-amd64" "$version" "$PWD/kernel-small"
    make_kernel_image kernel-small-amd64 amd64 "$PWD/kernel-small" "$version" "kernel-amd64/boot/vmlinuz-$version"

    version=${kernel_arm64#linux-image-}
    unpack_package "$kernel_arm64" arm64 kernel-arm64
    depmod -b "$PWD/kernel-arm64" "$version"
    boot_modules=(virtio_pci virtio_mmio virtio_blk isofs squashfs erofs vfat overlay)
    copy_boot_modules "$PWD/kernel-arm64" "$version" "$PWD/kernel-small-arm64"
    make_kernel_image kernel-small-arm64 arm64 "$PWD/kernel-small-arm64" "$version" "kernel-arm64/boot/vmlinuz-$version"
}

# A kernel in gzip with its device trees, as LinuxKit has it for arm64, and U-Boot. What the graphics processor runs may not be shipped by Debian,
# and QEMU does without.
make_raspberry_pi_images() {
    local version=${kernel_board#linux-image-} file
    unpack_package "$kernel_board" arm64 kernel-board
    mkdir -p "board/lib/modules/$version" "board/usr/lib/$kernel_board" board-image firmware
    cp -r "kernel-board/usr/lib/$kernel_board/broadcom" "board/usr/lib/$kernel_board/"
    gzip -n < "kernel-board/boot/vmlinuz-$version" > board-image/kernel
    tar -C board --sort=name --numeric-owner --owner=0 --group=0 -cf board-image/kernel.tar lib usr
    make_image kernel-rpi3-arm64 arm64 board-image
    unpack_package u-boot-rpi arm64 u-boot
    cp u-boot/usr/lib/u-boot/rpi_3/u-boot.bin firmware/
    for file in bootcode.bin start.elf fixup.dat; do
        echo 'stand-in' > "firmware/$file"
    done
    make_image rpi3-firmware arm64 firmware
}

# busybox with a link for each applet, which its own list names; an arm64 one has the same applets.
make_busybox_images() {
    local architecture applet
    for architecture in amd64 arm64; do
        unpack_package busybox-static "$architecture" "busybox-$architecture"
        mkdir -p "user-$architecture"/{bin,etc,root,tmp}
        cp "busybox-$architecture/bin/busybox" "user-$architecture/bin/"
        for applet in $(busybox-amd64/bin/busybox --list); do
            [ "$applet" = busybox ] || ln -s busybox "user-$architecture/bin/$applet"
        done
        chmod 1777 "user-$architecture/tmp"
        echo 'root:x:0:0:root:/root:/bin/sh' > "user-$architecture/etc/passwd"
        make_image "busybox-$architecture" "$architecture" "user-$architecture" --config.cmd /bin/sh --config.env PATH=/bin
        install -D -m 755 "$scripts/init" "user-$architecture/sbin/init"
        ln -s sbin/init "user-$architecture/init"
        mkdir -p "user-$architecture"/{run,proc,sys,dev,containers}
        make_image "init-$architecture" "$architecture" "user-$architecture"
    done
}

# runc with the libraries that it is linked to, in a /lib that is a real directory.
make_runc_image() {
    local package library
    mkdir -p runc/usr/bin runc/lib/x86_64-linux-gnu runc/lib64 runc-packages
    for package in runc libseccomp2 libc6; do
        unpack_package "$package" amd64 runc-packages
    done
    cp runc-packages/usr/sbin/runc runc/usr/bin/runc
    for library in $(objdump -p runc/usr/bin/runc | awk '$1 == "NEEDED" { print $2 }'); do
        cp "$(find runc-packages -path "*/x86_64-linux-gnu/$library" | head -n 1)" runc/lib/x86_64-linux-gnu/
    done
    cp "$(find runc-packages -path '*/x86_64-linux-gnu/ld-linux-x86-64.so.2' | head -n 1)" runc/lib64/
    make_image runc-amd64 amd64 runc
}

# A whole Debian with Python and Perl, in the background: this is most of the time.
start_debian() {
    apt-get "${apt[@]}" indextargets 'Created-By: Packages' --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' | sort -u |
        awk -v codename="$codename" '$2 ~ "^" codename && $3 == "main" { print "deb " $1 " " $2 " " $3 }' > sources.list
    mmdebstrap --quiet --mode=root --architectures=amd64 --variant=minbase --include=python3,perl --dpkgopt=force-unsafe-io \
        "$codename" debian.tar sources.list > mmdebstrap.log 2>&1 &
    debian=$!
    trap 'kill "$debian" 2>/dev/null || true' EXIT
}

# Three layers over the base: packages installed and files removed, a directory that becomes a symbolic link, links, attributes.
make_debian_images() {
    wait "$debian" || { cat mmdebstrap.log >&2; exit 1; }
    step "Debian is installed"
    mkdir debian-root
    tar -C debian-root -xf debian.tar --numeric-owner --xattrs --xattrs-include='*'
    make_image debian-base amd64 debian-root --config.cmd /bin/bash --config.env 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    rm -rf debian-root
    step "debian-base is made"
    umoci unpack --image "$layout:debian-base" bundle > /dev/null
    mkdir bundle/rootfs/debs
    cp debs/{less,cpio}_*_amd64.deb bundle/rootfs/debs/
    chroot bundle/rootfs sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /debs/*.deb' > dpkg.log 2>&1 || { cat dpkg.log >&2; exit 1; }
    rm -rf bundle/rootfs/{debs,usr/share/doc,var/cache/debconf}
    umoci repack --refresh-bundle --image "$layout:debian-tools" bundle > /dev/null
    rm -rf bundle/rootfs/usr/share/man
    ln -s ../lib bundle/rootfs/usr/share/man
    ln bundle/rootfs/usr/bin/less bundle/rootfs/usr/bin/less-too
    setfattr -n user.note -v 'kept byte for byte' bundle/rootfs/usr/bin/cpio
    chmod 4711 bundle/rootfs/usr/bin/cpio
    umoci repack --image "$layout:debian-tools" bundle > /dev/null
    rm -rf bundle
    step "debian-tools is made"
    # Through a layout of its own: in the same one skopeo takes the gzip layers that are there already.
    skopeo --insecure-policy copy --quiet --dest-compress-format zstd "oci:$layout:debian-tools" "oci:$PWD/zstd:debian-zstd"
    skopeo --insecure-policy copy --quiet --preserve-digests "oci:$PWD/zstd:debian-zstd" "oci:$layout:debian-zstd"
}

step "download packages"
download_packages
start_debian
make_arm64_libraries
umoci init --layout "$layout"
step "init images"
make_busybox_images
make_runc_image
step "kernels"
make_kernels
make_raspberry_pi_images
step "the kernels are made"
make_debian_images
umoci gc --layout "$layout" > /dev/null
cd "$data"
rm -rf work
echo "$recipe" > recipe
step "done, $(du -sh "$layout" | cut -f 1)"
