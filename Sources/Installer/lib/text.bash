# shellcheck shell=bash
# text.bash: values put into the texts of files.

# toml TEXT: as it stands between the quotes of a TOML string.
toml() {
    local text=${1//\\/\\\\}
    printf '%s' "${text//\"/\\\"}"
}

# fill TEXT [NAME=VALUE]...: prints it with VALUE in the place of each @NAME@.
fill() {
    local text=$1 pair
    shift
    for pair; do text=${text//"@${pair%%=*}@"/"${pair#*=}"}; done
    printf '%s\n' "$text"
}
