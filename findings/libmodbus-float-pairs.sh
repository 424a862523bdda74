#!/usr/bin/env bash
# libmodbus 3.1.6 (Debian 12, libmodbus5 3.1.6-2.1+deb12u1): what modbus_set_float_abcd writes, modbus_get_float_abcd
# does not read. So on little-endian machines, which PCs and the Raspberry Pi are; seen on amd64.
#
# One would guess: two functions of one name are each other's inverse, and "abcd" means the same to both: A in the high
# byte of the first register, as SunSpec and most meters have it.
#
# What it does: the reading ones go by the name: 231.5, hex 43 67 80 00, is read from the registers 4367 8000. The
# writing ones swap the two bytes of each register as well: set_float_abcd stores 6743 0080. It is so for all four
# orders; only the deprecated pair without an order, low register first, agrees with itself. The manual's example for
# get_float_abcd names registers from which it does not read the number that stands there.
#
# What the standard says: the Modbus application protocol sends a register with its high byte first and leaves to the
# maker which register of a float comes first. No maker's choice gives 6743 0080 for "high register first".
#
# What it means: a simulated meter or a gateway that fills its registers with set_float_abcd tells its readers 9.2e23
# volts; and who tests their reader against it, and swaps bytes until it fits, reads every real meter wrong. Write the
# two registers with shifts, or take the writer whose bytes fit: set_float_badc for registers read as abcd.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

debian_package libmodbus5 3.1.6-2.1+deb12u1

library=("$temp"/debian/usr/lib/*/libmodbus.so.5)
see python3 - "${library[0]}" <<'EOF'
import ctypes
import sys

modbus = ctypes.CDLL(sys.argv[1])
VOLTS = 231.5  # 43 67 80 00 hex


def read(name, registers):
    function = getattr(modbus, name)
    function.restype = ctypes.c_float
    return function((ctypes.c_uint16 * 2)(*registers))


def write(name, value):
    registers = (ctypes.c_uint16 * 2)()
    function = getattr(modbus, name)
    function.argtypes = [ctypes.c_float, ctypes.POINTER(ctypes.c_uint16)]
    function.restype = None
    function(value, registers)
    return list(registers)


print(f"get_float_abcd reads 4367 8000 as {read('modbus_get_float_abcd', [0x4367, 0x8000])}")
for order in ("_abcd", "_badc", "_cdab", "_dcba", ""):
    stored = write("modbus_set_float" + order, VOLTS)
    again = read("modbus_get_float" + order, stored)
    print(f"set_float{order:5} stores {stored[0]:04X} {stored[1]:04X}, get_float{order:5} reads it as {again:.4g}")
# The manual of get_float_abcd: 0020 F147 is 123456.
print(f"get_float_abcd reads 0020 F147 as {read('modbus_get_float_abcd', [0x0020, 0xF147]):.4g}")
EOF

as_described <<'EOF'
get_float_abcd reads 4367 8000 as 231.5
set_float_abcd stores 6743 0080, get_float_abcd reads it as 9.209e+23
set_float_badc stores 4367 8000, get_float_badc reads it as 9.209e+23
set_float_cdab stores 0080 6743, get_float_cdab reads it as 9.209e+23
set_float_dcba stores 8000 4367, get_float_dcba reads it as 9.209e+23
set_float      stores 8000 4367, get_float      reads it as 231.5
get_float_abcd reads 0020 F147 as 3.025e-39
EOF
