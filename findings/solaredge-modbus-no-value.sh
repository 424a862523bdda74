#!/usr/bin/env bash
# solaredge-modbus 0.8.0 (PyPI) gives numbers for the registers of which the inverter says that they have no value.
#
# One would guess: the library knows the marks for "not implemented" (it has a table of them and answers False where it
# finds one), so such a register is told apart from a measured one.
#
# What it does: for numbers with a sign the table has 8000 hex as 32768, while the register was read as -32768. They
# never match, and -32768 is given as a reading. For numbers without a sign they match, and the False is made an
# integer: 0, as if zero volts had been measured. So one kind of missing value is absurd and the other one is plausible.
#
# What the standard says: the SunSpec information model, in its table of types, fixes for each type a value that means
# "not implemented": 8000 hex for int16, FFFF for uint16, 80000000 for int32. So a device marks what it does not
# measure, such as the phases that it lacks.
#
# What it means: with a scale of -1 the panels have a power of -3276.8 W, all night in a mean or a sum of the day; and
# the second phase of a single-phase inverter looks like a mains failure. Drop -32768 and -2147483648 before scaling,
# and take a zero of voltage or frequency for a missing value.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages solaredge-modbus==0.8.0 pymodbus==3.6.9

see python <<'EOF'
import socketserver
import struct
import threading

from solaredge_modbus import Inverter

# Model 101, a single-phase inverter at dusk, by its registers from 40069 on: id, length, then the points.
POINTS = [
    101, 50,
    0, 0, 0xFFFF, 0xFFFF, -2,                           # A, AphA, AphB, AphC, A_SF
    0xFFFF, 0xFFFF, 0xFFFF, 2315, 0xFFFF, 0xFFFF, -1,   # PPVphAB, BC, CA, PhVphA, B, C, V_SF
    0, -1, 5001, -2, 0, -1, 0, -1, -0x8000, -2,         # W, Hz, VA, VAr, PF and their SF
    12345678 >> 16, 12345678 & 0xFFFF, 0,               # WH, WH_SF
    0xFFFF, -2, 0xFFFF, -1, -0x8000, -1,                # DCA, DCV, DCW and their SF
    -0x8000, -0x8000, -0x8000, -0x8000, -2, 2, 0,       # TmpCab, TmpSnk, TmpTrns, TmpOt, Tmp_SF, St, StVnd
]
registers = {40069 + i: point & 0xFFFF for i, point in enumerate(POINTS)}


class Answer(socketserver.StreamRequestHandler):
    """Modbus TCP, function 3."""

    def handle(self):
        while request := self.rfile.read(12):
            number, _, _, unit, function, first, count = struct.unpack(">HHHBBHH", request)
            data = b"".join(struct.pack(">H", registers.get(first + i, 0xFFFF)) for i in range(count))
            self.wfile.write(struct.pack(">HHHBBB", number, 0, 3 + len(data), unit, function, len(data)) + data)


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inverter = Inverter(host="127.0.0.1", port=server.server_address[1], unit=1)
    read = inverter.read_all()
    inverter.disconnect()
    server.shutdown()

for name, scale in [
    ("energy_total", "energy_total_scale"), ("l1n_voltage", "voltage_scale"), ("power_ac", "power_ac_scale"),
    ("l2n_voltage", "voltage_scale"), ("voltage_dc", "voltage_dc_scale"),
    ("power_dc", "power_dc_scale"), ("temperature", "temperature_scale"), ("power_factor", "power_factor_scale"),
]:
    address = inverter.registers[name][0]
    print(f"{name:12}  register {registers[address]:04X} hex, given {round(read[name] * 10 ** read[scale], 2)}")
EOF

as_described <<'EOF'
energy_total  register 00BC hex, given 12345678
l1n_voltage   register 090B hex, given 231.5
power_ac      register 0000 hex, given 0.0
l2n_voltage   register FFFF hex, given 0.0
voltage_dc    register FFFF hex, given 0.0
power_dc      register 8000 hex, given -3276.8
temperature   register 8000 hex, given -327.68
power_factor  register 8000 hex, given -327.68
EOF
