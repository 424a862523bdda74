# shellcheck shell=bash
# house.bash: the demo's house at work: its database, its past, its meters, the box that reads them, and its page.

# shellcheck disable=SC2154,SC2034  # what the parts share

past_days=365                                 # the house's past, in days
reading_days=59                               # its single readings, in days; the database keeps 60

# start_house: sets began.
start_house() {
    step "Starting the house"
    demo_runs=yes
    begin_anew
    start_influxd "$demo_dir/house"
    say "Database:  InfluxDB on 127.0.0.1:$port, data in $demo_dir/house"
    page_port=$(next_free_port "$first_page_port")
    fill "$(file_text demo.toml)" FOLDER="$(toml "$demo_dir")" PORT="$port" PAGE="$page_port" \
        > "$demo_dir/boxenergie.toml"
    LANGUAGE=${french_ending#.} "$program" provision --config "$demo_dir/boxenergie.toml" > "$demo_dir/provision.log" 2>&1 || {
        tail -n 15 "$demo_dir/provision.log" >&2
        fail 1 "the database could not be prepared; the lines above say why."
    }
    start_meters
    [[ $stopping == no ]] || return 0
    began=$(date +%s)
    : > "$demo_dir/run.log"
    # status, read and doctor hand on what the box itself says.
    LANGUAGE=${french_ending#.} start run "$demo_dir/run.log" "$program" run --config "$demo_dir/boxenergie.toml"
    say "Box:       boxenergie, log in $demo_dir/run.log"
}

# begin_anew: the past of another run does not fit the meters of this one. Only what a demo made is deleted.
begin_anew() {
    local mark=$demo_dir/house/made-by-the-demo
    if [[ -e $demo_dir/house && ! -e $mark ]]; then
        fail 1 "$demo_dir/house is not of a demo, so it stays." "Choose another folder with --demo-dir."
    fi
    rm -rf "$demo_dir/house"
    mkdir -p "$demo_dir/house"
    : > "$mark"
}

# start_meters: the house lives through its past, then its meters can be read.
start_meters() {
    local log=$demo_dir/simulate.log from=$SECONDS link
    : > "$log"
    rm -f "$demo_dir/linky" "$demo_dir/rs485"
    say "Past:      $past_days days of panels, battery, grid and euros; takes some seconds, minutes on a Raspberry Pi"
    start simulate "$log" "$program" simulate --points --days "$past_days" --raw-days "$reading_days" --step 60 \
        --tariff tempo --battery --heater --water --troubles --config "$demo_dir/boxenergie.toml" \
        --link "$demo_dir/linky" --modbus "$demo_dir/rs485"
    for link in linky rs485; do
        until [[ -c $demo_dir/$link || $stopping == yes ]]; do
            must_run simulate "$log"
            ((SECONDS < from + 900)) || fail 1 "the past was not written within 15 minutes." "The log is $log."
            pause 0.2
        done
    done
    [[ $stopping == yes ]] || say "Meters:    of Linky, panels, battery, water heater and water, after $((SECONDS - from)) s"
}

house_must_run() {
    must_run influxd "$demo_dir/house/influxdb.log"
    must_run simulate "$demo_dir/simulate.log"
    must_run run "$demo_dir/run.log"
}

await_first_reading() {
    local waited=0 log=$demo_dir/run.log
    until [[ $stopping == yes ]] || { latest && [[ -n $reading_time ]]; }; do
        house_must_run
        ((waited++ < 60)) || {
            printf '\n' >&2
            say "The last lines of $log:" >&2
            tail -n 15 "$log" | sed 's/^/    /' >&2
            fail 1 "no reading reached the database within a minute."
        }
        pause 1
    done
}

# show_page: the address of the page, once it is open, in a browser where there is a desktop.
show_page() {
    local address=http://127.0.0.1:$page_port/ waited=0
    [[ $stopping == no ]] || return 0
    step "It runs."
    until page_answers "$address" || ((waited++ >= 100)) || [[ $stopping == yes ]]; do
        must_run run "$demo_dir/run.log"
        pause 0.2
    done
    if page_answers "$address"; then
        say "Look at the house, in a browser of this machine:  $address"
        open_in_browser "$address"
    else
        say "The page of the house is not open (sudo apt install libmicrohttpd12); $demo_dir/run.log says why."
    fi
}

page_answers() { curl --silent --fail --max-time 5 --output /dev/null "${1}health"; }

# open_in_browser ADDRESS: where somebody sits before a desktop; a browser is nothing for root.
open_in_browser() {
    [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} && -z ${CI:-} && -t 1 ]] || return 0
    ((EUID != 0)) && have xdg-open || return 0
    setsid xdg-open "$1" > /dev/null 2>&1 < /dev/null 9>&- &
}
