# shellcheck shell=bash
# readings.bash: the demo's readings, as a table.

# shellcheck disable=SC2154,SC2034  # what the parts share

# latest: sets readings to va_in, va_out, wh_in, wh_out and volts, and reading_time; empty where there is none since
# the demo began.
latest() {
    local answer of_now="FROM \"raw\".\"linky\" WHERE time >= ${began}s ORDER BY time DESC LIMIT 1"
    readings=('' '' '' '' '')
    reading_time=''
    answer=$(query "$port" "SELECT va_in, va_out, wh_in, wh_out $of_now" | sed -n 2p)
    [[ -n $answer ]] || return 0
    IFS=, read -r _ _ reading_time 'readings[0]' 'readings[1]' 'readings[2]' 'readings[3]' <<< "$answer"
    reading_time=$(date -d "@${reading_time:0:10}" +%H:%M:%S)
    answer=$(query "$port" "SELECT v FROM \"raw\".\"phase\" WHERE phase = '1' ORDER BY time DESC LIMIT 1" | sed -n 2p)
    [[ -z $answer ]] || readings[4]=${answer##*,}
}

table_row() { printf '%-10s %14s %14s %16s %16s %10s\n' "$@"; }

show_head() { table_row time 'from the grid' 'to the grid' 'meter, taken' 'meter, given' voltage; }

# say_query: a command to try, in one line.
say_query() {
    say "curl -sG 'http://127.0.0.1:$port/query' --data-urlencode 'db=boxenergie' -H 'Accept: application/csv'" \
        "--data-urlencode 'q=SELECT mean(\"va_in\"), max(\"va_out\"), last(\"wh_in\") FROM \"raw\".\"linky\"" \
        "WHERE time > now() - 10m GROUP BY time(1m) fill(none)'"
}

# show_latest first|next
show_latest() {
    local cells=() units=(VA VA Wh Wh V) i
    for i in 0 1 2 3 4; do
        if [[ -n ${readings[i]} ]]; then cells+=("${readings[i]} ${units[i]}"); else cells+=(-); fi
    done
    # On a terminal the row is rewritten in place; in a file each refresh is a line.
    [[ ! -t 1 || $1 == first ]] || printf '\033[1A\033[2K'
    table_row "$reading_time" "${cells[@]}"
}
