"""Meters of SMA for one test, by real multicast on the interface lo.

speedwire.py SUSY-ID:SERIAL:WATTS:WATTHOURS...

Each meter says its telegram five times a second, its power as given and its register of what was drawn one Wh more each
time; between them somebody else speaks at the same address, and before each telegram of the first comes a cut one. Prints a line when it begins; ends with its input.
"""

import select
import socket
import struct
import sys

GROUP = ("239.12.255.254", 9522)


def telegram(susy_id, serial, watts, watt_hours):
    def now(number, value):
        return struct.pack(">BBBBI", 0, number, 4, 0, value)

    def register(number, value):
        return struct.pack(">BBBBQ", 0, number, 8, 0, value)

    drawn, injected = max(0, round(watts * 10)), max(0, round(-watts * 10))
    values = now(1, drawn) + register(1, watt_hours * 3600) + now(2, injected) + register(2, 7 * 3600)
    values += now(13, 998) + now(14, 50010)
    for phase, volts in enumerate([230100, 231200, 0]):
        first = 20 * (phase + 1)
        values += now(first + 1, drawn // 2) + now(first + 2, injected // 2) + now(first + 11, 2500) + now(first + 12, volts)
    body = struct.pack(">HHII", 0x6069, susy_id, serial, 0) + values + bytes([0x90, 0, 0, 0, 2, 3, 4, 0x52])
    head = b"SMA\0" + bytes([0, 4, 2, 0xA0, 0, 0, 0, 1]) + struct.pack(">HH", len(body), 0x10)
    return head + body + bytes(4)


sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
meters = [[float(part) if place == 2 else int(part) for place, part in enumerate(word.split(":"))] for word in sys.argv[1:]]
print("speaking", flush=True)
while not select.select([sys.stdin], [], [], 0.2)[0]:
    sender.sendto(telegram(*meters[0])[:100], GROUP)
    for meter in meters:
        sender.sendto(telegram(*meter), GROUP)
        meter[3] += 1
    sender.sendto(b"SMA\0\0\4\2\xa0\xff\xff\xff\xff\0\0\0\x20\0\0\0\0", GROUP)
