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

    installer "$here" "${ask[@]}"
    check "neither a package nor a compiler: is refused" exits 69
    check "says why" says 'no Swift 6.2 or later'
    check "says what to do" says 'Unpack the release for amd64'
    printf '#!/bin/sh\necho "Swift version 5.9.2 (swift-5.9.2-RELEASE)"\n' > "$machine/usr/local/bin/swift"
    chmod 755 "$machine/usr/local/bin/swift"
    programs=/usr/local/bin: installer "$here" "${ask[@]}"
    check "with a compiler that is too old: is refused, too" exits 69
    rm "$machine/usr/local/bin/swift"
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
