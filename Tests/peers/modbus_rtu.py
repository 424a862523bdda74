"""A Modbus RTU device on standard input and output, for wire.py: pymodbus reads the requests and makes the answers.

    modbus_rtu.py UNIT [--habits FILE] ADDRESS=WORD...

The words are input registers. With --habits FILE it reads on each request what it is up to: `good` answers at once,
`late` answers after 0.6 s. As real devices do, it takes a pause on the line for the end of a request.
"""

import argparse
import asyncio
import os
import select
import time

from pymodbus.constants import ExcCodes
from pymodbus.datastore.context import ModbusBaseDeviceContext
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU


class Registers(ModbusBaseDeviceContext):
    def __init__(self, words):
        self.words = words

    def getValues(self, func_code, address, count=1):
        try:
            return [self.words[address + place] for place in range(count)] if func_code == 4 else ExcCodes.ILLEGAL_FUNCTION
        except KeyError:
            return ExcCodes.ILLEGAL_ADDRESS


def burst():
    """What is said on the line without a pause of 5 ms; nothing when its end has come."""
    heard = os.read(0, 4096)
    while heard and select.select([0], [], [], 0.005)[0]:
        more = os.read(0, 4096)
        if not more:
            break
        heard += more
    return heard


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("unit", type=int)
    parser.add_argument("words", nargs="+", help="ADDRESS=WORD")
    parser.add_argument("--habits")
    options = parser.parse_args()
    registers = Registers({int(address): int(word) for address, word in (text.split("=") for text in options.words)})
    framer = FramerRTU(DecodePDU(True))
    while heard := burst():
        try:
            _, request = framer.handleFrame(heard, 0, 0)
        except ModbusException:
            continue
        if request is None or request.dev_id != options.unit:
            continue
        answer = asyncio.run(request.update_datastore(registers))
        answer.dev_id = options.unit
        if options.habits and os.path.exists(options.habits):
            with open(options.habits, encoding="ascii") as file:
                if file.read().strip() == "late":
                    time.sleep(0.6)
        os.write(1, framer.buildFrame(answer))


main()
