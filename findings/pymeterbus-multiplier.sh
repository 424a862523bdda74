#!/usr/bin/env bash
# pymeterbus 0.8.5 (PyPI) gives an M-Bus value without the factor that the meter sends with it.
#
# One would guess: `value` and `unit` of a record together are what the meter counts. The library multiplies with the
# power of ten of the unit's own code (VIF), so with that of the code behind it as well.
#
# What it does: it takes the first code behind the VIF for a remark and leaves the number as it is. The remark says
# UNKNOWN_ENHANCEMENT; behind the extension tables FB and FD, where voltage and current are, there is not even that.
#
# What the standard says: EN 13757-3, in the table of the codes that combine with a VIF, has 0111 0nnn hex 70 to 77 as
# the factor 10 to the power of nnn - 6, and 7D as the factor 1000. They belong to the value as much as the VIF does.
#
# What it means: a large heat or electricity meter that tells its total in MWh as `kWh times 1000` is a thousand times
# too small, and a small flow sensor a thousand times too large; neither looks impossible. Whoever uses the library
# reads the codes in `record.vib.parts` and multiplies.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages pymeterbus==0.8.5 simplejson==4.3.0 pyaml==26.7.0 PyYAML==6.0.4 pycryptodome==4.4.0 pyserial==3.5

see python <<'EOF'
import meterbus

RECORDS = [
    ("12345 kWh", "04 06 39 30 00 00"),
    ("12345 kWh x 1000", "04 86 7D 39 30 00 00"),
    ("12345 l", "04 13 39 30 00 00"),
    ("12345 l x 0.001", "04 93 73 39 30 00 00"),
    ("231.5 V", "02 FD 48 0B 09"),
    ("231.5 V x 0.001", "02 FD C8 73 0B 09"),
]
# RSP_UD of meter 12345678 at address 5, variable data, nothing wrong.
HEAD = bytes.fromhex("08 05 72 78 56 34 12 42 04 20 02 2A 00 00 00")

for meant, record in RECORDS:
    body = HEAD + bytes.fromhex(record)
    frame = bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])
    (found,) = meterbus.load(frame).records
    remark = found.interpreted.get("unit_enh", "-")
    print(f"{meant:16}  {record:20}  {round(float(found.value), 6):>10} {found.unit:3}  {remark}")
EOF

as_described <<'EOF'
12345 kWh         04 06 39 30 00 00     12345000.0 Wh   -
12345 kWh x 1000  04 86 7D 39 30 00 00  12345000.0 Wh   VIFUnitEnhExt.UNKNOWN_ENHANCEMENT
12345 l           04 13 39 30 00 00         12.345 m^3  -
12345 l x 0.001   04 93 73 39 30 00 00      12.345 m^3  VIFUnitEnhExt.UNKNOWN_ENHANCEMENT
231.5 V           02 FD 48 0B 09             231.5 V    -
231.5 V x 0.001   02 FD C8 73 0B 09          231.5 V    -
EOF
