#!/usr/bin/env bash
# install.sh: sets boxenergie up.
#
# Today it knows one thing, `./install.sh --demo`: it builds the program, plays a house with a Linky meter, stores
# the readings in an InfluxDB of its own and shows them. Everything stays in one folder, but Debian's packages.
#
# Tests/run and the benches source this file for the same steps, so each step is a function; main comes last.
set -euo pipefail

# --- What may need an update one day ---------------------------------------------------------------------------------

swift_needed=6.2                              # the oldest Swift compiler that builds this program
swift_version=6.3.1                           # the one to fetch from swift.org when Debian has none
swift_platform=debian12                       # swift.org's build for Debian 12; it runs on Debian 13, too
swift_site=https://download.swift.org
swift_keys_url=https://www.swift.org/keys/all-keys.asc
swift_key=52BB7E3DE28A71BE22EC05FFEF80A866B47A981F   # "Swift 6.x Release Signing Key"

# Debian packages; a|b means that either will do.
packages_build=(ca-certificates curl git g++ 'libcurl4-openssl-dev|libcurl4-gnutls-dev' libgpiod-dev
    libtomlplusplus-dev zlib1g-dev tzdata)
packages_swift=(libncurses6 libxml2 libsqlite3-0)    # what a swift.org compiler needs to start
# shellcheck disable=SC2034  # for Tests/run
packages_tests=(shellcheck python3 python3-venv socat binutils sqlite3 owserver ow-shell nginx libxml2 vsftpd
    libmicrohttpd12 mosquitto libmosquitto1 openssl iproute2 openssh-server)

first_port=18086                              # the demo's server takes the first free port from here on

# --- Words -----------------------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }

# fail CODE WHAT [WHAT TO DO]: says why and stops.
fail() {
    local code=$1
    shift
    printf '\ninstall.sh: %s\n' "$1" >&2
    shift
    local line
    for line in "$@"; do printf '    %s\n' "$line" >&2; done
    exit "$code"
}

usage() {
    cat <<'HELP'
./install.sh --demo [options]

Builds boxenergie, plays a house with a Linky meter, stores its readings in an
InfluxDB of its own, and shows them. Ctrl-C stops everything. Nothing of it
reaches your network, and nothing stays outside the demo's folder but Debian
packages, which are listed before they are installed.

  --demo             run the demo (the full installation does not exist yet)
  --demo-dir DIR     where everything goes (default: ./demo); delete it to be rid of the demo
  --seconds N        stop by itself N seconds after the first reading
  --yes              do not ask before installing packages
  --dry-run          only say what would be done
  --help             this text

For Debian 12 or 13 and Raspberry Pi OS, 64 bits.
HELP
}

# --- The machine -----------------------------------------------------------------------------------------------------

have() { command -v "$1" > /dev/null 2>&1; }

# Refuses what cannot work; sets arch to amd64 or arm64.
check_system() {
    local id='' version='' name='this system'
    if [[ -r /etc/os-release ]]; then
        id=$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')
        version=$(sed -n 's/^VERSION_ID=//p' /etc/os-release | tr -d '"')
        name=$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release | tr -d '"')
    fi
    arch=$(dpkg --print-architecture 2> /dev/null || uname -m)
    case $arch in
        amd64 | arm64) ;;
        armhf | armel | i386 | arm* | i?86)
            fail 69 "$name is a 32-bit system ($arch), and there is no Swift compiler for it." \
                "A Raspberry Pi 3, 4, 5 or Zero 2 runs the 64-bit edition of Raspberry Pi OS:" \
                "write that one to the card with Raspberry Pi Imager, then try again." ;;
        *)
            fail 69 "$name runs on a processor that is not supported ($arch)." \
                "A Raspberry Pi or a PC (arm64 or amd64) will do." ;;
    esac
    [[ $id == debian && ($version == 12 || $version == 13) ]] ||
        fail 69 "$name is not supported yet: this needs Debian 12, Debian 13 or a 64-bit Raspberry Pi OS." \
            "Nothing was changed on your machine."
}

# as_root COMMAND...: runs it as root, through sudo when we are not.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail 1 "installing packages needs root, and sudo is not there." \
            "Become root (su -) and run this again, or ask whoever looks after this machine to install:" \
            "apt-get install ${missing[*]:-}"
    fi
}

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null || true) == installed ]]; }

# find_missing PACKAGE...: sets missing to those that are not installed.
find_missing() {
    missing=()
    local wanted option found
    for wanted in "$@"; do
        found=no
        while read -r option; do
            if installed "$option"; then found=yes; fi
        done < <(tr '|' '\n' <<< "$wanted")
        [[ $found == yes ]] || missing+=("${wanted%%|*}")
    done
}

apt_lists_fresh=no
update_apt_lists() {
    [[ $apt_lists_fresh == no ]] || return 0
    say "Asking Debian for its list of packages ..."
    as_root apt-get -qq -o DPkg::Lock::Timeout=300 update ||
        fail 69 "Debian's list of packages could not be fetched." \
            "Check the network (and the clock: date), then run this again."
    apt_lists_fresh=yes
}

# install_packages PACKAGE...: those that are missing; the caller has asked.
install_packages() {
    find_missing "$@"
    ((${#missing[@]} > 0)) || return 0
    update_apt_lists
    say "Installing: ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
        install -y --no-install-recommends "${missing[@]}" > "$scratch/apt.log" 2>&1 || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not install: ${missing[*]}" \
            "The lines above say why: most often the network, or an earlier installation that was interrupted" \
            "(sudo apt-get -f install repairs that)."
    }
}

# at_least HAVE WANTED: compares versions such as 6.3.1 and 6.2.
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# --- Swift -----------------------------------------------------------------------------------------------------------

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
            "Remove it from your PATH; this script then fetches a newer one into the demo's folder."
    say "Swift $version ($swift)"
}

# fetch_swift TOOLS: swift.org's compiler into TOOLS/swift, its signature checked.
fetch_swift() {
    local tools=$1 suffix='' file url free
    [[ $arch != arm64 ]] || suffix=-aarch64
    file=swift-$swift_version-RELEASE-$swift_platform$suffix.tar.gz
    url=$swift_site/swift-$swift_version-release/$swift_platform$suffix/swift-$swift_version-RELEASE/$file
    install_packages gpg
    mkdir -p "$tools"
    free=$(df -Pk "$tools" | awk 'NR == 2 { print int($4 / 1048576) }')
    ((free >= 5)) ||
        fail 1 "the Swift compiler needs 5 GB of free disk space in $tools, and there are only $free GB." \
            "Make room, or choose another disk with --demo-dir."
    say "Fetching Swift $swift_version from swift.org (about 1 GB; an interrupted download goes on where it stopped)."
    [[ -e $tools/$file ]] ||
        curl --fail --location --show-error --progress-bar --retry 3 --connect-timeout 20 --continue-at - \
            --output "$tools/$file.part" "$url" ||
        fail 69 "the Swift compiler could not be fetched from $url." \
            "Check the network and run this again, or install Swift $swift_needed or later yourself (https://www.swift.org/install)."
    [[ ! -e $tools/$file.part ]] || mv "$tools/$file.part" "$tools/$file"
    {
        curl --fail --silent --location --show-error --connect-timeout 20 --output "$scratch/swift.sig" "$url.sig" &&
            curl --fail --silent --location --show-error --connect-timeout 20 --output "$scratch/swift.asc" "$swift_keys_url"
    } || fail 69 "the signature of the Swift compiler could not be fetched from swift.org, so it was not installed." \
        "Check the network and run this again."
    verify_swift "$tools/$file" "$scratch/swift.sig" "$scratch/swift.asc" || {
        rm -f "$tools/$file"
        fail 1 "the Swift compiler that was fetched does not carry swift.org's signature, so it was deleted unused." \
            "A broken download is the likely reason: run this again."
    }
    say "The signature is swift.org's. Unpacking ..."
    rm -rf "$tools/swift.new"
    mkdir "$tools/swift.new"
    tar -xzf "$tools/$file" --strip-components=1 -C "$tools/swift.new" ||
        fail 1 "the Swift compiler could not be unpacked in $tools." "Is the disk full? df -h shows it."
    mv "$tools/swift.new" "$tools/swift"
    rm -f "$tools/$file"
}

# verify_swift FILE SIGNATURE KEYS: true when swift.org's release key signed FILE.
verify_swift() {
    local home result
    home=$(mktemp -d "$scratch/gpg.XXXXXX")
    gpg --batch --quiet --homedir "$home" --import "$3" 2> /dev/null || true
    result=$(gpg --batch --homedir "$home" --status-fd 1 --verify "$2" "$1" 2> /dev/null || true)
    grep -Eq "^\[GNUPG:\] VALIDSIG .* $swift_key\$" <<< "$result"
}

# build_program: sets program to a release build of this checkout.
build_program() {
    local options=(-c release --package-path "$here" --product boxenergie) library memory jobs
    library=$("$swift" -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
    if [[ -e ${library}_static/linux/libswiftCore.a ]]; then
        options+=(--static-swift-stdlib)
    else
        say "This compiler lacks Swift's static libraries: the program will need the compiler's folder to run."
    fi
    # A compiler process takes up to 1 GB: a small Pi builds with fewer at once.
    memory=$(awk '/^MemTotal/ { print int($2 / 900000) }' /proc/meminfo)
    jobs=$(nproc)
    ((memory >= jobs)) || options+=(-j "$((memory > 0 ? memory : 1))")
    "$swift" build "${options[@]}" ||
        fail 1 "the program could not be built; the lines above say why." \
            "If the sources are as published, please report it with those lines."
    program=$("$swift" build "${options[@]}" --show-bin-path)/boxenergie
}

# --- InfluxDB --------------------------------------------------------------------------------------------------------

# plan_influxd TOOLS: sets influxd_from to path, tools or debian without changing anything.
plan_influxd() {
    if have influxd; then
        influxd_from=path
    elif [[ -x $1/influxdb/usr/bin/influxd ]]; then
        influxd_from=tools
    else
        influxd_from=debian
    fi
}

# provide_influxd TOOLS: sets influxd. Debian's package is unpacked into TOOLS, not installed: installing it would
# start a server on port 8086, open to the network.
provide_influxd() {
    local tools=$1
    plan_influxd "$tools"
    case $influxd_from in
        path) influxd=$(command -v influxd) ;;
        tools) influxd=$tools/influxdb/usr/bin/influxd ;;
        debian)
            say "Fetching Debian's influxdb package into $tools (unpacked there, not installed)."
            [[ -n $(apt-cache show influxdb 2> /dev/null) ]] || update_apt_lists
            mkdir "$scratch/influxdb"
            (cd "$scratch/influxdb" && apt-get -qq download influxdb > "$scratch/apt.log" 2>&1) || {
                tail -n 5 "$scratch/apt.log" >&2
                fail 69 "Debian's influxdb package could not be fetched." "Check the network, then run this again."
            }
            mkdir -p "$tools"
            rm -rf "$tools/influxdb"
            dpkg-deb -x "$scratch"/influxdb/*.deb "$tools/influxdb" ||
                fail 1 "Debian's influxdb package could not be unpacked in $tools." "Is the disk full? df -h shows it."
            influxd=$tools/influxdb/usr/bin/influxd ;;
    esac
}

port_is_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# listens PID PORT: true when that process answers on the port, rather than somebody else's.
listens() {
    local socket
    socket=$(awk -v at="$(printf '0100007F:%04X' "$2")" '$2 == at && $4 == "0A" { print $10; exit }' /proc/net/tcp)
    [[ -n $socket && -n $(find "/proc/$1/fd" -lname "socket:\[$socket\]" 2> /dev/null || true) ]]
}

# next_free_port FROM: prints it.
next_free_port() {
    local port=$1
    until port_is_free "$port"; do port=$((port + 1)); done
    printf '%s\n' "$port"
}

# toml TEXT: as it stands between the quotes of a TOML string.
toml() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}

influxd_auth=false                            # true: it asks for a user and password

# write_influxd_config FILE FOLDER HTTP_PORT BACKUP_PORT
write_influxd_config() {
    local text folder
    text=$(< "$here/influx/influxdb.conf")
    folder=$(toml "$2")
    text=${text//@DIR@/"$folder"}
    text=${text//@AUTH@/"$influxd_auth"}
    text=${text//@HTTP_PORT@/"$3"}
    printf '%s\n' "${text//@BACKUP_PORT@/"$4"}" > "$1"
}

# query PORT INFLUXQL: the answer as CSV, empty when there is none.
query() {
    curl --silent --fail --max-time 5 --get --header 'Accept: application/csv' "http://127.0.0.1:$1/query" \
        --data-urlencode db=boxenergie --data-urlencode "q=$2" || true
}

# --- Programs in the background --------------------------------------------------------------------------------------
# Each runs in a session of its own, so that Ctrl-C reaches this script only, which then stops them in the right order.
# run_dir holds NAME.pid for a later run to clean up after a kill -9.

alive() {
    local state
    state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2> /dev/null || true)
    [[ -n $state && $state != Z ]]
}

# start NAME LOG COMMAND...: sets last_pid.
start() {
    local name=$1 log=$2
    shift 2
    setsid "$@" >> "$log" 2>&1 < /dev/null 9>&- &
    last_pid=$!
    printf '%s\n' "$last_pid" > "$run_dir/$name.pid"
}

# stop NAME: asks politely, waits 10 s, then insists. Only a process that this folder's demo started.
stop() {
    local file=$run_dir/$1.pid pid i
    [[ -r $file ]] || return 0
    pid=$(< "$file")
    if [[ $pid =~ ^[0-9]+$ ]] && alive "$pid" &&
        [[ $(tr '\0' '\n' < "/proc/$pid/cmdline" 2> /dev/null || true) == *"${run_dir%/*}/"* ]]; then
        kill -TERM "$pid" 2> /dev/null || true
        for ((i = 0; i < 100; i++)); do
            alive "$pid" || break
            sleep 0.1
        done
        if alive "$pid"; then
            say "$1 did not stop within 10 s; it was ended."
            kill -KILL "$pid" 2> /dev/null || true
        fi
        wait "$pid" 2> /dev/null || true
    fi
    rm -f "$file"
}

# must_run NAME LOG: fails with the log's last lines when NAME has ended.
must_run() {
    local pid
    pid=$(cat "$run_dir/$1.pid" 2> /dev/null || echo 0)
    ! alive "$pid" || return 0
    printf '\nThe last lines of %s:\n' "$2" >&2
    tail -n 15 "$2" | sed 's/^/    /' >&2 || true
    fail 1 "$1 stopped although it should go on; the lines above say why."
}

# start_influxd FOLDER: a server of its own in FOLDER, on this machine only; sets port.
start_influxd() {
    local folder=$1 backup i try
    port=$first_port
    for try in {1..10}; do
        port=$(next_free_port "$port")
        backup=$(next_free_port $((port + 1)))
        mkdir -p "$folder/influxdb"
        write_influxd_config "$folder/influxdb.conf" "$folder/influxdb" "$port" "$backup"
        : > "$folder/influxdb.log"
        start influxd "$folder/influxdb.log" "$influxd" -config "$folder/influxdb.conf"
        for ((i = 0; i < 600; i++)); do
            alive "$last_pid" || break
            if listens "$last_pid" "$port" && [[ $(curl --silent --max-time 2 --output /dev/null \
                --write-out '%{http_code}' "http://127.0.0.1:$port/ping" || true) == 204 ]]; then
                return 0
            fi
            sleep 0.1
        done
        # Somebody may have taken the port in between: try the next ones.
        if alive "$last_pid" || ! grep -q 'address already in use' "$folder/influxdb.log" || ((try == 10)); then break; fi
        port=$((backup + 1))
    done
    must_run influxd "$folder/influxdb.log"
    fail 69 "InfluxDB did not answer on 127.0.0.1:$port within a minute." "Its log is $folder/influxdb.log."
}

# --- The demo --------------------------------------------------------------------------------------------------------

write_demo_config() {
    local folder
    folder=$(toml "$demo_dir")
    cat > "$demo_dir/boxenergie.toml" <<TOML
# Written by install.sh --demo, anew each time.

state = "$folder"

[influx]
url = "http://127.0.0.1:$port"
database = "boxenergie"
flush = "2s"
spool = { limit = "20MB" }

[tags]
site = "demo"

[source.linky]
type = "teleinfo"
device = "$folder/linky"
mode = "auto"
every = "1s"
TOML
}

# latest: sets readings to va_in, va_out, wh_in, wh_out and volts, and reading_time; empty where there is none since
# the demo began.
latest() {
    local answer
    readings=('' '' '' '' '')
    reading_time=''
    answer=$(query "$port" 'SELECT va_in, va_out, wh_in, wh_out FROM "raw"."linky" WHERE time >= '"${began}"'s ORDER BY time DESC LIMIT 1' | sed -n 2p)
    [[ -n $answer ]] || return 0
    IFS=, read -r _ _ reading_time 'readings[0]' 'readings[1]' 'readings[2]' 'readings[3]' <<< "$answer"
    reading_time=$(date -d "@${reading_time:0:10}" +%H:%M:%S)
    answer=$(query "$port" "SELECT v FROM \"raw\".\"phase\" WHERE phase = '1' ORDER BY time DESC LIMIT 1" | sed -n 2p)
    [[ -z $answer ]] || readings[4]=${answer##*,}
}

table_row() { printf '%-10s %14s %14s %16s %16s %10s\n' "$@"; }

show_latest() {
    local cells=() units=(VA VA Wh Wh V) i
    for i in 0 1 2 3 4; do
        if [[ -n ${readings[i]} ]]; then cells+=("${readings[i]} ${units[i]}"); else cells+=(-); fi
    done
    # On a terminal the row is rewritten in place; in a file each refresh is a line.
    [[ ! -t 1 || $1 == first ]] || printf '\033[1A\033[2K'
    table_row "$reading_time" "${cells[@]}"
}

# pause SECONDS: sleeps, but a signal is seen at once.
pause() {
    sleep "$1" 9>&- &
    local nap=$!
    wait "$nap" || kill "$nap" 2> /dev/null || true
}

stopping=no
ask_to_stop() {
    if [[ $running == yes ]]; then stopping=yes; else exit 130; fi
}

clean_up() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [[ -n ${run_dir:-} && -d $run_dir && $locked == yes ]]; then
        # The reader first, so that it can hand over what it holds; the database last.
        stop run
        stop simulate
        stop influxd
        rm -f "$demo_dir/linky"
        rmdir "$run_dir" 2> /dev/null || true
    fi
    rm -rf "$scratch"
    exit "$code"
}

plan_demo() {
    local wanted=("${packages_build[@]}")
    plan_swift "$demo_dir/tools"
    plan_influxd "$demo_dir/tools"
    [[ $swift_from == debian ]] && wanted+=(swiftlang) || wanted+=("${packages_swift[@]}")
    [[ $swift_from != swift.org ]] || wanted+=(gpg)
    find_missing "${wanted[@]}"
    if ((${#missing[@]} > 0)); then
        say "Debian packages to install: ${missing[*]}"
    else
        say "Debian packages to install: none"
    fi
    case $swift_from in
        path) say "Swift compiler: $(command -v swift)" ;;
        tools) say "Swift compiler: the one already in $demo_dir/tools" ;;
        debian) say "Swift compiler: Debian's package swiftlang" ;;
        swift.org) say "Swift compiler: $swift_version from swift.org, about 1 GB, into $demo_dir/tools" ;;
    esac
    case $influxd_from in
        path) say "InfluxDB: the program $(command -v influxd), as a server of the demo's own" ;;
        tools) say "InfluxDB: the one already in $demo_dir/tools" ;;
        debian) say "InfluxDB: Debian's package, unpacked into $demo_dir/tools (not installed as a service)" ;;
    esac
    say "Everything else stays in $demo_dir"
}

ask_once() {
    local answer
    ((${#missing[@]} > 0)) || [[ $swift_from == swift.org ]] || return 0
    [[ $yes == no && -t 0 && -t 1 ]] || return 0
    read -r -p "Go on? [Y/n] " answer || answer=n
    [[ -z $answer || $answer == [yYoO]* ]] || { say "Nothing was changed."; exit 0; }
}

demo() {
    local waited=0 points ended

    step "What the demo needs"
    plan_demo
    if [[ $dry_run == yes ]]; then
        step "What it would do then"
        say "Build:     swift build -c release --static-swift-stdlib --product boxenergie"
        say "Database:  influxd on 127.0.0.1:$(next_free_port "$first_port"), or the next free port"
        say "Meter:     boxenergie simulate --link $demo_dir/linky"
        say "Reader:    boxenergie run --config $demo_dir/boxenergie.toml"
        say "Then it shows the readings until Ctrl-C. This was a dry run: nothing was changed."
        return 0
    fi
    ask_once

    mkdir -p "$demo_dir" 2> /dev/null || true
    [[ -d $demo_dir && -w $demo_dir ]] ||
        fail 1 "the folder $demo_dir cannot be written." "Choose another one with --demo-dir."
    exec 9> "$demo_dir/.lock"
    flock -n 9 || fail 1 "a demo already runs in $demo_dir." \
        "Stop it with Ctrl-C where you started it, or give this one another folder with --demo-dir."
    locked=yes
    run_dir=$demo_dir/pids
    mkdir -p "$run_dir"
    # What a killed run may have left behind.
    stop run
    stop simulate
    stop influxd

    install_packages "${missing[@]}"
    provide_influxd "$demo_dir/tools"
    if [[ -n ${BOXENERGIE_BINARY:-} ]]; then
        program=$BOXENERGIE_BINARY
        say "Taking the program $program instead of building it (BOXENERGIE_BINARY)."
    else
        provide_swift "$demo_dir/tools"
        step "Building the program (a few minutes the first time; a quarter of an hour or more on a Raspberry Pi)"
        build_program
    fi

    step "Starting the house"
    running=yes
    began=$(date +%s)
    start_influxd "$demo_dir"
    say "Database:  InfluxDB on 127.0.0.1:$port, data in $demo_dir/influxdb"
    write_demo_config
    "$program" provision --config "$demo_dir/boxenergie.toml" > "$demo_dir/provision.log" 2>&1 || {
        tail -n 15 "$demo_dir/provision.log" >&2
        fail 1 "the database could not be prepared; the lines above say why."
    }
    : > "$demo_dir/simulate.log"
    rm -f "$demo_dir/linky"
    start simulate "$demo_dir/simulate.log" "$program" simulate --link "$demo_dir/linky"
    until [[ -c $demo_dir/linky || $stopping == yes ]]; do
        must_run simulate "$demo_dir/simulate.log"
        ((waited++ < 100)) || fail 1 "the simulated meter did not appear within 20 s." "Its log is $demo_dir/simulate.log."
        pause 0.2
    done
    say "Meter:     a simulated Linky on $demo_dir/linky"
    : > "$demo_dir/run.log"
    start run "$demo_dir/run.log" "$program" run --config "$demo_dir/boxenergie.toml"
    say "Reader:    boxenergie, log in $demo_dir/run.log"

    waited=0
    until latest && [[ -n $reading_time || $stopping == yes ]]; do
        must_run influxd "$demo_dir/influxdb.log"
        must_run simulate "$demo_dir/simulate.log"
        must_run run "$demo_dir/run.log"
        ((waited++ < 60)) || {
            printf '\nThe last lines of %s:\n' "$demo_dir/run.log" >&2
            tail -n 15 "$demo_dir/run.log" | sed 's/^/    /' >&2
            fail 1 "no reading reached the database within a minute."
        }
        pause 1
    done

    if [[ $stopping == no ]]; then
        step "It runs. Try this in another terminal:"
        say "curl -sG 'http://127.0.0.1:$port/query' --data-urlencode 'db=boxenergie' -H 'Accept: application/csv' --data-urlencode 'q=SELECT mean(\"va_in\"), max(\"va_out\"), last(\"wh_in\") FROM \"raw\".\"linky\" WHERE time > now() - 10m GROUP BY time(1m) fill(none)'"
        say ""
        if ((seconds > 0)); then say "It stops by itself after $seconds s; Ctrl-C stops it now."; else say "Ctrl-C stops everything."; fi
        say ""
        table_row time 'from the grid' 'to the grid' 'meter, taken' 'meter, given' voltage
        show_latest first
    fi
    ended=$((SECONDS + seconds))
    while [[ $stopping == no ]] && ((seconds == 0 || SECONDS < ended)); do
        pause 3
        [[ $stopping == no ]] || break
        must_run influxd "$demo_dir/influxdb.log"
        must_run simulate "$demo_dir/simulate.log"
        must_run run "$demo_dir/run.log"
        latest
        show_latest next
    done

    step "Stopping"
    stop run
    points=$(query "$port" 'SELECT count("va_in") FROM "raw"."linky"' | sed -n 2p)
    [[ -n $points ]] || points=0
    say "${points##*,} readings of the meter are in the database; they stay in $demo_dir."
    say "Run this again to go on, or delete that folder to be rid of the demo."
}

main() {
    local mode=none extra=()
    yes=no dry_run=no seconds=0 demo_dir=$PWD/demo locked=no running=no
    read -ra extra <<< "${BOXENERGIE_DEMO_ARGS:-}"   # more options, for tests that run the README's words
    set -- "$@" ${extra[@]+"${extra[@]}"}
    while (($# > 0)); do
        case $1 in
            --demo) mode=demo ;;
            --demo-dir)
                [[ -n ${2:-} ]] || fail 64 "--demo-dir needs the name of a folder."
                demo_dir=$2
                shift ;;
            --seconds)
                [[ ${2:-} =~ ^[1-9][0-9]{0,6}$ ]] || fail 64 "--seconds needs a number of seconds, 1 or more."
                seconds=$2
                shift ;;
            --yes) yes=yes ;;
            --dry-run) dry_run=yes ;;
            --help | -h)
                usage
                exit 0 ;;
            *) fail 64 "I do not know the option $1." "./install.sh --help lists them." ;;
        esac
        shift
    done
    [[ $mode == demo ]] ||
        fail 64 "only the demo can be installed so far: run ./install.sh --demo (--help says more)."
    demo_dir=$(realpath -m -- "$demo_dir")
    [[ $demo_dir != *$'\n'* ]] || fail 64 "the demo's folder must not have a line break in its name."
    check_system
    scratch=$(mktemp -d)
    trap clean_up EXIT
    trap ask_to_stop INT TERM HUP
    demo
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
