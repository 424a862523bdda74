# shellcheck shell=bash
# What the findings have in common: the head as help, a temporary folder, pinned packages, the comparison.
#
# Exit codes: 0 as described, 1 otherwise than described, 64 wrong arguments, 69 the package could not be had.

case ${1:-} in
    '') ;;
    --help | -h)
        sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
        exit 0
        ;;
    *)
        echo "usage: ${0##*/} [--help]" >&2
        exit 64
        ;;
esac

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# not_to_be_had NAME LOG: says why, and ends.
not_to_be_had() {
    echo "$1 could not be had:" >&2
    tail -n 5 "$2" >&2
    exit 69
}

# python_packages NAME==VERSION...: these and no others, in an environment of their own; the first is the one looked at.
python_packages() {
    {
        python3 -m venv "$temp/venv" &&
            "$temp/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps "$@"
    } > "$temp/log" 2>&1 || not_to_be_had "$1" "$temp/log"
    echo "${1/==/ }"
}

# debian_package NAME VERSION: unpacked into the temporary folder.
debian_package() {
    {
        (cd "$temp" && apt-get download "$1=$2") && dpkg-deb -x "$temp/$1"_*.deb "$temp/debian"
    } > "$temp/log" 2>&1 || not_to_be_had "$1 $2" "$temp/log"
    echo "$1 $2"
}

# see COMMAND...: keeps what it prints; a failure shows in the comparison.
see() { "$@" > "$temp/seen" || echo "ended with exit code $?" >> "$temp/seen"; }

# python: runs the program on its standard input with the packages.
python() { "$temp/venv/bin/python" -W ignore -; }

# as_described: compares what was seen with the text on its standard input.
as_described() {
    cat > "$temp/described"
    cat "$temp/seen"
    if cmp -s "$temp/described" "$temp/seen"; then
        echo "as described"
    else
        diff --label described --label seen -u "$temp/described" "$temp/seen" || true
        echo "this finding no longer holds"
        exit 1
    fi
}
