"""A simulated box: a recorded house behind the product's rules of sending.

What is due waits; at each of its steps a box sends what waits, the policies one after the other, and after a failure it
waits by the product's back-off before the next step that sends.
"""

import random
import time
import zlib

import policy
from recorded import DAY, QUARTER
from wire import Connection

# From the end of a quarter until its energies are final: the next reading of each meter, and the ledger's slot.
SETTLING = 12.0
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def identity(number):
    """As the product's: two groups of five, here by number."""
    text = ""
    for _ in range(10):
        number, digit = divmod(number, len(LETTERS))
        text = LETTERS[digit] + text
    return f"{text[:5]}-{text[5:]}".encode()


def body_of(lines, second):
    """The lines of one instant."""
    end = b" %d\n" % second
    return end.join(lines) + end


def compressed(body):
    """As the product: gzip at level 1."""
    press = zlib.compressobj(1, zlib.DEFLATED, 31)
    return press.compress(body) + press.flush()


class Clock:
    """The boxes' time: `pace` times as fast as the machine's, from `start` on."""

    def __init__(self, start, pace):
        self.start, self.pace, self.origin = start, pace, time.monotonic()

    def now(self):
        return self.start + (time.monotonic() - self.origin) * self.pace

    def machine(self, moment):
        return self.origin + (moment - self.start) / self.pace


class Box:
    """One of the fleet; `waiting` is {destination: body of what it has for it}."""

    __slots__ = (
        "fleet",
        "number",
        "house",
        "identity",
        "phase",
        "backoff",
        "retry",
        "waiting",
        "again",
        "connection",
        "flying",
        "is_planned",
    )

    def __init__(self, fleet, number, house, is_in_step):
        self.fleet, self.number, self.house = fleet, number, house
        self.identity = identity(number)
        self.phase = 0.0 if is_in_step else random.uniform(0, policy.FLUSH)
        self.backoff, self.retry = policy.Backoff(), 0.0
        self.waiting, self.again = {}, None
        self.connection = Connection(fleet.wire, number)
        self.flying, self.is_planned = b"", False  # what is on its way; true from the plan to the answer

    def add(self, destination, body):
        """Something is due."""
        self.waiting[destination] = self.waiting.get(destination, b"") + body
        self.plan()

    def plan(self):
        """Comes at the next of its steps at which it may send."""
        if self.is_planned or not self.waiting:
            return
        self.is_planned = True
        earliest = max(self.fleet.clock.now(), self.retry)
        step = self.phase + (earliest - self.phase + policy.FLUSH) // policy.FLUSH * policy.FLUSH
        self.fleet.wire.at(self.fleet.clock.machine(step), self.send)

    def send(self):
        self.flying = next(iter(self.waiting.values()))
        plain = self.flying.replace(self.house.identity, self.identity)
        body = compressed(plain)
        self.fleet.sent += len(body)
        self.fleet.plain += len(plain)
        self.connection.ask(self.fleet.head % len(body) + body, self.answered)

    def answered(self, status, words):
        if not 200 <= status < 300:
            self.fleet.note(status, words)
            self.retry = self.fleet.clock.now() + self.backoff.next()
            self.is_planned = False
            self.plan()
            return
        was_away = self.backoff.failures > 0
        self.backoff.reset()
        self.fleet.lines += self.flying.count(b"\n")
        destination = next(iter(self.waiting))
        rest = self.waiting.pop(destination)[len(self.flying) :]
        if rest:
            self.waiting[destination] = rest
        # What was taken shortly before the server went away goes once more.
        if was_away and self.again is not None:
            self.waiting["again"], self.again = self.again, None
        if self.waiting:
            self.send()
        else:
            self.is_planned = False
            self.fleet.is_empty(self)


class Fleet:
    """The boxes of one process."""

    def __init__(self, wire, clock, houses, numbers, is_in_step):
        self.wire, self.clock, self.houses = wire, clock, houses
        self.head = (
            f"POST /write?db=parc&precision=s HTTP/1.1\r\nHost: {wire.server[0]}:{wire.server[1]}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        ).encode()
        self.sent = self.plain = self.lines = 0
        self.trouble = {}
        self.left = set()
        self.boxes = [Box(self, number, houses[number % len(houses)], is_in_step) for number in numbers]

    def note(self, status, words):
        what = f"{status} {words}" if status else words
        self.trouble[what] = self.trouble.get(what, 0) + 1

    def is_empty(self, box):
        self.left.discard(box.number)
        if not self.left:
            self.wire.is_over = True

    def quarter(self, house, end):
        """What a house has of the quarter that ended then."""
        return body_of(house.quarters[(end - QUARTER) % DAY // QUARTER], end - QUARTER)

    def give(self, end):
        """All boxes have the quarter that ended then, and their health."""
        bodies = {id(house): (self.quarter(house, end), body_of(house.health, end + 7)) for house in self.houses}
        for box in self.boxes:
            energies, health = bodies[id(box.house)]
            self.left.add(box.number)
            box.add("m15", energies)
            box.add("raw", health)

    def give_outage(self, first, last):
        """All boxes have what happened between these ends of quarters, and know that the server is away."""
        ends = range(first, last + 1, QUARTER)
        bodies = {}
        for house in self.houses:
            energies = b"".join(self.quarter(house, end) for end in ends)
            healths = b"".join(body_of(house.health, end + 7) for end in ends)
            bodies[id(house)] = energies, healths, self.quarter(house, first - QUARTER)
        for box in self.boxes:
            energies, healths, box.again = bodies[id(box.house)]
            self.left.add(box.number)
            box.backoff = policy.Backoff(failures=16)
            # As if it had failed at any moment of the last pause.
            box.retry = self.clock.now() + random.random() * box.backoff.next()
            box.add("m15", energies)
            box.add("raw", healths)
