# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# sources.bash: a copy of the project without any package, with and without a compiler.

try_sources() {
    local compiler folder began here=/root/boxenergie ask=(--yes --no-grafana)
    compiler=$(realpath "$(dirname "$(realpath "$(command -v swift)")")/../..")
    new_machine
    mkdir "$machine$here"
    git -C "$root" archive HEAD | tar -x -C "$machine$here"
    # Where git on this machine finds the forges' packages.
    if [[ -r /etc/gitconfig ]]; then cp /etc/gitconfig "$machine/etc/gitconfig"; fi
    binds=(--bind-ro="$compiler")
    while read -r folder; do binds+=(--bind-ro="$folder"); done < <(local_folders)
    start_machine
    binds=()
    remember_tree before
    remember_packages before

    has_memory 500000
    installer "$here" "${ask[@]}"
    check "with little memory: is refused" exits 69
    check "says what to do" says 'Unpack the release for amd64'
    inside umount /proc/meminfo
    rm "$machine/srv/meminfo"
    installer "$here" "${ask[@]}" --dry-run
    check "a dry run says that a compiler would be fetched, and goes again" says 'is fetched (1 GB; 5 GB of the disk)'
    check "no file is another" same before
    programs=$compiler/usr/bin: installer "$here" "${ask[@]}" --dry-run
    check "a dry run says that it would build" says 'would build boxenergie from these sources'
    check "no file is another then, too" same before

    began=$SECONDS
    programs=$compiler/usr/bin: installer "$here" "${ask[@]}"
    check "with a compiler: builds and installs" exits 0
    say "From the sources to the end of install.sh: $((SECONDS - began)) s"
    say "They take $(du -sm "$machine$here" | cut -f 1) MB then."
    check "the package is of these sources" test "$(version_inside)" = \
        "$(inside "$here/.build/release/boxenergie" --version | sed 's/ .*//')~${new_version#*~}"
    check "all services run, points come" works without-grafana
    installer "$here" "${ask[@]}"
    check "run again, without a compiler" exits 0
    check "it changes nothing" says 'nothing was changed'
    installer "$here" --uninstall --yes --purge
    check "goes away" exits 0
    check "the machine is as before" same before "$accounts_of_before"
    check "so are its packages" same_packages before

    # A clone of somebody who is not root.
    git clone --quiet --no-checkout "$root" "$scratch/clone"
    mv "$scratch/clone/.git" "$machine$here/"
    git -C "$machine$here" reset --quiet
    rm -rf "$scratch/clone" "$machine$here/.build-packages"
    chown -R 1000:1000 "$machine$here"
    programs=$compiler/usr/bin: installer "$here" "${ask[@]}"
    check "a clone of another user: builds and installs" exits 0
    check "what was built is his" test -z "$(find "$machine$here" ! -uid 1000)"
    check "it works" works without-grafana
}

# A copy of the project where there is no compiler: it is fetched, and goes again.
try_compiler() {
    local compiler folder began site here=/root/boxenergie ask=(--yes --no-grafana) archive key port
    compiler=$(realpath "$(dirname "$(realpath "$(command -v swift)")")/../..")
    new_machine
    mkdir "$machine$here"
    git -C "$root" archive HEAD | tar -x -C "$machine$here"
    if [[ -r /etc/gitconfig ]]; then cp /etc/gitconfig "$machine/etc/gitconfig"; fi
    while read -r folder; do binds+=(--bind-ro="$folder"); done < <(local_folders)
    start_machine
    binds=()
    remember_packages before
    site=$scratch/swift
    archive=$site/swift-$swift_version-release/$swift_platform/swift-$swift_version-RELEASE
    archive+=/swift-$swift_version-RELEASE-$swift_platform.tar.gz
    mkdir -p "$(dirname "$archive")"
    tar -c -C "$(dirname "$compiler")" --transform 's,^[^/]*,swift,S' "$(basename "$compiler")" | gzip -1 > "$archive"
    export GNUPGHOME=$scratch/keys
    (umask 077 && mkdir "$GNUPGHOME")
    gpg --batch --quiet --passphrase '' --quick-generate-key 'Swift stand-in' default default never 2> /dev/null
    key=$(gpg --batch --list-keys --with-colons | fingerprints | head -n 1)
    gpg --batch --armor --export > "$site/keys.asc"
    gpg --batch --quiet --detach-sign --output "$archive.sig" "$archive"
    gpgconf --kill all
    unset GNUPGHOME
    port=$(next_free_port 28200)
    python3 -m http.server --bind 127.0.0.1 --directory "$site" "$port" > "$scratch/swift.log" 2>&1 &
    swift_web=$!
    by=(env BOXENERGIE_SWIFT_SITE="http://10.0.2.2:$port" BOXENERGIE_SWIFT_KEYS="http://10.0.2.2:$port/keys.asc"
        BOXENERGIE_SWIFT_KEY_FINGERPRINT=0123456789ABCDEF0123456789ABCDEF01234567)
    installer "$here" "${ask[@]}"
    check "signed by somebody else: is refused" exits 1
    check "says why" says "does not carry swift.org's signature"
    by[3]=BOXENERGIE_SWIFT_KEY_FINGERPRINT=$key
    began=$SECONDS
    installer "$here" "${ask[@]}"
    by=()
    kill "$swift_web"
    check "fetches the compiler, builds and installs" exits 0
    say "From the sources without a compiler to the page: $((SECONDS - began)) s"
    check "the compiler went again, and what it built" test ! -e "$machine$here/.build-tools/swift" -a ! -e "$machine$here/.build"
    say "They take $(du -sm "$machine$here" | cut -f 1) MB then."
    check "all services run, points come" works without-grafana
    installer "$here" --uninstall --yes --purge
    check "goes away" exits 0
    check "the packages are as before" same_packages before
}
