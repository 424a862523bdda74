#!/usr/bin/env bash
# dsmr-parser 1.11.2 (PyPI) gives the volume of the water meter as the reading of the gas meter.
#
# One would guess: `telegram.HOURLY_GAS_METER_READING` is what the gas meter counts, and the same whichever of the two
# ways to ask for a line is taken, by name or by its OBIS reference.
#
# What it does: it goes by the last part of the OBIS code, 24.2.1, whatever the channel. Of several meters the name has
# the last in the telegram and the reference the first. With V5 the name is MBUS_METER_READING, with the same two
# answers. Only `telegram.MBUS_DEVICES` has both meters, each with its channel and its type.
#
# What the standard says: the P1 companion standard (DSMR 4.2 and 5.0), in its list of objects, gives up to four M-Bus
# meters the codes 0-1 to 0-4:24.2.1 for the last reading, gas, heat and water alike. What each of them is stands in
# 0-n:24.1.0, a type of EN 13757: 3 is gas, 7 is water. The channel says nothing of the kind.
#
# What it means: all goes well until the day when a water meter is added. Then gas leaps back to a few cubic metres, or,
# asked the other way in a house where water came first, was water from the beginning.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages dsmr-parser==1.11.2 dlms-cosem==21.3.2 attrs==26.1.0 python-dateutil==2.9.0.post0 six==1.17.0 \
    asn1crypto==1.5.1 cryptography==50.0.2 cffi==2.1.1 pycparser==3.12 typing-extensions==4.16.0 tzdata==2026.6

see python <<'EOF'
from dsmr_parser import obis_references, telegram_specifications
from dsmr_parser.parsers import TelegramParser

GAS = ["0-1:24.1.0(003)", "0-1:96.1.0(4730303030303031)", "0-1:24.2.1(260115110000W)(01234.567*m3)"]
WATER = ["0-2:24.1.0(007)", "0-2:96.1.0(5730303030303031)", "0-2:24.2.1(260115110000W)(00089.123*m3)"]


def telegram(version, lines):
    """The lines with a head and the CRC16 of the standard, reflected polynomial A001 hex."""
    head = ["/XMX5BOX", "", f"1-3:0.2.8({version})", "0-0:1.0.0(260115120000W)", "1-0:1.8.1(001234.567*kWh)"]
    text = "".join(line + "\r\n" for line in head + lines) + "!"
    crc = 0
    for byte in text.encode():
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return f"{text}{crc:04X}\r\n"


for version, specification, name, reference in [
    (42, telegram_specifications.V4, "HOURLY_GAS_METER_READING", obis_references.HOURLY_GAS_METER_READING),
    (50, telegram_specifications.V5, "MBUS_METER_READING", obis_references.MBUS_METER_READING),
]:
    for meters, lines in [("gas", GAS), ("gas, water", GAS + WATER)]:
        read = TelegramParser(specification).parse(telegram(version, lines))
        devices = [f"channel {device.channel_id} {getattr(device, name).value}" for device in read.MBUS_DEVICES]
        print(f"version {version}, {meters}: {', '.join(devices)}")
        print(f"  {name} is {getattr(read, name).value}, by its reference {read[reference].value}")
EOF

as_described <<'EOF'
version 42, gas: channel 1 1234.567
  HOURLY_GAS_METER_READING is 1234.567, by its reference 1234.567
version 42, gas, water: channel 1 1234.567, channel 2 89.123
  HOURLY_GAS_METER_READING is 89.123, by its reference 1234.567
version 50, gas: channel 1 1234.567
  MBUS_METER_READING is 1234.567, by its reference 1234.567
version 50, gas, water: channel 1 1234.567, channel 2 89.123
  MBUS_METER_READING is 89.123, by its reference 1234.567
EOF
