# shellcheck shell=bash
# demo.bash: a simulated house with a past, its box and its page, all in one folder.

# shellcheck disable=SC2154,SC2034  # what the parts share
source "$root/Sources/Installer/demo/house.bash"
source "$root/Sources/Installer/demo/readings.bash"

demo_is_locked=no                             # yes: the folder is this run's, and what runs there, too
demo_runs=no                                  # yes: a signal ends the demo in its order
stopping=no                                   # yes: such a signal came

demo() {
    step "What the demo needs"
    plan_demo
    if [[ $dry_run == yes ]]; then
        say_what_demo_would_do
        return 0
    fi
    ask_once
    enter_demo_folder
    install_packages "${missing[@]}"
    provide_influxd "$demo_dir/tools"
    if [[ -n ${BOXENERGIE_BINARY:-} ]]; then
        program=$BOXENERGIE_BINARY
        say "Taking the program $program instead of building it (BOXENERGIE_BINARY)."
    else
        provide_program "$demo_dir/tools"
    fi
    start_house
    show_page
    await_first_reading
    show_readings
    stop_house
}

# plan_demo: says what is missing; sets missing to the Debian packages. Changes nothing.
plan_demo() {
    plan_program "$demo_dir/tools"
    plan_influxd "$demo_dir/tools"
    find_missing "${program_packages[@]}" 'libmicrohttpd12|libmicrohttpd12t64'    # for the page
    if ((${#missing[@]} > 0)); then
        say "Debian packages to install: ${missing[*]}"
    else
        say "Debian packages to install: none"
    fi
    say "$program_plan"
    case $influxd_from in
        path) say "InfluxDB: the program $(command -v influxd), as a server of the demo's own" ;;
        tools) say "InfluxDB: the one already in $demo_dir/tools" ;;
        debian) say "InfluxDB: Debian's package, unpacked into $demo_dir/tools (not installed as a service)" ;;
    esac
    say "Everything else stays in $demo_dir"
}

say_what_demo_would_do() {
    step "What it would do then"
    say "$program_step"
    say "Database:  influxd on 127.0.0.1:$(next_free_port "$first_port"), or the next free port"
    say "House:     boxenergie simulate, which first writes the year until now, then plays its meters in $demo_dir"
    say "Reader:    boxenergie run --config $demo_dir/boxenergie.toml"
    say "Page:      http://127.0.0.1:$(next_free_port "$first_page_port")/"
    say "Then it shows the readings until Ctrl-C. This was a dry run: nothing was changed."
}

# ask_once: when something is to be installed or fetched, and there is somebody to ask.
ask_once() {
    ((${#missing[@]} > 0)) || [[ $program_is_far == yes ]] || return 0
    [[ $yes == no && -t 0 && -t 1 ]] || return 0
    ask_to_go_on '[Y/n]'
}

# enter_demo_folder: makes it, for this run alone, and ends what a killed run may have left behind.
enter_demo_folder() {
    mkdir -p "$demo_dir" 2> /dev/null || true
    [[ -d $demo_dir && -w $demo_dir ]] ||
        fail 1 "the folder $demo_dir cannot be written." "Choose another one with --demo-dir."
    exec 9> "$demo_dir/.lock"
    flock -n 9 || fail 1 "a demo already runs in $demo_dir." \
        "Stop it with Ctrl-C where you started it, or give this one another folder with --demo-dir."
    demo_is_locked=yes
    run_dir=$demo_dir/pids
    mkdir -p "$run_dir"
    stop run
    stop simulate
    stop influxd
}

# show_readings: every three seconds, until the time is over or a signal comes.
show_readings() {
    local ends
    if [[ $stopping == no ]]; then
        say ""
        say "Its database answers in another terminal:"
        say_query
        say ""
        if ((seconds > 0)); then
            say "It stops by itself after $seconds s; Ctrl-C stops it now."
        else
            say "Ctrl-C stops everything."
        fi
        say ""
        show_head
        show_latest first
    fi
    ends=$((SECONDS + seconds))
    while [[ $stopping == no ]] && ((seconds == 0 || SECONDS < ends)); do
        pause 3
        [[ $stopping == no ]] || break
        house_must_run
        latest
        show_latest next
    done
}

# stop_house: the reader only, to count what it wrote; leave_demo stops the others.
stop_house() {
    local points
    step "Stopping"
    stop run
    points=$(query "$port" 'SELECT count("va_in") FROM "raw"."linky"' | sed -n 2p)
    [[ -n $points ]] || points=0
    say "${points##*,} readings of the meter are in the database; they stay in $demo_dir until a demo begins there anew."
    say "Delete that folder to be rid of it."
}

# leave_demo: whatever happened. The reader first, so that it can hand over what it holds; the database last.
leave_demo() {
    [[ $demo_is_locked == yes && -d ${run_dir:-} ]] || return 0
    stop run
    stop simulate
    stop influxd
    rm -f "$demo_dir/linky" "$demo_dir/rs485"
    rmdir "$run_dir" 2> /dev/null || true
}
