# shellcheck shell=bash
# uninstall.bash: the way back: what the journal says, undone.

# shellcheck disable=SC2154,SC2034  # what the parts share

uninstall() {
    local kind what packages=()
    open_journal
    [[ -s $journal ]] || fail 1 "nothing is known of an installation by this script." \
        "A package that you installed yourself goes with: sudo apt-get remove boxenergie"
    mapfile -t packages < <(sed -n 's/^package\t//p' "$journal")
    say_what_goes "${packages[*]:-none}"
    if [[ $dry_run == no && $yes == no ]]; then
        [[ -t 0 ]] || fail 64 "there is nobody to ask." "With --yes nothing is asked."
        ask_to_go_on '[y/N]'
    fi
    step "Removing"
    if [[ $dry_run == yes ]]; then
        while IFS=$'\t' read -r kind what; do say "would undo: $kind $what"; done < <(tac "$journal")
        return 0
    fi
    if [[ $purge == yes ]]; then drop_database; else keep_this_script; fi
    while read -r what; do
        systemctl --quiet disable --now "$what" 2> /dev/null || true
    done < <(sed -n 's#^created\t/etc/systemd/system/\([^/]*\.\(service\|path\)\)$#\1#p' "$journal")
    remove_packages ${packages[@]+"${packages[@]}"}
    undo_all
    systemctl daemon-reload
    systemctl try-restart grafana-server 2> /dev/null || true   # one that was there before forgets our dashboards
    if [[ $purge == yes ]]; then
        rm -rf "$settings" /var/backups/boxenergie /var/lib/boxenergie "$journal_dir"
        say "Nothing of it is left."
    else
        rm -rf "$journal_dir/originals"
        say "Your readings and settings are still here. To delete them:" \
            "sudo $journal_dir/install.sh --uninstall --purge"
    fi
}

# say_what_goes PACKAGES
say_what_goes() {
    local files
    step "What goes"
    say "Packages: $1"
    files=$(grep -c -P '^(created|changed|block|word)\t' "$journal" || true)
    say "Files:    $files, which are removed or become what they were"
    if [[ $purge == yes ]]; then
        say "And with --purge ALL READINGS, settings, passwords, and the backups in /var/backups/boxenergie."
    else
        say "Readings, settings and passwords stay; --purge would delete them, too."
    fi
}

# keep_this_script: for a later --purge, when the release or the checkout may be gone.
keep_this_script() {
    whole_script > "$journal_dir/install.sh.new"
    chmod 755 "$journal_dir/install.sh.new"
    mv -f "$journal_dir/install.sh.new" "$journal_dir/install.sh"
}

# remove_packages PACKAGE...: of the journal, but for what something else needs by now. A package that somebody
# installed again after it was removed here is his.
remove_packages() {
    local package there=() going=() left=()
    for package; do ! installed "$package" || there+=("$package"); done
    choose_going "$(printf '%s\n' "$@")" ${there[@]+"${there[@]}"}
    if ((${#going[@]} > 0)); then
        say "- remove ${going[*]}"
        # InfluxData's package leaves its service switched on.
        if journaled created /etc/apt/sources.list.d/boxenergie-influxdata.list; then
            systemctl --quiet disable --now influxdb 2> /dev/null || true
        fi
        apt_get_away remove "${going[@]}"
    fi
    for package; do
        case $package in
            boxenergie | influxdb | grafana)
                if left_something "$package" || [[ -d /var/lib/$package ]]; then remember residue "$package"; fi ;;
            *)
                ! left_something "$package" || left+=("$package") ;;
        esac
    done
    ((${#left[@]} == 0)) || apt_get_away purge "${left[@]}"
    for package; do
        # Debian's package leaves its empty room.
        if [[ $package == haproxy ]] && ! installed haproxy; then rm -rf /var/lib/haproxy; fi
        forget package "$package"
    done
    [[ $purge == no ]] || purge_residues
}

# choose_going OURS PACKAGE...: adds those to going that nothing but the lines of OURS needs. apt takes a second or more
# for an answer: it is asked about all of them, and about each half only where it would take something else with them.
choose_going() {
    local ours=$1 others
    shift
    (($# > 0)) || return 0
    others=$(others_with "$ours" "$@")
    if [[ -z $others ]]; then
        going+=("$@")
    elif (($# == 1)); then
        say "- $1 stays: ${others//$'\n'/, } needs it"
    else
        choose_going "$ours" "${@:1:$# / 2}"
        choose_going "$ours" "${@:$# / 2 + 1}"
    fi
}

# others_with OURS PACKAGE...: what apt would take away with them, but for the lines of OURS.
others_with() {
    local ours=$1
    shift
    apt_get --simulate remove "$@" 2> /dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' | grep -vxF -- "$ours" || true
}

# purge_residues: data and settings of packages that are gone.
purge_residues() {
    local package going=()
    mapfile -t going < <(sed -n 's/^residue\t//p' "$journal")
    for package in ${going[@]+"${going[@]}"}; do
        if ! installed "$package"; then
            ! left_something "$package" || apt_get_away purge "$package"
            # Grafana's package and InfluxData's leave these even then.
            case $package in
                grafana) rm -rf /etc/grafana /var/lib/grafana /var/log/grafana ;;
                influxdb) rm -rf /etc/influxdb /etc/default/influxdb /var/lib/influxdb /var/log/influxdb ;;
            esac
        fi
        forget residue "$package"
    done
}

left_something() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null || true) == config-files ]]; }

apt_get_away() {
    apt_get --yes "$@" > "$scratch/apt.log" 2>&1 < /dev/null || {
        tail -n 20 "$scratch/apt.log" >&2
        fail 1 "apt could not $1 the packages; the lines above say why." "Run this again when that is mended."
    }
}

# drop_database: ours on a server that stays.
drop_database() {
    local name statement
    name=$(sed -n 's/^database\t//p' "$journal")
    [[ -n $name ]] || return 0
    for statement in "DROP DATABASE \"$name\"" 'DROP USER "writer"' 'DROP USER "reader"'; do
        say "- $statement"
        curl --silent --fail --max-time 120 --output /dev/null http://127.0.0.1:8086/query \
            --config <([[ -z $influx_admin ]] || as_user "${influx_admin%%:*}" "${influx_admin#*:}") \
            --data-urlencode "q=$statement" ||
            fail 69 "InfluxDB did not take that." \
            "It must run; and when it asks for a user, add: --influx-admin NAME:FILE"
    done
}

# undo_all: the last change first; readings, settings and accounts with --purge only.
undo_all() {
    local kind what
    while IFS=$'\t' read -r kind what; do
        case $kind in
            package | residue) continue ;;
            secret | data | account | group | database | configuration) [[ $purge == yes ]] || continue ;;
        esac
        undo "$kind" "$what"
        forget "$kind" "$what"
    done < <(tac "$journal")
}

# undo KIND WHAT: a line of the journal.
undo() {
    local path=${2#* }
    case $1 in
        created)
            rm -f "$2" "$2.boxenergie-new" ;;
        changed)
            say "- bring back $path"
            mkdir -p "$(dirname "$path")"
            cp -a "$journal_dir/originals/${2%% *}" "$path.boxenergie-new"
            mv -f "$path.boxenergie-new" "$path" ;;
        folder)
            if [[ -d $2 ]]; then rmdir --ignore-fail-on-non-empty "$2"; fi ;;
        secret)
            rm -f "$2" "$2.boxenergie-new" ;;
        data)
            rm -rf "$2" ;;
        block | word)
            path=${2##* }
            if [[ -e $path ]]; then undo_boot_file "$@"; else say "- $path is gone: nothing to undo there"; fi ;;
        member)
            gpasswd --delete "${2%% *}" "$path" > /dev/null || true ;;
        account)
            ! getent passwd "$2" > /dev/null || userdel "$2" 2> /dev/null || true ;;
        group)
            ! getent group "$2" > /dev/null || groupdel "$2" 2> /dev/null || true ;;
    esac
}

# undo_boot_file block|word WHAT
undo_boot_file() {
    local path=${2##* } word=${2%% *}
    if [[ $1 == block ]]; then
        say "- take our lines out of $path"
        sed "/^$block_begins\$/,/^$block_ends\$/d" "$path" > "$path.boxenergie-new"
        replace_boot_file "$path"
    elif [[ " $(< "$path") " != *" $word "* ]]; then
        say "- put $word back into $path"
        printf '%s %s\n' "$word" "$(< "$path")" > "$path.boxenergie-new"
        replace_boot_file "$path"
    fi
}
