# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# stand-in.bash: Grafana's stand-in, as a household would install it by hand.

try_stand_in() {
    local answer
    new_machine
    start_machine
    inside apt-get -qq update > /dev/null
    inside apt-get -qq install -y --no-install-recommends influxdb > /dev/null 2>&1
    within 30 outside curl -fsS http://127.0.0.1:8086/ping
    foreign_query 'CREATE DATABASE boxenergie' > /dev/null
    add_grafana_repository
    check "apt takes the repository" apt_is_content
    check "and the package" quietly inside apt-get -qq install -y --no-install-recommends grafana
    check "the service is neither enabled nor started" test "$(inside systemctl is-enabled grafana-server)" = disabled
    inside sh -c 'mkdir -p /etc/systemd/system/grafana-server.service.d /usr/share/boxenergie /etc/boxenergie
        printf "[Service]\nEnvironment=GF_SECURITY_ADMIN_PASSWORD=first\n" \
            > /etc/systemd/system/grafana-server.service.d/x.conf
        install -Dm644 -t /usr/share/boxenergie/dashboards /media/now/grafana/dashboards/*.json
        cp /media/now/grafana/provisioning/datasources/* /etc/grafana/provisioning/datasources/
        cp /media/now/grafana/provisioning/dashboards/* /etc/grafana/provisioning/dashboards/
        echo none > /etc/boxenergie/grafana-influx.pass
        systemctl daemon-reload; systemctl start grafana-server'
    check "it does not answer at once" fails grafana_answers_there
    check "but soon" within 20 grafana_answers_there
    grafana_password=first
    check "the password is that of the first start" user_gets 200
    check "it brings the dashboards" within 15 has_dashboards "$(our_dashboards)"
    check "its data source asks InfluxDB" source_is '"OK"'
    inside systemctl stop influxdb
    check "and says when that is away" source_is '"ERROR"'
    inside systemctl start influxdb
    within 30 outside curl -fsS http://127.0.0.1:8086/ping
    inside sed -i s/first/second/ /etc/systemd/system/grafana-server.service.d/x.conf
    inside systemctl daemon-reload
    inside systemctl restart grafana-server
    within 20 grafana_answers_there
    grafana_password=second
    check "a later start takes no other password" user_gets 401
    inside sh -c 'printf second | grafana cli admin reset-admin-password --password-from-stdin' > /dev/null
    check "the command for it does" user_gets 200
    cp "$machine/usr/share/boxenergie/dashboards/"{boxenergie-pdl,copy}.json
    inside systemctl restart grafana-server
    within 20 grafana_answers_there
    sleep 4
    check "two dashboards with one uid: it brings none" has_dashboards 0
    rm "$machine/etc/boxenergie/grafana-influx.pass"
    inside systemctl restart grafana-server
    sleep 3
    check "without the file of the password it does not start" fails grafana_answers_there
    answer=$(inside journalctl --no-pager -u grafana-server -n 20)
    check "and says why" test "$(grep -c grafana-influx.pass <<< "$answer")" -gt 0
    grafana_password=''
}

quietly() { "$@" > "$scratch/log" 2>&1; }
user_gets() { [[ $(grafana /api/user -o /dev/null -w '%{http_code}') == "$1" ]]; }
