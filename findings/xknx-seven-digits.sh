#!/usr/bin/env bash
# xknx 4.0.0 (PyPI) rounds each 4-byte float of the KNX bus to seven digits, so a counter of eight digits goes by steps.
#
# One would guess: what arrives as a float of 32 bits is given as that number. Up to 16777216 such a float holds every
# whole number exactly, so that a total of eight digits can be sent with it and nothing is lost.
#
# What it does: from_knx rounds to seven significant digits, for all types 14.x. What the bus carried exactly is off by
# up to five from 10 000 000 on; of a total with decimals the last one is lost earlier.
#
# What the standard says: KNX 03.07.02, datapoint types, on the 4-octet float value, has the format of IEEE 754 with
# single precision, for all values of the range. It knows no rounding to decimal digits.
#
# What it means: a total that grows by one arrives as the same number for a while and then leaps by ten. The power that
# is taken from the difference of two readings is zero, zero, zero and then ten times too much, and each reading differs
# from the meter's display. Send totals as 13.x or 29.x, which are whole numbers and arrive as they are.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages xknx==4.0.0 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12 ifaddr==0.2.0 typing-extensions==4.16.0

see python <<'EOF'
import struct

from xknx.dpt import DPTArray, DPTBase

energy, active_energy = DPTBase.parse_transcoder("14.031"), DPTBase.parse_transcoder("13.010")
for total in (1234567, 12345674, 12345675, 12345676, 12345677, 16777215):
    octets = struct.pack(">f", total)
    (exact,) = struct.unpack(">f", octets)
    given = energy.from_knx(DPTArray(octets))
    whole = active_energy.from_knx(DPTArray(struct.pack(">i", total)))
    print(f"{total:8}  as a float {exact:10}  14.031 gives {given:10}  13.010 gives {whole:8}")
EOF

as_described <<'EOF'
 1234567  as a float  1234567.0  14.031 gives  1234567.0  13.010 gives  1234567
12345674  as a float 12345674.0  14.031 gives 12345670.0  13.010 gives 12345674
12345675  as a float 12345675.0  14.031 gives 12345680.0  13.010 gives 12345675
12345676  as a float 12345676.0  14.031 gives 12345680.0  13.010 gives 12345676
12345677  as a float 12345677.0  14.031 gives 12345680.0  13.010 gives 12345677
16777215  as a float 16777215.0  14.031 gives 16777220.0  13.010 gives 16777215
EOF
