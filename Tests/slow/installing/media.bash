# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# media.bash: what a household has in its hands: the release, the previous one, and one with all packages.

# build_media: media/now and media/old; sets new_version and old_version.
build_media() {
    local release=deb12 package previous
    [[ $suite == bookworm ]] || release=deb13
    mkdir -p "$scratch/packages/now" "$scratch/packages/old" "$scratch/media"
    if [[ -n $given ]]; then
        cp "$given/"boxenergie_*~"$release"_amd64.deb "$scratch/packages/now/"
    else
        "$root/Sources/Packaging/build-deb" --output "$scratch/packages/now" "$suite-amd64"
    fi
    package=$(echo "$scratch/packages/now/"boxenergie_*.deb)
    new_version=$(dpkg-deb --field "$package" Version)
    old_version=0.0.9~$release
    # The previous version: the same with another number and another configuration to begin with.
    dpkg-deb --raw-extract "$package" "$scratch/previous"
    sed -i "s/^Version: .*/Version: $old_version/" "$scratch/previous/DEBIAN/control"
    echo '# The previous version had another comment.' >> "$scratch/previous/etc/boxenergie/boxenergie.toml"
    previous=$scratch/packages/old/boxenergie_${old_version}_amd64.deb
    dpkg-deb --root-owner-group --build "$scratch/previous" "$previous" > /dev/null
    rm -rf "$scratch/previous"
    unpack now
    unpack old
}

# unpack NAME [build-release's options]
unpack() {
    local name=$1
    shift
    "$root/Sources/Packaging/build-release" --packages "$scratch/packages/$name" --output "$scratch/tarball" "$@" amd64
    mkdir "$scratch/media/$name"
    tar -xf "$scratch/tarball/"*.tar.gz --strip-components=1 -C "$scratch/media/$name"
    (cd "$scratch/media/$name" && sha256sum --check --quiet --strict SHA256SUMS)
    rm -rf "$scratch/tarball"
}

# build_offline_media: media/offline, with every package that a machine with a network would fetch.
build_offline_media() {
    local needed=(influxdb influxdb-client sqlite3 curl gpg) own
    own=$(basename "$scratch/packages/now/"*.deb)
    mkdir -p "$scratch/packages/others"
    new_machine
    start_machine
    add_grafana_repository
    inside apt-get -qq update
    inside apt-get -qq install -y --download-only "/media/now/packages/$own" > /dev/null
    inside apt-get -qq install -y --download-only --no-install-recommends "${needed[@]}" grafana > /dev/null
    cp "$machine"/var/cache/apt/archives/*.deb "$scratch/packages/others/"
    discard
    cp -r "$scratch/packages/now" "$scratch/packages/offline"
    unpack offline --with "$scratch/packages/others"
}

# add_grafana_repository: by hand, as Grafana's own page tells.
add_grafana_repository() {
    mkdir -p "$machine/etc/apt/keyrings"
    cp "$repository/site/gpg-full.key" "$machine/etc/apt/keyrings/grafana.asc"
    echo "deb [signed-by=/etc/apt/keyrings/grafana.asc] $grafana_at stable main" \
        > "$machine/etc/apt/sources.list.d/grafana.list"
}
