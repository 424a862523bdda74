#!/usr/bin/env bash
# enedis-tic 0.2.0 (PyPI) gives no frame at all of a French meter in historic mode while the peak hours last.
#
# One would guess: a frame whose checksums are all right comes out of Link.frames(), whatever the hour.
#
# What it does: it splits a group at each space. The checksum of a group can itself be a space; the group then has one
# part too many, which is taken for a standard group with a date, the tariff period is read as that date, and the error
# throws away the whole frame: with it the indexes, which had no flaw. It is logged and counted as an error of the line.
#
# What the standard says: Enedis-NOI-CPT_54E, on the group of the historic mode, has the separator and then one
# character from 20 to 5F hex, the low six bits of the sum plus 20 hex. For `PTEC HP..` that is 20 hex, the space, in
# each frame of each peak hour; for `IINST` it is so at 9 A and at 18 A.
#
# What it means: a house with the option HC has readings in its off-peak hours and none by day. What the day used is in
# the index and comes all at once with the first off-peak frame; power and current of the day never come.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/findings/lib.bash"

python_packages enedis-tic==0.2.0 pyserial==3.5 pyserial-asyncio==0.6

see python <<'EOF'
import asyncio
import logging

from enedis_tic.link_layer import Link

SENT = [("HC..", "004", "00870"), ("HP..", "004", "00880"), ("HC..", "009", "02090"), ("HC..", "005", "01100")]


def group(label, data):
    text = f"{label} {data}"
    return f"\n{text} {chr((sum(text.encode()) & 0x3F) + 0x20)}\r"


def frame(period, current, power):
    groups = {"ADCO": "041961000001", "OPTARIF": "HC..", "ISOUSC": "45", "HCHC": "001234567", "HCHP": "002345678",
              "PTEC": period, "IINST": current, "IMAX": "090", "PAPP": power, "HHPHC": "A", "MOTDETAT": "000000"}
    return "\x02" + "".join(group(*item) for item in groups.items()) + "\x03"


class Line:
    """A serial line that has the end of a frame and then these to give."""

    async def __aenter__(self):
        self.reader = asyncio.StreamReader()
        self.reader.feed_data(("\x03" + "".join(frame(*sent) for sent in SENT)).encode())
        self.readuntil = self.reader.readuntil

    async def __aexit__(self, *_):
        pass


async def listen(link, given):
    async for groups in link.frames():
        given.append(groups["PAPP"]["data"])
        if given[-1] == SENT[-1][-1]:
            return

logging.disable()
link, given = Link(Line()), []
asyncio.run(asyncio.wait_for(listen(link, given), 20))
for period, current, power in SENT:
    print(f"PTEC {period}  IINST {current}  PAPP {power}  {'given' if power in given else 'lost'}")
print(f"errors counted: {link.errors}")
EOF

as_described <<'EOF'
PTEC HC..  IINST 004  PAPP 00870  given
PTEC HP..  IINST 004  PAPP 00880  lost
PTEC HC..  IINST 009  PAPP 02090  lost
PTEC HC..  IINST 005  PAPP 01100  given
errors counted: 2
EOF
