#!/usr/bin/env bash
# Makes the images that are measured, as an OCI layout in benchmarks/.data/layout, from the packages of this machine's own Debian sources:
# a cloud kernel, runc, containerd, and nginx, redis and Python with numpy on Debian. Their root file system has about 1 GB.
# Needs root on Debian and the packages of benchmarks/packages.txt; nothing outside benchmarks/.data is changed.
# Images that are there already are kept as long as this recipe is unchanged. They differ with the day that they are made, in what Debian has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
missing=$(grep -v '^#' packages.txt | while read -r package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
done)
if [ -n "$missing" ]; then
    echo "Benchmark images: packages are missing: apt-get install --no-install-recommends" $missing >&2
    exit 1
fi

recipe=$(sha256sum < images.sh | cut -d ' ' -f 1)
data=$PWD/.data
if [ "$(cat "$data/recipe" 2>/dev/null)" = "$recipe" ]; then
    echo "Benchmark images: up to date"
    exit 0
fi

rm -rf "$data"
mkdir -p "$data/work/apt/lists/partial" "$data/work/apt/cache/archives/partial" "$data/work/debs"
cd "$data/work"
layout=$data/layout
started=$SECONDS
step() { printf 'Benchmark images: %3d s: %s\n' $((SECONDS - started)) "$1"; }

# A package index of our own: the host's lists may be missing or old.
apt=(-o Dir::State::lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt/cache" -o APT::Architecture=amd64 -o APT::Architectures::=amd64
    -o Acquire::Languages=none -o APT::Sandbox::User=root -o Acquire::Retries=3)
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")

download_packages() {
    apt-get "${apt[@]}" -qq update
    kernel=$(apt-cache "${apt[@]}" depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
    (cd debs && apt-get "${apt[@]}" -qq download "$kernel" busybox-static runc containerd libseccomp2 libc6)
}

unpack_package() { # NAME DIRECTORY
    dpkg -x debs/"$1"_*.deb "$2"
}

# Makes an image of one layer from a directory.
make_image() { # TAG DIRECTORY [CONFIG OPTION…]
    local tag=$1 directory=$2
    shift 2
    umoci new --image "$layout:$tag"
    umoci insert --rootless=false --image "$layout:$tag" "$directory" / > /dev/null
    umoci config --image "$layout:$tag" --os linux --architecture amd64 "$@"
}

# The base of the services, in the background: this is most of the time.
start_debian() {
    apt-get "${apt[@]}" indextargets 'Created-By: Packages' --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' | sort -u |
        awk -v codename="$codename" '$2 ~ "^" codename && $3 == "main" { print "deb " $1 " " $2 " " $3 }' > sources.list
    mmdebstrap --quiet --mode=root --architectures=amd64 --variant=minbase --include=perl --dpkgopt=force-unsafe-io \
        "$codename" debian.tar sources.list > mmdebstrap.log 2>&1 &
    debian=$!
    trap 'kill "$debian" 2>/dev/null || true' EXIT
}

# A kernel as LinuxKit has it: kernel and kernel.tar with every module.
make_kernel_image() {
    local version=${kernel#linux-image-}
    unpack_package "$kernel" kernel
    depmod -b "$PWD/kernel" "$version"
    mkdir image
    cp "kernel/boot/vmlinuz-$version" image/kernel
    chmod 644 image/kernel
    tar -C kernel --sort=name --numeric-owner --owner=0 --group=0 -cf image/kernel.tar lib
    make_image kernel image
}

# busybox with a link for each applet, and an init program: measured, not booted.
make_init_image() {
    local applet
    unpack_package busybox-static busybox
    mkdir -p init/{bin,sbin,etc,root,tmp,run,proc,sys,dev,containers,var}
    cp busybox/bin/busybox init/bin/
    for applet in $(busybox/bin/busybox --list); do
        [ "$applet" = busybox ] || ln -s busybox "init/bin/$applet"
    done
    chmod 1777 init/tmp
    printf '#!/bin/sh\nexec /bin/init "$@"\n' > init/sbin/init
    chmod 755 init/sbin/init
    ln -s sbin/init init/init
    make_image init init
    make_image busybox init --config.entrypoint /bin/busybox --config.cmd ip --config.cmd link --config.env PATH=/bin:/sbin
}

# runc and containerd with the libraries that they are linked to, in a /lib that is a real directory.
make_runtime_images() {
    local package library
    for package in runc containerd libseccomp2 libc6; do
        unpack_package "$package" runtime
    done
    mkdir -p runc/usr/bin runc/lib/x86_64-linux-gnu runc/lib64 containerd/usr/bin containerd/etc/containerd
    cp runtime/usr/sbin/runc runc/usr/bin/
    for library in $(objdump -p runc/usr/bin/runc | awk '$1 == "NEEDED" { print $2 }'); do
        cp "$(find runtime -path "*/x86_64-linux-gnu/$library" | head -n 1)" runc/lib/x86_64-linux-gnu/
    done
    cp "$(find runtime -path '*/x86_64-linux-gnu/ld-linux-x86-64.so.2' | head -n 1)" runc/lib64/
    make_image runc runc
    cp runtime/usr/bin/* containerd/usr/bin/
    printf 'version = 2\n' > containerd/etc/containerd/config.toml
    make_image containerd containerd
}

# A service: the base image and a layer with its packages.
make_service_image() { # TAG "PACKAGE…" CONFIG OPTION…
    local tag=$1 packages=$2 root=bundle/rootfs
    shift 2
    rm -rf bundle apt/cache/archives/*.deb
    umoci unpack --image "$layout:debian" bundle > /dev/null
    apt-get "${apt[@]}" -o Dir::State::status="$PWD/$root/var/lib/dpkg/status" -o Debug::NoLocking=true -qq --yes --no-install-recommends \
        --download-only install $packages > /dev/null
    mkdir "$root/debs"
    cp apt/cache/archives/*.deb "$root/debs/"
    # Nothing is started: there is no init in the directory.
    printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    chroot "$root" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -o APT::Sandbox::User=root -o Dpkg::Options::=--force-unsafe-io --yes install /debs/*.deb' > dpkg.log 2>&1 ||
        { cat dpkg.log >&2; exit 1; }
    rm -rf "$root"/{debs,usr/sbin/policy-rc.d,var/cache/apt/*.bin,var/log/apt/term.log}
    umoci repack --image "$layout:$tag" bundle > /dev/null
    umoci config --image "$layout:$tag" "$@"
    [ "$tag" != redis ] || cp "$root/etc/redis/redis.conf" redis.conf
    rm -rf bundle
    step "$tag is made"
}

make_debian_images() {
    local path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    wait "$debian" || { cat mmdebstrap.log >&2; exit 1; }
    step "Debian is installed"
    mkdir debian-root
    tar -C debian-root -xf debian.tar --numeric-owner --xattrs --xattrs-include='*'
    make_image debian debian-root --config.cmd /bin/bash --config.env "$path"
    rm -rf debian-root
    make_service_image nginx nginx --config.entrypoint /usr/sbin/nginx --config.cmd -g --config.cmd 'daemon off;' --config.exposedports 80/tcp
    make_service_image redis redis-server --config.entrypoint /usr/bin/redis-server --config.cmd /etc/redis/redis.conf --config.user redis \
        --config.workingdir /var/lib/redis --config.exposedports 6379/tcp
    make_service_image python 'python3-numpy libopenblas0-pthread' --config.entrypoint /usr/bin/python3 --config.workingdir /root
}

# The next release of one service: one file of it is another.
make_changed_image() {
    printf 'maxmemory 256mb\nmaxmemory-policy allkeys-lru\n' >> redis.conf
    chmod 640 redis.conf
    umoci insert --rootless=false --image "$layout:redis" --tag redis-changed redis.conf /etc/redis/redis.conf > /dev/null
}

step "download packages"
download_packages
start_debian
umoci init --layout "$layout"
make_init_image
make_kernel_image
make_runtime_images
step "kernel, init, runc and containerd are made"
make_debian_images
make_changed_image
umoci gc --layout "$layout" > /dev/null
cd "$data"
rm -rf work
echo "$recipe" > recipe
step "done, $(du -sh "$layout" | cut -f 1)"
