"""Devices whose every value says which value it is and when it was read, for late_answers.py.

Modbus messages are pymodbus's, Aurora answers are packed by aurorapy's checksum and numbers, and M-Bus telegrams are read
by pyMeterBus once, before the first is sent.
"""

import time

import meterbus
from aurora import Inverter
from aurorapy.client import AuroraBaseClient
from mbus_slave import Slave, requests
from pymodbus.constants import ExcCodes
from pymodbus.datastore.context import ModbusBaseDeviceContext
from pymodbus.exceptions import ModbusException
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU


def milliseconds():
    """The time since the machine started, as the program counts it."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Registers(ModbusBaseDeviceContext):
    """Registers of 32 bits at 110, 210, 310 and so on: their own number in the high byte, then the time.

    A strict device refuses all others, and everything but whole registers; another one has something everywhere.
    """

    def __init__(self, unit, count, strict):
        self.unit, self.strict = unit, strict
        self.own = {110 + 100 * place: 16 * unit + place for place in range(count)}

    def getValues(self, func_code, address, count=1):
        if self.strict and (address not in self.own or count != 2):
            return ExcCodes.ILLEGAL_ADDRESS
        value = self.own.get(address, 255) << 24 | milliseconds() & 0xFFFFFF
        return [value >> 16, value & 0xFFFF, *range(0x7700, 0x7700 + count)][:count]


class ModbusDevices:
    """Devices on one line, by their unit; pymodbus reads the requests and makes the answers."""

    def __init__(self, units, count, strict):
        self.registers = {unit: Registers(unit, count, strict) for unit in units}
        self.framer = FramerRTU(DecodePDU(True))
        self.heard = b""

    async def answers(self, data):
        self.heard += data
        while self.heard:
            try:
                used, request = self.framer.handleFrame(self.heard, 0, 0)
            except ModbusException:
                self.heard = b""
                return
            if not used:
                return
            self.heard = self.heard[used:]
            if request is None or request.dev_id not in self.registers:
                continue
            answer = await request.update_datastore(self.registers[request.dev_id])
            answer.dev_id = request.dev_id
            yield self.framer.buildFrame(answer)


class Stamped(Inverter):
    """An inverter whose measures are from 5 to 65, by steps of 0.001 that tell their number and the time in 20 ms.

    Its power has 1 kW more, since one that falls silent with little has no sun.
    """

    MEASURES = [1, 2, 3, 4, 21, 23, 25, 26, 27, 30]

    def answer(self, request):
        command, argument = request[1], request[2]
        if command == 59 and argument in self.MEASURES:
            number = 12 * (self.address - 2) + self.MEASURES.index(argument)
            base = 1005 if argument == 3 else 5
            return self.values(">f", base + 0.001 * (2500 * number + milliseconds() // 20 % 2500))
        if command == 78:
            return self.values(">I", self.address * 10_000_000 + milliseconds() // 10_000)
        return super().answer(request)


class Inverters:
    """Inverters on one line, by their address."""

    def __init__(self, addresses):
        self.inverters = {address: Stamped(address, f"65432{address}", 0, False) for address in addresses}
        self.client = AuroraBaseClient(2)
        self.heard = b""

    async def answers(self, data):
        self.heard += data
        while len(self.heard) >= 10:
            request, rest = self.heard[:10], self.heard[10:]
            if request[8:] != bytes(self.client.crc(bytearray(request[:8]))):
                self.heard = self.heard[1:]
                continue
            self.heard = rest
            if request[0] in self.inverters:
                yield self.inverters[request[0]].answer(request)


class Telegrams:
    """What a meter says now: two powers of their own tariffs a telegram, each its own number and the time."""

    def __init__(self, address, count):
        self.address, self.count, self.access = address, count, 0

    def __len__(self):
        return self.count

    def __getitem__(self, place):
        self.access = self.access + 1 & 0xFF
        body = bytes([0x08, self.address, 0x72]) + bytes.fromhex(f"{self.address:02x}000000") + b"\x42\x04\x20\x02"
        body += bytes([self.access, 0, 0, 0])
        for tariff in (2 * place, 2 * place + 1):
            value = (16 * self.address + tariff) << 24 | milliseconds() & 0xFFFFFF
            body += (bytes([0x84, tariff << 4]) if tariff else b"\x04") + b"\x2b" + value.to_bytes(4, "little")
        if place + 1 < self.count:
            body += b"\x1f"
        return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])


class Meter(Slave):
    """A meter that says a repeated request's answer once more, as EN 13757-2 wants it."""

    def __init__(self, address, count):
        super().__init__(Telegrams(address, count))
        self.said = b""

    def answer(self, request):
        if request[0] == 0x10 and request[1] == self.bit and request[2] in [self.address] + [0xFD] * self.selected:
            return self.said
        answer = super().answer(request)
        self.said = answer if len(answer) > 1 else self.said
        return answer


class Meters:
    """M-Bus meters on one line, by their primary address."""

    def __init__(self, addresses, count):
        self.meters = [Meter(address, count) for address in addresses]
        self.heard = bytearray()
        for meter in self.meters:
            for place in range(count):
                telegram = Telegrams(meter.address, count)[place]
                records = meterbus.load(telegram).records
                values = [int(record.value) for record in records if record.value is not None and record.unit == "W"]
                assert [value >> 24 for value in values] == [16 * meter.address + 2 * place + k for k in (0, 1)], records

    async def answers(self, data):
        self.heard += data
        for request in requests(self.heard):
            for answer in filter(None, [meter.answer(request) for meter in self.meters]):
                yield answer


def devices(protocol, rng):
    """The devices of a line that a seed makes: themselves, and the words that tell the other end what there is."""
    own = [1] if rng.random() < 0.6 else [1, 2]
    if protocol.startswith("modbus"):
        count, strict = rng.randint(2, 5), rng.random() < 0.3
        return ModbusDevices(own, count, strict), f"{len(own)} {count}"
    if protocol == "aurora":
        return Inverters([1 + number for number in own]), f"{len(own)} 0"
    telegrams = rng.choice([1, 1, 2])
    return Meters(own, telegrams), f"{len(own)} {2 * telegrams}"
