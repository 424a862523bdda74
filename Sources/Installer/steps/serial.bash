# shellcheck shell=bash
# serial.bash: the step that frees the header's serial port: on a Raspberry Pi Bluetooth has the good one, and a console
# may sit on it.

# shellcheck disable=SC2154,SC2034  # what the parts share

# For tests: a machine that is said to be a Raspberry Pi.
boot_root=${BOXENERGIE_BOOT_FOLDER:-}         # what stands before /boot

install_serial() {
    local boot
    step "Serial ports"
    admit_user
    if [[ $model != *"Raspberry Pi"* ]]; then
        say "This is no Raspberry Pi: no port has to be freed."
        return 0
    fi
    boot=$(boot_folder)
    [[ -e $boot/config.txt && -e $boot/cmdline.txt ]] || {
        say "There is no config.txt in /boot/firmware or /boot: the serial port stays as it is."
        return 0
    }
    if ! grep -qF "$block_begins" "$boot/config.txt"; then
        tic_hat_is_there || return 0
        [[ -w $boot/config.txt ]] ||
            fail 1 "$boot can only be read, so the serial port cannot be given to the TIC adapter." \
            "Try: sudo mount -o remount,rw $boot; then run this again. If Linux made it so after errors of the card," \
            "dmesg says that, and a new card is needed."
        change "give the header's serial port to the TIC adapter ($boot/config.txt)" add_block "$boot/config.txt"
    fi
    take_console_off "$boot/cmdline.txt"
    if [[ $(cat "$journal_dir/boot-files-changed-in" 2> /dev/null) == "$(< /proc/sys/kernel/random/boot_id)" ]]; then
        reboot_needed=yes
        say "The machine must be started anew for that. First everything else."
    else
        say "The header's serial port belongs to the TIC adapter."
    fi
}

boot_folder() {
    if [[ -e $boot_root/boot/firmware/config.txt ]]; then say "$boot_root/boot/firmware"; else say "$boot_root/boot"; fi
}

# admit_user: who called sudo may use the ports.
admit_user() {
    local group
    [[ -n ${SUDO_USER:-} && $SUDO_USER != root ]] || return 0
    for group in dialout gpio; do
        if getent group "$group" > /dev/null && [[ " $(id -nG "$SUDO_USER") " != *" $group "* ]]; then
            change "let $SUDO_USER use it as a member of the group $group" join "$SUDO_USER" "$group"
        fi
    done
}

join() {
    remember member "$1 $2"
    usermod --append --groups "$2" "$1"
}

# tic_hat_is_there: as the options say, or whoever can be asked.
tic_hat_is_there() {
    local answer=no
    if [[ $tic_hat != ask ]]; then
        answer=$tic_hat
    elif [[ -t 0 && $yes == no ]]; then
        say "Is a TIC adapter plugged on the pins of the Raspberry Pi (a hat, not a USB dongle)?"
        say "Then it gets the serial port that Bluetooth has now, and Bluetooth is switched off."
        read -r -p "[y/N] " answer || answer=no
    else
        say "The serial port of the pins stays as it is. For a TIC hat: sudo $myself --tic-hat"
    fi
    [[ $answer == [yYoO]* ]]
}

# take_console_off CMDLINE
take_console_off() {
    local word
    # shellcheck disable=SC2013  # its words, not its lines
    for word in $(cat "$1"); do
        case $word in
            console=serial0,* | console=ttyAMA0,* | console=ttyS0,*)
                change "take the console off the serial port ($1: $word)" drop_word "$word" "$1" ;;
        esac
    done
}

block_begins='# boxenergie: the serial port of the header is for the TIC adapter'
block_ends='# boxenergie: end'

add_block() {
    local port=dtoverlay=disable-bt
    # A Raspberry Pi 5 has a port of its own for Bluetooth.
    [[ $model != *"Raspberry Pi 5"* ]] || port=dtparam=uart0=on
    remember block "$1"
    {
        # shellcheck disable=SC1003  # sed's way to end the last line
        sed '$a\' "$1"
        fill "$(file_text header-port.txt)" BEGINS="$block_begins" PORT="$port" ENDS="$block_ends"
    } > "$1.boxenergie-new"
    replace_boot_file "$1"
}

drop_word() {
    remember word "$1 $2"
    tr ' ' '\n' < "$2" | grep -vxF -- "$1" | paste -sd ' ' > "$2.boxenergie-new"
    replace_boot_file "$2"
}

# The boot partition knows no owners. What is changed there counts from the next start of the machine on.
replace_boot_file() {
    cat /proc/sys/kernel/random/boot_id > "$journal_dir/boot-files-changed-in"
    sync "$1.boxenergie-new"
    mv -f "$1.boxenergie-new" "$1"
    sync "$1"
}
