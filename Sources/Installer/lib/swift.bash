# shellcheck shell=bash
# swift.bash: a Swift compiler, and the program built with it; for a checkout only.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/apt.bash"

# May need an update one day:
swift_needed=6.2                              # the oldest Swift compiler that builds this program
swift_version=6.3.1                           # the one to fetch from swift.org when Debian has none
swift_platform=debian12                       # swift.org's build for Debian 12; it runs on Debian 13, too
swift_site=${BOXENERGIE_SWIFT_SITE:-https://download.swift.org}
swift_page=https://www.swift.org/install
swift_keys_url=${BOXENERGIE_SWIFT_KEYS:-https://www.swift.org/keys/all-keys.asc}
# "Swift 6.x Release Signing Key"
swift_key=${BOXENERGIE_SWIFT_KEY_FINGERPRINT:-52BB7E3DE28A71BE22EC05FFEF80A866B47A981F}

# Debian packages; a|b means that either will do.
packages_build=(ca-certificates curl git g++ gettext 'libcurl4-openssl-dev|libcurl4-gnutls-dev' libgpiod-dev
    libtomlplusplus-dev zlib1g-dev tzdata)
packages_swift=(libncurses6 libxml2 libsqlite3-0)    # what a swift.org compiler needs to start

swift_version_of() { "$1" --version 2> /dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1; }

# plan_swift TOOLS: sets swift_from to path, tools, debian or swift.org without changing anything.
plan_swift() {
    local candidate
    if have swift && { ! "$(command -v swift)" --version > /dev/null 2>&1 ||
        at_least "$(swift_version_of swift)" "$swift_needed"; }; then
        swift_from=path
    elif [[ -x $1/swift/usr/bin/swift ]]; then
        swift_from=tools
    else
        candidate=$(apt-cache policy swiftlang 2> /dev/null | sed -n 's/^ *Candidate: *//p')
        if [[ -n $candidate && $candidate != '(none)' ]] && at_least "${candidate#*:}" "$swift_needed"; then
            swift_from=debian
        else
            swift_from=swift.org
        fi
    fi
}

# provide_swift TOOLS: sets swift to a compiler that is new enough, fetching it if need be.
provide_swift() {
    local tools=$1 version
    plan_swift "$tools"
    case $swift_from in
        path) swift=$(command -v swift) ;;
        tools) swift=$tools/swift/usr/bin/swift ;;
        debian)
            install_packages swiftlang
            swift=$(command -v swift) ;;
        swift.org)
            fetch_swift "$tools"
            swift=$tools/swift/usr/bin/swift ;;
    esac
    version=$(swift_version_of "$swift" || true)
    [[ -n $version ]] ||
        fail 1 "the Swift compiler $swift does not start:" "$("$swift" --version 2>&1 | head -n 3 || true)"
    at_least "$version" "$swift_needed" ||
        fail 1 "the Swift compiler $swift is version $version, and $swift_needed or later is needed." \
            "Remove it from your PATH; this script then fetches a newer one into $tools."
    say "Swift $version ($swift)"
}

# fetch_swift TOOLS: swift.org's compiler into TOOLS/swift, its signature checked.
fetch_swift() {
    local tools=$1 proof=$1/swift.proof suffix='' file url free
    [[ $arch != arm64 ]] || suffix=-aarch64
    file=swift-$swift_version-RELEASE-$swift_platform$suffix.tar.gz
    url=$swift_site/swift-$swift_version-release/$swift_platform$suffix/swift-$swift_version-RELEASE/$file
    install_packages gpg
    mkdir -p "$tools"
    free=$(($(free_mb "$tools") / 1024))
    ((free >= 5)) ||
        fail 1 "the Swift compiler needs 5 GB of free disk space in $tools, and there are only $free GB." \
            "Make room, or choose another disk$( [[ ${mode:-} != demo ]] || printf ' with --demo-dir')."
    say "Fetching Swift $swift_version from swift.org (about 1 GB; an interrupted download goes on where it stopped)."
    [[ -e $tools/$file ]] ||
        curl --fail --location --show-error --progress-bar --retry 3 --connect-timeout 20 --continue-at - \
            --output "$tools/$file.part" "$url" ||
        fail 69 "the Swift compiler could not be fetched from $url." \
            "Check the network and run this again, or install Swift $swift_needed or later yourself ($swift_page)."
    [[ ! -e $tools/$file.part ]] || mv "$tools/$file.part" "$tools/$file"
    fetch_signature "$url" "$proof" ||
        fail 69 "the signature of the Swift compiler could not be fetched from swift.org, so it was not installed." \
            "Check the network and run this again."
    verify_swift "$tools/$file" "$proof" || {
        rm -f "$tools/$file"
        fail 1 "the Swift compiler that was fetched does not carry swift.org's signature, so it was deleted unused." \
            "A broken download is the likely reason: run this again."
    }
    say "The signature is swift.org's. Unpacking ..."
    rm -rf "$tools/swift.new" "$proof"
    mkdir "$tools/swift.new"
    tar -xzf "$tools/$file" --strip-components=1 -C "$tools/swift.new" ||
        fail 1 "the Swift compiler could not be unpacked in $tools." "Is the disk full? df -h shows it."
    mv "$tools/swift.new" "$tools/swift"
    rm -f "$tools/$file"
}

# fetch_signature URL FOLDER: of what is there, and swift.org's keys, into a new FOLDER that nobody else can read.
fetch_signature() {
    local ask=(curl --fail --silent --location --show-error --connect-timeout 20)
    rm -rf "$2"
    (umask 077 && mkdir "$2")
    "${ask[@]}" --output "$2/signature" "$1.sig" && "${ask[@]}" --output "$2/keys" "$swift_keys_url"
}

# verify_swift FILE FOLDER: true when swift.org's release key signed FILE, by what fetch_signature has put into FOLDER.
verify_swift() {
    local result
    gpg --batch --quiet --homedir "$2" --import "$2/keys" 2> /dev/null || true
    result=$(gpg --batch --homedir "$2" --status-fd 1 --verify "$2/signature" "$1" 2> /dev/null || true)
    grep -Eq "^\[GNUPG:\] VALIDSIG .* $swift_key\$" <<< "$result"
}

# build_program: sets program to a release build of this checkout.
build_program() {
    local options=(-c release --package-path "$root" --product boxenergie) library memory jobs
    library=$("$swift" -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
    if [[ -e ${library}_static/linux/libswiftCore.a ]]; then
        options+=(--static-swift-stdlib)
    else
        say "This compiler lacks Swift's static libraries: the program will need the compiler's folder to run."
    fi
    # A compiler process takes up to 1 GB: a small Pi builds with fewer at once.
    memory=$(($(memory_mb) / 880))
    jobs=$(nproc)
    ((memory >= jobs)) || options+=(-j "$((memory > 0 ? memory : 1))")
    "$swift" build "${options[@]}" ||
        fail 1 "the program could not be built; the lines above say why." \
            "If the sources are as published, please report it with those lines."
    program=$("$swift" build "${options[@]}" --show-bin-path)/boxenergie
    "$root/Sources/Packaging/translations" "$(dirname "$(dirname "$program")")"
}
