# shellcheck shell=bash
# ports.bash: TCP ports of this machine, and who has them.

port_is_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# next_free_port FROM: prints it.
next_free_port() {
    local port=$1
    until port_is_free "$port"; do port=$((port + 1)); done
    printf '%s\n' "$port"
}

# listens PID PORT: true when that process answers on the port, rather than somebody else's.
listens() {
    local socket
    socket=$(awk -v at="$(printf '0100007F:%04X' "$2")" '$2 == at && $4 == "0A" { print $10; exit }' /proc/net/tcp)
    [[ -n $socket && -n $(find "/proc/$1/fd" -lname "socket:\[$socket\]" 2> /dev/null || true) ]]
}

# user_of_port PORT: the name of its program in brackets, or nothing.
user_of_port() {
    local name
    name=$(ss -ltnp "sport = :$1" 2> /dev/null | sed -n 's/.*users:(("\([^"]*\)".*/\1/p' | head -n 1)
    [[ -z $name ]] || printf ' (%s)' "$name"
}
