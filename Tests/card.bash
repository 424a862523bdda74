# shellcheck shell=bash
# card.bash: a card of one's own: a file with an ext4 file system, whose device counts what is written to it.
#
# scratch is the script's own folder, card the one to mount it at; needs root and a loop device.

# shellcheck disable=SC2154  # set by the script

device=

# insert_card: an empty file system, mounted at $card.
insert_card() {
    truncate --size 1500M "$scratch/image"
    mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$scratch/image"
    device=$(losetup --find --show "$scratch/image")
    mount "$device" "$card"
    sync
}

remove_card() {
    [[ -n $device ]] || return 0
    umount "$card"
    losetup --detach "$device"
    device=
    rm -f "$scratch/image"
}

# written: the bytes that the device was given so far, all that waits included.
written() {
    sync --file-system "$card"
    awk '{ printf "%.0f\n", $7 * 512 }' "/sys/block/${device#/dev/}/stat"
}
