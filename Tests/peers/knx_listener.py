"""The second client of Tests/peers/knxd: hears every telegram by knxd's TCP port, and decodes it by the types of xknx."""

import asyncio
import json
import sys

from xknx.dpt import DPTArray, DPTBase
from xknx.telegram import GroupAddress

types, values, count = {}, {}, 0
answers = asyncio.Queue()
writer = None


def say(value):
    print(value, flush=True)


def hear(packet):
    """A telegram: its sender, its group, and an answer (0x40) or a value (0x80)."""
    global count
    if packet[:2] != b"\x00\x27" or packet[7] & 0xC0 not in (0x40, 0x80):
        return
    group = str(GroupAddress(int.from_bytes(packet[4:6], "big")))
    kind = DPTBase.parse_transcoder(types.get(group, ""))
    value = kind.from_knx(DPTArray(tuple(packet[8:]))) if kind else None
    values[group] = value
    if packet[7] & 0xC0 == 0x40:
        answers.put_nowait(value)
    else:
        count += 1


async def listen(there):
    """Comes back to a knxd that was started again."""
    global writer
    while True:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
            writer.write(bytes.fromhex("00050026000000"))
            while True:
                packet = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
                if packet == b"\x00\x26":
                    there.set()
                else:
                    hear(packet)
        except (OSError, asyncio.IncompleteReadError):
            there.clear()
            await asyncio.sleep(0.1)


async def main():
    there = asyncio.Event()
    listener = asyncio.create_task(listen(there))
    await there.wait()
    say("there")
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order, _, rest = line.strip().partition(" ")
        if order == "types":
            types.update(json.loads(rest))
            say("ok")
        elif order == "there":
            await there.wait()
            say("ok")
        elif order == "count":
            say(count)
        elif order == "values":
            say(json.dumps(values))
        elif order == "read":
            while not answers.empty():
                answers.get_nowait()
            group = GroupAddress(rest).raw.to_bytes(2, "big")
            writer.write(b"\x00\x06\x00\x27" + group + b"\x00\x00")
            try:
                say(json.dumps(await asyncio.wait_for(answers.get(), 3)))
            except asyncio.TimeoutError:
                say("null")
    listener.cancel()


asyncio.run(main())
