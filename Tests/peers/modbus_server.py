"""Modbus devices for one test: pymodbus answers, and a line in front of it that does what lines do.

modbus_server.py tcp|rtu|rtu-over-tcp

The first line of standard input is JSON: {"units": {"1": {"3": {"40000": [21365, 28243]}}}, "most": 125}: for each unit
and each function that reads, the words from an address on. Other addresses are answered with exception 2, more than
`most` entries with 3, and units that are not there with silence (tcp: exception 11).
"sunspec": {"1": {"base": 40000, "models": [{"ID": 103, "W": 1234, "W_SF": -1}, ...]}} lays SunSpec models by pysunspec2.

Prints the port, or the name of the pseudo-terminal, once it answers. Then each line of input is an order, answered with
a line; it ends when its input does.
    set UNIT FUNCTION ADDRESS WORD...  changes registers                          -> ok
    remove UNIT | restore UNIT         the unit is there no more, or again        -> ok
    drop N                             the next N answers get lost                -> ok
    late N SECONDS                     the next N answers come so much later      -> ok
    flip N                             the next N answers have a wrong bit        -> ok
    split N                            the next N answers come byte by byte       -> ok
    refuse N CODE                      the next N answers are this exception      -> ok
    echo on|off                        the line gives back what it is sent        -> ok
    noise on|off                       bytes without sense before each answer     -> ok
    troubles                           how many of these are still to come        -> N
    close                              ends all connections                       -> ok
    single on|off                      tcp: only the first of its clients is heard -> ok
    clients                            tcp: how many are connected now            -> N
    requests                           the requests so far                        -> [[unit, function, address, count], ...]
    values UNIT                        what pysunspec2 says the models hold       -> [{"ID": 103, "W": 123.4, ...}, ...]
"""

import asyncio
import json
import os
import sys
import tty

from pymodbus import FramerType, ModbusDeviceIdentification
from pymodbus.constants import ExcCodes
from pymodbus.datastore import ModbusServerContext
from pymodbus.datastore.context import ModbusBaseDeviceContext
from pymodbus.server import ModbusTcpServer
from sunspec2 import device as sunspec


class Device(ModbusBaseDeviceContext):
    def __init__(self, world, unit, tables):
        self.world, self.unit = world, unit
        self.words = {}
        for function, stretches in tables.items():
            for address, words in stretches.items():
                self.put(int(function), int(address), words)

    def put(self, function, address, words):
        for place, word in enumerate(words):
            self.words[function, address + place] = word

    def getValues(self, func_code, address, count=1):
        self.world.requests.append([self.unit, func_code, address, count])
        if self.world.refusals:
            return ExcCodes(self.world.refusals.pop(0))
        if count > self.world.most:
            return ExcCodes.ILLEGAL_VALUE
        try:
            return [self.words[func_code, address + place] for place in range(count)]
        except KeyError:
            return ExcCodes.ILLEGAL_ADDRESS


def lay(number, points):
    """A model; pysunspec2 lays a floating-point value that is not there as the number 2143289344, and not as NaN."""
    model = sunspec.Model(number, data=points)
    for point in model.points.values():
        if point.pdef["type"] == "float32" and point.value is None:
            point.value = float("nan")
    return model


def values(group):
    """The points of a model by name, with their scale factors, and those of its repeated parts in lists."""
    found = {name: point.cvalue for name, point in group.points.items() if point.cvalue is not None and point.cvalue == point.cvalue}
    found |= {name: [values(one) for one in parts] for name, parts in group.groups.items()}
    return found


class World:
    """The devices, and what is to happen to their answers."""

    def __init__(self, setup):
        self.most = setup.get("most", 125)
        self.units = {int(n): Device(self, int(n), tables) for n, tables in setup.get("units", {}).items()}
        self.models = {int(n): [lay(m["ID"], m) for m in s["models"]] for n, s in setup.get("sunspec", {}).items()}
        for unit, models in self.models.items():
            bytes_ = b"SunS" + b"".join(model.get_mb() for model in models) + b"\xff\xff\0\0"
            words = [bytes_[place] << 8 | bytes_[place + 1] for place in range(0, len(bytes_), 2)]
            self.units.setdefault(unit, Device(self, unit, {})).put(3, setup["sunspec"][str(unit)]["base"], words)
        self.context = ModbusServerContext(devices=dict(self.units), single=False)
        self.requests, self.refusals, self.effects, self.lines = [], [], [], []
        self.echo = self.noise = self.single = False

    def obey(self, order):
        word, *rest = order.split()
        if word == "set":
            unit, function, address, *words = map(int, rest)
            self.units[unit].put(function, address, words)
        elif word == "remove":
            del self.context[int(rest[0])]
        elif word == "restore":
            self.context[int(rest[0])] = self.units[int(rest[0])]
        elif word in ("drop", "flip", "split"):
            self.effects += [(word, 0)] * int(rest[0])
        elif word == "late":
            self.effects += [(word, float(rest[1]))] * int(rest[0])
        elif word == "refuse":
            self.refusals += [int(rest[1])] * int(rest[0])
        elif word in ("echo", "noise", "single"):
            setattr(self, word, rest[0] == "on")
        elif word == "close":
            for writer in list(self.lines):
                writer.close()
        elif word == "clients":
            return str(len(self.lines))
        elif word == "troubles":
            return str(len(self.effects) + len(self.refusals))
        elif word == "values":
            return json.dumps([values(model) for model in self.models[int(rest[0])]])
        elif word == "requests":
            return json.dumps(self.requests)
        else:
            return "unknown order"
        return "ok"

    async def answer(self, data, send):
        """Passes an answer on to the client, with what is to happen to it."""
        effect, seconds = self.effects.pop(0) if self.effects else ("", 0)
        if effect == "drop":
            return
        if effect == "late":
            await asyncio.sleep(seconds)
        if effect == "flip":
            data = data[:-3] + bytes([data[-3] ^ 0x10]) + data[-2:]
        if self.noise:
            send(b"\x00\xff\x01\x03")
        if effect == "split":
            for place in range(len(data)):
                send(data[place : place + 1])
                await asyncio.sleep(0.002)
        else:
            send(data)


async def to_server(world, port, send):
    """Connects a client to pymodbus: returns where its bytes go, and closes nothing by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def answers():
        while data := await reader.read(4096):
            asyncio.ensure_future(world.answer(data, send))

    asyncio.ensure_future(answers())

    def request(data):
        if world.echo:
            send(data)
        writer.write(data)

    return request, writer


async def serve_network(world, port):
    async def client(reader, writer):
        world.lines.append(writer)
        request, server = await to_server(world, port, lambda data: writer.is_closing() or writer.write(data))
        try:
            while data := await reader.read(4096):
                if not world.single or world.lines[0] is writer:
                    request(data)
        except ConnectionError:
            pass
        world.lines.remove(writer)
        server.close()
        writer.close()

    listener = await asyncio.start_server(client, "127.0.0.1", 0)
    return str(listener.sockets[0].getsockname()[1]), listener


async def serve_line(world, port):
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    request, _ = await to_server(world, port, lambda data: os.write(master, data))
    asyncio.get_running_loop().add_reader(master, lambda: request(os.read(master, 4096)))
    return os.ttyname(slave), slave


async def main():
    kind = sys.argv[1]
    # Byte by byte: nothing of the orders behind it may get stuck in a buffer.
    setup = b""
    while not setup.endswith(b"\n"):
        setup += os.read(0, 1) or sys.exit("no setup came")
    world = World(json.loads(setup))
    server = ModbusTcpServer(
        world.context,
        framer=FramerType.SOCKET if kind == "tcp" else FramerType.RTU,
        identity=ModbusDeviceIdentification(info_name={"VendorName": "Peer", "ProductCode": "P1", "MajorMinorRevision": "3"}),
        address=("127.0.0.1", 0),
        ignore_missing_devices=kind != "tcp",
    )
    await server.serve_forever(background=True)
    port = server.transport.sockets[0].getsockname()[1]
    name, _kept = await (serve_line(world, port) if kind == "rtu" else serve_network(world, port))
    print(name, flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).decode().strip():
        print(world.obey(order), flush=True)


asyncio.run(main())
