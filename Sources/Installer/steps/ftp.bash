# shellcheck shell=bash
# ftp.bash: the step for devices that send files: an FTP server with one user, who sees one folder and can do nothing
# else here.

# shellcheck disable=SC2154,SC2034  # what the parts share

ftp_user=boxenergie-ftp
ftp_folder=/srv/ftp/in
ftp_password=$settings/ftp.password

install_ftp() {
    [[ $ftp == yes ]] || return 0
    step "The folder for files (FTP)"
    if [[ $dry_run == yes ]] && ! installed boxenergie; then
        change "install vsftpd for the user $ftp_user and the folder $ftp_folder"
        return 0
    fi
    # Debian's own service would let in every user of the machine.
    if ! installed vsftpd; then
        [[ -e /etc/systemd/system/vsftpd.service ]] || change "keep vsftpd's own service off" mask_vsftpd
        add_packages "vsftpd, an FTP server" --no-install-recommends vsftpd
    fi
    prepare_ftp_user
    run_ftp
    [[ $dry_run == no ]] && "$settings/ftp-room" || return 0
    # A backup that was restored brings another password.
    wait_for 15 ftp_takes_a_file ||
        { change "give the password in $ftp_password to $ftp_user" give_ftp_password && ftp_takes_a_file; } ||
        fail 1 "the FTP server does not take a file." "Its words: sudo journalctl -u boxenergie-ftp"
    say "A device sends to this machine's address as $ftp_user, into the folder in; sudo cat $ftp_password"
    say "Its files are read with folder = \"$ftp_folder\": boxenergie sources csv"
}

mask_vsftpd() {
    [[ -d /srv/ftp ]] || remember folder /srv/ftp               # its package makes these
    getent passwd ftp > /dev/null || remember account ftp
    remember created /etc/systemd/system/vsftpd.service
    ln -s /dev/null /etc/systemd/system/vsftpd.service
}

# prepare_ftp_user: with the folder and the password.
prepare_ftp_user() {
    getent passwd "$ftp_user" > /dev/null || change "make the user $ftp_user" add_ftp_user
    [[ -d $ftp_folder ]] || change "make the folder $ftp_folder" make_ftp_folder
    owned 2770 "$ftp_user:boxenergie" "$ftp_folder"
    [[ -e $ftp_password ]] || change "write a new password to $ftp_password" new_password "$ftp_password"
    if [[ $dry_run == no && $(passwd --status "$ftp_user" | cut -d ' ' -f 2) != P ]]; then
        change "give it to $ftp_user" give_ftp_password
    fi
}

add_ftp_user() {
    remember account "$ftp_user"
    useradd --system --gid boxenergie --home-dir /srv/ftp --no-create-home --shell /usr/sbin/nologin "$ftp_user"
}

make_ftp_folder() {
    make_folder "$(dirname "$ftp_folder")"
    remember data "$ftp_folder"
    mkdir "$ftp_folder"
}

give_ftp_password() { printf '%s:%s\n' "$ftp_user" "$(< "$ftp_password")" | chpasswd; }

# run_ftp: vsftpd as a service of our own.
run_ftp() {
    local file=$settings/ftp.conf unit=/etc/systemd/system/boxenergie-ftp.service pam=/etc/pam.d/boxenergie-ftp
    local room=/etc/systemd/system/boxenergie-ftp-room
    write_file "$pam" 644 root:root "$(file_text ftp.pam)"
    write_file "$settings/ftp.users" 644 root:root "$ftp_user"
    write_file "$file" 644 root:root "$(file_text ftp.conf)"
    write_file "$settings/ftp-room" 755 root:root "$(file_text ftp-room)"
    write_file "$unit" 644 root:root "$(file_text boxenergie-ftp.service)"
    write_file "$room.service" 644 root:root "$(file_text boxenergie-ftp-room.service)"
    write_file "$room.path" 644 root:root "$(file_text boxenergie-ftp-room.path)"
    keep_running boxenergie-ftp-room.path "$room.path"
    # Stopped for want of room, it is started when there is some.
    if [[ $dry_run == no ]] && ! "$settings/ftp-room"; then
        say "The folder is full, or the disk nearly is: files are taken again once there is room."
        return 0
    fi
    keep_running boxenergie-ftp "$file" "$unit" "$pam"
}

ftp_takes_a_file() {
    local ask=(curl --silent --fail --max-time 10 --config) address=ftp://127.0.0.1/in
    "${ask[@]}" <(as_user "$ftp_user" "$ftp_password") --upload-file /etc/hostname "$address/.try" &&
        "${ask[@]}" <(as_user "$ftp_user" "$ftp_password") --quote 'DELE in/.try' --list-only "$address/"
}
