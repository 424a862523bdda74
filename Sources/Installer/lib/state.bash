# shellcheck shell=bash
# state.bash: what a run of install.sh was asked for, and what it found: all that its steps share.
#
# The front sets root, the folder of install.sh; myself, its path for people to type; asked, the options as they were
# given; and scratch, a folder of the run's own.

# shellcheck disable=SC2154,SC2034  # what the parts share

# Asked for: the options.
mode=install                                  # or central, demo, uninstall
yes=no                                        # ask nothing
dry_run=no
upgrade=no
purge=no
offline=''                                    # the folder with all packages
grafana=yes                                   # or no; wanted: even with little memory
anonymous=no
ftp=no
influx_from=debian                            # or influxdata
influx_admin=''                               # NAME:FILE of an InfluxDB that was here before
tic_hat=ask                                   # or yes, no
page=''                                       # home: the network may see it; box: this machine only; no; empty: ask
prices=''                                     # regulated or later; empty: ask
central_name=''                               # by which boxes reach the centre; empty: ask
central_port=443
certificate=''                                # of the operator, and its key; empty: a self-signed one
certificate_key=''
demo_dir=$PWD/demo
seconds=0                                     # until the demo stops by itself; 0: never

# Found by look_at_machine, before anything is changed.
suite=''                                      # bookworm or trixie
model=''                                      # the device tree's; empty on a PC
zone=Europe/Paris                             # where days begin
grafana_port=3000
influx_state=''                               # none, ours, open (was there, asks nobody) or closed (asks for a user)
deb=''                                        # boxenergie's package to install; empty: none at hand

# Said by the steps, for the end.
changes=0                                     # made, or named by a dry run
reboot_needed=no
grafana_reason=''                             # why Grafana lacks
readings_arrive=yes
page_at=''                                    # where the page of the house listens; empty: nowhere

first_page_port=8781                          # the page takes the first free port from here on

# What Grafana shows: the house of a box, or the fleet of a centre.
database=boxenergie
home_dashboard=boxenergie-maintenant

# Where a box has its things.
share=/usr/share/boxenergie
dashboards=$share/dashboards
settings=/etc/boxenergie
reader_file=$settings/grafana-influx.pass
admin_file=$settings/grafana-admin.password
central_file=$settings/central.toml           # a centre has it, a box has not
