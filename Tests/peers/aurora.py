"""An Aurora inverter on standard input and output, for the tests.

It owes nothing to boxenergie: the checksum and the numbers of states and commands are those of aurorapy, an independent
implementation. With --habits FILE it reads on each request what it is up to:

    good        answers at once
    dead        says nothing (night, or a cut wire)
    half        sends the first half of the answer
    flip        flips one bit of the answer
    late        answers after 0.6 s
    stale       answers twice: what was asked before, and what is asked now
    shifted     answers what was asked before
    noise       sends three bytes of noise, then answers
"""

import argparse
import os
import random
import struct
import sys
import time

from aurorapy.client import AuroraBaseClient
from aurorapy.mapping import Mapping

STATES = {text: number for number, text in Mapping.GLOBAL_STATES.items()}
REFUSALS = {text: number for number, text in Mapping.TRANSMISSION_STATES.items()}
RUN = STATES["Run"]


class Inverter:
    def __init__(self, address, serial, watts, single):
        self.client = AuroraBaseClient(address)
        self.address = address
        self.serial = serial
        self.watts = watts
        self.single = single
        self.total = 12_345_678.0
        self.read_at = time.monotonic()
        self.before = None
        self.random = random.Random(address)

    def sealed(self, body):
        return bytes(body) + bytes(self.client.crc(bytearray(body)))

    def values(self, kind, body):
        return self.sealed(bytes([0, RUN]) + struct.pack(kind, body))

    def refused(self, text):
        return self.sealed(bytes([REFUSALS[text], RUN, 0, 0, 0, 0]))

    def answer(self, request):
        command, argument = request[1], request[2]
        now = time.monotonic()
        self.total += self.watts * (now - self.read_at) / 3600
        self.read_at = now
        measures = {
            1: 236.25, 2: self.watts / 236.25, 3: self.watts, 4: 49.98, 21: 41.5, 23: 310.0,
            25: self.watts / 2 / 310.0, 30: 12.5,
        }
        if not self.single:
            measures[26], measures[27] = 295.0, self.watts / 2 / 295.0
        if command == 50:
            return self.sealed(bytes([0, RUN, 2, 2, 2, 0]))
        if command == 52:
            return self.sealed(b"-3I33-")
        if command == 58:
            return self.sealed(bytes([0, RUN]) + b"1ENN")
        if command == 59:
            return self.values(">f", measures[argument]) if argument in measures else self.refused(
                "Variable does not exist")
        if command == 63:
            return self.sealed(self.serial.encode())
        if command == 65:
            return self.sealed(bytes([0, RUN]) + b"2811")
        if command == 70:
            return self.values(">I", 805_809_600)
        if command == 72:
            return self.sealed(bytes([0, RUN]) + b"C006")
        if command == 78:
            return self.values(">I", int(self.total))
        return self.refused("Command is not implemented")

    def say(self, data):
        os.write(sys.stdout.fileno(), data)

    def meet(self, request, habit):
        answer = self.answer(request)
        before, self.before = self.before or answer, answer
        if habit == "dead":
            return
        if habit == "half":
            self.say(answer[:4])
        elif habit == "flip":
            flipped = bytearray(answer)
            flipped[self.random.randrange(8)] ^= 1 << self.random.randrange(8)
            self.say(bytes(flipped))
        elif habit == "late":
            time.sleep(0.6)
            self.say(answer)
        elif habit == "stale":
            self.say(before + answer)
        elif habit == "shifted":
            self.say(before)
        elif habit == "noise":
            self.say(b"\xff\x00\x3b" + answer)
        else:
            self.say(answer)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", type=int, default=2)
    parser.add_argument("--serial", default="654321")
    parser.add_argument("--watts", type=float, default=1523.5)
    parser.add_argument("--single", action="store_true", help="an inverter with one input")
    parser.add_argument("--habits", help="a file with what it is up to")
    options = parser.parse_args()
    inverter = Inverter(options.address, options.serial, options.watts, options.single)
    heard = b""
    while True:
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            return
        heard += data
        # Requests to it are found among all that is said on the line.
        while len(heard) >= 10:
            if heard[8:10] != bytes(inverter.client.crc(bytearray(heard[:8]))):
                heard = heard[1:]
                continue
            request, heard = heard[:10], heard[10:]
            if request[0] == inverter.address:
                habit = "good"
                if options.habits and os.path.exists(options.habits):
                    with open(options.habits, encoding="ascii") as file:
                        habit = file.read().strip()
                inverter.meet(request, habit)


if __name__ == "__main__":
    main()
