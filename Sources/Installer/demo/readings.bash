# shellcheck shell=bash
# readings.bash: the demo's readings, as a table.

# shellcheck disable=SC2154,SC2034  # what the parts share

# latest: sets reading_time, and readings to the W of panels, house and grid, the W and % of the battery, and the Linky's
# register in Wh; empty where there is none since the demo began.
latest() {
    local answer drawn='' given=''
    readings=('' '' '' '' '' '')
    reading_time=''
    answer=$(newest production_w,consumption_w,import_w,export_w flow)
    [[ -n $answer ]] || return 0
    IFS=, read -r _ _ reading_time 'readings[0]' 'readings[1]' drawn given <<< "$answer"
    reading_time=$(date -d "@${reading_time:0:10}" +%H:%M:%S)
    [[ -z $drawn$given ]] || readings[2]=$(awk -v drawn="$drawn" -v given="$given" 'BEGIN { print drawn - given }')
    IFS=, read -r _ _ _ 'readings[3]' 'readings[4]' <<< "$(newest w,soc_pct battery)"
    IFS=, read -r _ _ _ 'readings[5]' <<< "$(newest wh_in linky)"
}

# newest FIELDS MEASUREMENT: the newest readings since the demo began, as a line of CSV; empty when there is none.
newest() { query "$port" "SELECT $1 FROM \"raw\".\"$2\" WHERE time >= ${began}s ORDER BY time DESC LIMIT 1" | sed -n 2p; }

# The rows fit into 80 columns, as a row that is broken cannot be written over; the heading has the same columns.
table_row() { printf '%-8s %10s %10s %10s %10s %8s %15s\n' "$@"; }

show_head() {
    say "time         panels      house       grid    battery   charge    Linky, drawn"
}

# say_query: a command to try, in one line.
say_query() {
    say "curl -sG 'http://127.0.0.1:$port/query' --data-urlencode 'db=boxenergie' -H 'Accept: application/csv'" \
        "--data-urlencode 'q=SELECT mean(\"va_in\"), max(\"va_out\"), last(\"wh_in\") FROM \"raw\".\"linky\"" \
        "WHERE time > now() - 10m GROUP BY time(1m) fill(none)'"
}

# show_latest first|next
show_latest() {
    local cells=() units=(W W W W % Wh) i
    for i in 0 1 2 3 4 5; do
        if [[ -n ${readings[i]} ]]; then cells+=("$(LC_ALL=C printf '%.0f' "${readings[i]}") ${units[i]}"); else cells+=(-); fi
    done
    # On a terminal the row is rewritten in place; in a file each refresh is a line.
    [[ ! -t 1 || $1 == first ]] || printf '\033[1A\033[2K'
    table_row "$reading_time" "${cells[@]}"
}
