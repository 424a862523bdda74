# shellcheck shell=bash
# checkout.bash: where install.sh comes from: a checkout, with the parts it is made of and the program's sources.
#
# release.bash has the same functions for a release.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/lib/swift.bash"

# file_text NAME: the text of a file that it writes or shows.
file_text() { cat "$root/Sources/Installer/files/$1"; }

# whole_script: install.sh by itself, without the checkout.
whole_script() { "$root/Sources/Installer/bundle"; }

# plan_program TOOLS: sets, for the demo, program_packages to what Debian has for it, program_plan and program_step to
# words for people, and program_is_far when much is to be fetched from elsewhere. Changes nothing.
plan_program() {
    plan_swift "$1"
    program_is_far=no
    program_packages=("${packages_build[@]}" "${packages_swift[@]}")
    case $swift_from in
        path) program_plan="Swift compiler: $(command -v swift)" ;;
        tools) program_plan="Swift compiler: the one already in $1" ;;
        debian)
            program_packages=("${packages_build[@]}" swiftlang)
            program_plan="Swift compiler: Debian's package swiftlang" ;;
        swift.org)
            program_packages+=(gpg)
            program_is_far=yes
            program_plan="Swift compiler: $swift_version from swift.org, about 1 GB, into $1" ;;
    esac
    program_step="Build:     swift build -c release --static-swift-stdlib --product boxenergie"
}

# provide_program TOOLS: sets program, for the demo.
provide_program() {
    provide_swift "$1"
    step "Building the program (a few minutes the first time; a quarter of an hour or more on a Raspberry Pi)"
    build_program
}

borrowed=no                                   # yes: the compiler is fetched to build with it, and removed afterwards
had_builds=no                                 # yes: something was built here before

# look_at_sources MB: can a package be built? MB is the room that the installation itself needs.
look_at_sources() {
    local free wanted=$(($1 + 1000)) memory
    [[ -e $root/Package.swift ]] || fail_without_package
    # The demo may have left one.
    [[ ! -x $demo_dir/tools/swift/usr/bin/swift ]] || PATH=$PATH:$demo_dir/tools/swift/usr/bin
    plan_swift "$root/.build-tools"
    [[ ! -e $root/.build ]] || had_builds=yes
    if [[ $swift_from == swift.org ]]; then
        [[ -z $offline ]] ||
            fail 69 "beside this script is no package for Debian $suite on $arch, and no Swift to build one." \
                "Nothing was changed. Without a network take the release for $arch."
        borrowed=yes
        wanted=$((wanted + 5000))
    fi
    memory=$(memory_mb)
    ((memory >= 880)) ||
        fail 69 "this machine has $memory MB of memory, and 1 GB is needed to build boxenergie." \
            "Nothing was changed. Unpack the release for $arch, and run the install.sh that is in it."
    free=$(free_mb "$root")
    ((free >= wanted)) ||
        fail 1 "$root has $free MB of free space, and $wanted MB are needed to build boxenergie there." \
        "Nothing was changed. Make room, or unpack the release for $arch and run the install.sh that is in it."
    [[ $borrowed == no ]] ||
        say "Compiler:  Swift $swift_version of swift.org is fetched (1 GB; 5 GB of the disk), and removed when it has built" \
            "boxenergie:"
    [[ $borrowed == no ]] || say "           ten minutes on a PC, an hour or more on a Raspberry Pi. A release needs neither."
}

# build_deb: sets deb to a package of these sources.
build_deb() {
    if [[ $dry_run == yes ]]; then
        change "build boxenergie from these sources, which takes a quarter of an hour or more on a Raspberry Pi"
        return 0
    fi
    install_packages "${packages_build[@]}" "${packages_swift[@]}" debhelper python3 gpg
    # The sources may be somebody's, from whom git would take nothing as root; what is built is his, too.
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' \
        "$root/Sources/Packaging/build-deb" "$suite-$arch" ||
        fail 1 "the package of boxenergie could not be built; the lines above say why."
    if [[ $borrowed == yes ]]; then
        say "Removing the compiler again."
        rm -rf "$root/.build-tools/swift"
        [[ $had_builds == yes ]] || rm -rf "$root/.build"
    fi
    chown -R --reference="$root" "$root"/.build*
    find_deb
}
