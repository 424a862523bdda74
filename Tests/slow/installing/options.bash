# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034  # the script's that sources this
# options.bash: a TIC hat on what is said to be a Raspberry Pi, little memory, prices, and the folder for files.

try_tic_hat() {
    local boot
    new_machine
    boot=$machine/srv/pi/boot/firmware
    mkdir -p "$boot"
    printf 'Raspberry Pi 4 Model B Rev 1.2\0' > "$machine/srv/pi/model"
    printf '# as delivered\ndtparam=audio=on\n[cm4]\notg_mode=1\n' > "$boot/config.txt"
    printf 'console=serial0,115200 console=tty1 root=PARTUUID=1 rootwait quiet\n' > "$boot/cmdline.txt"
    start_machine
    remember_tree before
    inside mount --bind --options ro /srv/pi/boot/firmware /srv/pi/boot/firmware
    pi=yes installer now --yes --no-grafana --tic-hat
    check "a boot folder that can only be read: is refused" exits 1
    check "says how to mend that" says 'remount,rw'
    inside umount /srv/pi/boot/firmware
    pi=yes installer now --yes --no-grafana --tic-hat
    check "wants a restart" exits 3
    check "says how" says 'sudo reboot'
    check "Bluetooth gives the port back" grep -qx 'dtoverlay=disable-bt' "$boot/config.txt"
    check "for every model" test "$(grep -n '^\[all\]' "$boot/config.txt" | cut -d : -f 1)" -gt 4
    check "no console is on it" test "$(cat "$boot/cmdline.txt")" = 'console=tty1 root=PARTUUID=1 rootwait quiet'
    check "no meter is looked for yet" grep -qv '^\[source' "$machine/etc/boxenergie/boxenergie.toml"
    pi=yes installer now --yes --no-grafana --tic-hat
    check "run again, it still wants that" exits 3
    check "and changes nothing" says 'nothing was changed'
    free_port
    check "restarts" reboots
    check "goes on by itself: points come" within 90 more_points_than 0
    check "and that was all" within 60 has_ended boxenergie-install.service
    pi=yes installer now --uninstall --purge --yes
    check "goes away" exits 0
    check "the boot files, and all else, are as before" same before "$accounts_of_before"
    discard
    new_machine
    mkdir -p "$machine/srv/pi/boot"
    printf 'Raspberry Pi 5 Model B Rev 1.0\0' > "$machine/srv/pi/model"
    printf 'dtparam=audio=on' > "$machine/srv/pi/boot/config.txt"    # without an end, as some editors write
    printf 'console=ttyAMA0,115200 root=PARTUUID=1\n' > "$machine/srv/pi/boot/cmdline.txt"
    start_machine
    pi=yes installer now --yes --no-grafana --tic-hat
    check "a Raspberry Pi 5 has another setting, an older system another folder" \
        grep -qx 'dtparam=uart0=on' "$machine/srv/pi/boot/config.txt"
    check "the last line stays a line" grep -qx 'dtparam=audio=on' "$machine/srv/pi/boot/config.txt"
    check "and its console goes, too" test "$(cat "$machine/srv/pi/boot/cmdline.txt")" = 'root=PARTUUID=1'
    pi=yes installer now --uninstall --purge --yes
    check "our lines go again" test "$(cat "$machine/srv/pi/boot/config.txt")" = 'dtparam=audio=on'
}

has_ended() { [[ ! -e $machine/etc/systemd/system/$1 && $(inside systemctl is-active "$1") == inactive ]]; }

try_ftp() {
    local password there=ftp://127.0.0.1
    new_machine
    start_machine
    remember_tree before
    installer now --yes --no-grafana --ftp
    check "installs" exits 0
    password=$(inside cat /etc/boxenergie/ftp.password)
    check "says where to send to, and not the password" says boxenergie-ftp
    check "the password is not said" no_password_in "$scratch/log"
    check "Debian's own service stays off" test "$(inside systemctl is-active vsftpd)" != active
    printf 'Date;Heure;kWh\n27/11/2026;00:10;1,5\n27/11/2026;00:20;2,5\n' > "$scratch/values.csv"
    check "takes a file" sends "boxenergie-ftp:$password" "$there/in/values.csv"
    check "takes none from root" fails sends "root:$password" "$there/in/other.csv"
    check "takes none from nobody" fails outside curl -sS -m 10 -T "$scratch/values.csv" "$there/in/other.csv"
    # A device that sends without end leaves the database its room.
    head -c 200M /dev/zero > "$machine/srv/ftp/in/.much"
    check "takes no more than the folder may hold" within 60 fails sends "boxenergie-ftp:$password" "$there/in/other.csv"
    rm "$machine/srv/ftp/in/.much"
    check "and goes on once there is room" within 60 sends "boxenergie-ftp:$password" "$there/in/other.csv"
    rm "$machine/srv/ftp/in/other.csv"
    check "writes nowhere else" fails sends "boxenergie-ftp:$password" "$there/other.csv"
    check "shows nothing else" test "$(outside curl -sS -m 10 -l -u "boxenergie-ftp:$password" "$there//")" = in
    cat >> "$machine/etc/boxenergie/boxenergie.toml" <<'TOML'

[source.fichiers]
type = "csv"
folder = "/srv/ftp/in"
measurement = "day.fichiers"
time_columns = ["Date", "Heure"]
time_format = "%d/%m/%Y %H:%M"
decimal = "comma"
after = "remove"
quiet = "1s"

[source.fichiers.fields]
kwh = { path = "kWh", type = "float" }
TOML
    inside systemctl reload boxenergie
    check "its lines reach the database" within 60 has_file_points 2
    check "and the file goes once it is read" within 120 test ! -e "$machine/srv/ftp/in/values.csv"
    installer now --yes --no-grafana --ftp
    check "run again, it changes nothing" says 'nothing was changed'
    echo ofbefore > "$machine/etc/boxenergie/ftp.password"
    installer now --yes --no-grafana --ftp
    check "a password that a backup brought back is given to the server" sends boxenergie-ftp:ofbefore \
        "$there/in/values.csv"
    installer now --uninstall --purge --yes
    check "all is as before" same before "$accounts_of_before"
}

sends() { outside curl -sS -m 10 -u "$1" -T "$scratch/values.csv" "$2"; }
has_file_points() { [[ $(ask 'SELECT count("kwh") FROM "day"."fichiers"' | sed -n 's/^fichiers,.*,//p') == "$1" ]]; }

try_small() {
    local file password answer store
    new_machine
    start_machine
    has_memory 430000
    installer now --yes
    check "installs" exits 0
    check "without Grafana, and says why" says 'it needs 700 MB of memory'
    check "all else runs" works without-grafana
    check "the page shows the house" page_is_seen 10.0.2.100
    # As README tells somebody who has a Grafana on a PC.
    file=$(sed -n 's/.*sudo cat //p' "$root/README.md" | head -n 1)
    inside apt-get -qq install -y --no-install-recommends openssh-server > /dev/null 2>&1
    inside useradd --create-home pi
    ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
    mkdir -p "$machine/home/pi/.ssh"
    cp "$scratch/key.pub" "$machine/home/pi/.ssh/authorized_keys"
    inside chown -R pi: /home/pi/.ssh
    password=$(inside cat "$file")
    # A user of this machine's own network is the PC.
    outside ssh -q -N -i "$scratch/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile="$scratch/hosts" \
        -L 28086:127.0.0.1:8086 pi@10.0.2.100 &
    tunnel=$!
    within 20 outside curl -sS -o /dev/null http://127.0.0.1:28086/ping
    answer=$(outside curl -sS -u "reader:$password" -G http://127.0.0.1:28086/query --data-urlencode db=boxenergie \
        --data-urlencode 'q=SELECT count("va_in") FROM "raw"."linky"')
    check "a Grafana elsewhere reads through ssh" test "${answer#*linky}" != "$answer"
    store=$(sed -n 's|^sudo \(install .*\) /etc/boxenergie/.*|\1|p' "$root/README.md")
    inside groupadd --system grafana
    inside sh -c "printf '%s\n' '$password' | $store /srv/pc/grafana-influx.pass"
    check "which is given the password as README says" test "$(< "$machine/srv/pc/grafana-influx.pass")" = "$password" -a \
        "$(stat -c %a "$machine/srv/pc/grafana-influx.pass")" = 640
    kill "$tunnel"
    installer now --uninstall --yes --purge
    check "goes away" exits 0
}

try_contract() {
    local file=$machine/etc/boxenergie/boxenergie.toml
    new_machine
    start_machine
    installer now --yes --no-grafana --prices=regulated --page=box
    check "installs" exits 0
    check "says what the meter tells" says 'The meter tells: the option hphc, 9 kVA.'
    check "writes its prices" grep -q 'HC = 0.1589, HP = 0.2142' "$file"
    check "and its subscription" grep -q '^subscription = 19.88' "$file"
    check "the page is for the machine only" grep -q '^listen = "127.0.0.1:8781"' "$file"
    check "and it says so" says 'Look at it:     http://127.0.0.1:8781/ on this machine'
    check "its name is not announced" test ! -e "$machine/etc/systemd/system/boxenergie-name.service"
    check "euros come" within 60 has_euros
    installer now --yes --no-grafana
    check "run again, it changes nothing" says 'nothing was changed'
}

has_euros() { [[ $(outside curl -sS --max-time 10 http://127.0.0.1:8781/api/now) == *'"eur'* ]]; }
