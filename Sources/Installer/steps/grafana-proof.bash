# shellcheck shell=bash
# grafana-proof.bash: Grafana asked through its own interface, as a browser would.

# shellcheck disable=SC2154,SC2034  # what the parts share

grafana_answers() {
    [[ $(curl --silent --max-time 5 "http://127.0.0.1:$grafana_port/api/health") == *'"database"'*'"ok"'* ]]
}

# await_grafana: false when it does not come, and grafana_reason says so.
await_grafana() {
    grafana_answers || say "Waiting for Grafana; its first start takes a minute or two on a Raspberry Pi."
    wait_for 240 grafana_answers || {
        lacks "it does not answer on port $grafana_port (sudo journalctl -u grafana-server says more)"
        return 1
    }
}

# lacks WHY: Grafana does not do what it should.
lacks() {
    grafana_reason=$1
    say "$grafana_reason"
}

# ask_grafana PATH [JSON]: as its administrator.
ask_grafana() {
    curl --silent --show-error --fail-with-body --max-time 30 --config <(as_user admin "$admin_file") \
        ${2:+--header 'Content-Type: application/json' --data "$2"} "http://127.0.0.1:$grafana_port$1" 2>&1
}

# verify_grafana: the data source, the dashboards and a panel's query; grafana_reason says what fails.
verify_grafana() {
    local answer wanted
    answer=$(ask_grafana /api/datasources/uid/boxenergie-influxdb/health || true)
    [[ $answer == *'"OK"'* ]] || {
        if [[ $answer == *'nvalid username or password'* || $answer == *401* ]]; then
            say "Grafana has another password than $admin_file, so the dashboards could not be checked."
            say "If you changed it in Grafana, write it there, too."
            say "Or give Grafana that one: sudo $share/grafana/reset-password"
        else
            lacks "its data source does not work: $answer"
        fi
        return 0
    }
    wanted=$(find "$dashboards" -name '*.json' | wc -l)
    # It reads them after its first answer.
    wait_for 60 all_dashboards_are_there "$wanted" || {
        lacks "it does not show all of the $wanted dashboards (sudo journalctl -u grafana-server says why)"
        return 0
    }
    # shellcheck disable=SC2016  # Grafana's own variable
    answer=$(ask_grafana /api/ds/query '{"from": "now-1h", "to": "now", "queries": [{"refId": "A", "datasource":
        {"uid": "boxenergie-influxdb"}, "rawQuery": true, "resultFormat": "time_series",
        "query": "SELECT last(\"uptime_s\") FROM \"raw\".\"box\" WHERE $timeFilter"}]}' || true)
    [[ $answer == *'"frames"'* ]] || {
        lacks "a panel's query failed: $answer"
        return 0
    }
    say "Grafana works: the data source answers, and so do its $wanted dashboards."
}

all_dashboards_are_there() {
    (($(ask_grafana '/api/search?type=dash-db' | grep -o '"uid": *"boxenergie-' | wc -l) == $1))
}
