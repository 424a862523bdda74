# shellcheck shell=bash
# project.bash: where the project and its releases are. README's first lines and the package name the same.

# shellcheck disable=SC2034  # what the parts share
project_address=https://boxenergie.example    # may need an update one day: it is not published yet
