"""Lines on which answers come late, not at all, damaged, twice, in another order, or one behind: by a seed, always alike.

    late_answers.py MILLISECONDS      the time-out of the other end

Each line of standard input is an order, answered with a line; it ends when its input does.
    begin PROTOCOL SEED    a new line: modbus-rtu | modbus-rtu-over-tcp | aurora | mbus
                           -> NUMBER PLACE DEVICES VALUES ECHO: a pseudo-terminal or a port, and what a device has
    look NUMBER            -> CALM LAG: the time since the start of the machine, in ms, since which all answers are good
                           and at once, 0 until then; and when this process was late by itself the last time
    plan NUMBER TROUBLE... -> ok: these troubles from the next request on, in place of the seed's; then there are none
    end NUMBER             -> REQUESTS: so many there were

An answer that would come more than three time-outs after its request is lost: that is what late means. A copy of an
answer does not come while the same question is put again: nothing tells it from one to which nothing has changed.
"""

import asyncio
import collections
import os
import random
import sys
import tty

from late_devices import Inverters, devices, milliseconds

TROUBLES = ["lost", "late", "before", "after", "later", "noise", "damaged", "twice", "again", "swapped", "behind", "repeating"]


class Line:
    """One line: its devices, and what becomes of their answers."""

    def __init__(self, protocol, seed, lines):
        self.protocol, self.lines, self.timeout = protocol, lines, lines.timeout / 1000
        self.rng = random.Random(f"{protocol} {seed}")
        self.devices, self.words = devices(protocol, self.rng)
        self.echo = protocol != "modbus-rtu-over-tcp" and self.rng.random() < 0.2
        often = self.rng.choice([0.05, 0.15, 0.3, 0.6])
        kinds = self.rng.sample(TROUBLES, self.rng.randint(1, len(TROUBLES)))
        self.plan = [
            self.rng.choice(kinds) if self.rng.random() < often else "good" for _ in range(self.rng.randint(6, 40))
        ]
        self.requests = self.pending = self.behind = self.depth = 0
        self.queue, self.held, self.last, self.question = collections.deque(), None, b"", b""
        self.calm_since = 0
        self.closing = []

    async def open(self):
        """Makes the line; returns where it is."""
        if self.protocol == "modbus-rtu-over-tcp":
            server = await asyncio.start_server(self.client, "127.0.0.1", 0)
            self.closing.append(server.close)
            return str(server.sockets[0].getsockname()[1])
        master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        loop = asyncio.get_running_loop()
        loop.add_reader(master, lambda: asyncio.ensure_future(self.hear(os.read(master, 4096))))
        self.write = lambda data: os.write(master, data)
        self.closing += [lambda: loop.remove_reader(master), lambda: os.close(master), lambda: os.close(slave)]
        return os.ttyname(slave)

    def close(self):
        self.write = lambda data: None
        for close in self.closing:
            close()

    async def client(self, reader, writer):
        self.write = lambda data: writer.is_closing() or writer.write(data)
        self.closing.append(writer.close)
        try:
            while data := await reader.read(4096):
                await self.hear(data)
        except ConnectionError:
            pass

    async def hear(self, data):
        if self.echo:
            self.write(data)
        async for answer in self.devices.answers(data):
            self.meet(answer)

    def say(self, data, asked, after=0.0, copy=False):
        """Says something now or later, but not what may be later than it should, since this process was late itself."""
        self.pending += 1
        question, number = self.question, self.requests

        def now():
            self.pending -= 1
            age = milliseconds() - asked
            is_punctual = age <= 5 or (age <= 3000 * self.timeout + 5 and self.lines.lag < asked - 100)
            if is_punctual and not (copy and question == self.question and number != self.requests):
                self.write(data)
            self.look()

        asyncio.get_running_loop().call_later(after, now) if after else now()

    def noise(self, before=b"", behind=b""):
        """Bytes without sense, in which no Aurora answer is to be found by chance."""
        while True:
            made = self.rng.randbytes(self.rng.randint(1, 10))
            all_ = before + made + behind
            right = [
                place for place in range(len(all_) - 7)
                if isinstance(self.devices, Inverters)
                and bytes(self.devices.client.crc(bytearray(all_[place : place + 6]))) == all_[place + 6 : place + 8]
            ]
            if len(right) <= 1:
                return made

    def meet(self, answer):
        """Passes an answer on, with what is to happen to it."""
        asked, timeout, rng = milliseconds(), self.timeout, self.rng
        trouble = self.plan[self.requests] if self.requests < len(self.plan) else "good"
        self.requests += 1
        held, self.held = self.held, None
        if self.behind:
            self.behind -= 1
            self.queue.append((answer, asked))
            if len(self.queue) > self.depth:
                # What a converter keeps comes with the next answer, however late that is.
                self.say(self.queue.popleft()[0], asked)
            if not self.behind:
                self.queue.clear()
            trouble = ""
        elif trouble in ("behind", "repeating"):
            self.behind, self.depth = rng.randint(2, 10), rng.choice([1, 1, 2])
            if trouble == "repeating" and self.last:
                self.depth = 1
                self.say(self.last, asked)
            self.queue.append((answer, asked))
        elif trouble in ("good", "late", "twice", "again"):
            self.say(answer, asked, rng.uniform(0, 3) * timeout if trouble == "late" else 0)
            if trouble in ("twice", "again"):
                self.say(answer, asked, rng.uniform(0, 3) * timeout if trouble == "again" else 0, copy=True)
        elif trouble == "before":
            self.say(self.noise(b"", answer) + answer, asked)
        elif trouble == "after":
            self.say(answer + self.noise(answer), asked)
        elif trouble == "later":
            self.say(answer, asked)
            self.say(self.noise(), asked, rng.uniform(0, 1) * timeout)
        elif trouble == "noise":
            self.say(self.noise(), asked)
        elif trouble == "damaged":
            place = rng.randrange(len(answer))
            self.say(answer[:place] + bytes([answer[place] ^ rng.randint(1, 255)]) + answer[place + 1 :], asked)
        elif trouble == "swapped":
            self.held = (answer, asked)
        elif trouble == "very-late":
            self.say(answer, asked, 2.5 * timeout)
        elif trouble == "behind-for-ever":
            self.behind, self.depth = sys.maxsize, 1
            self.queue.append((answer, asked))
        if held:
            self.say(*held)
        self.last = answer
        self.look()

    def look(self):
        """The time since which nothing disturbs any more."""
        is_calm = self.requests >= len(self.plan) and not self.pending and not self.behind and not self.held
        self.calm_since = (self.calm_since or milliseconds()) if is_calm else 0
        return self.calm_since


class Lines:
    """The lines by number, and how punctual this process is."""

    def __init__(self, timeout):
        self.timeout, self.lines, self.count, self.lag = timeout, {}, 0, 0

    async def watch(self):
        while True:
            began = milliseconds()
            await asyncio.sleep(0.005)
            if milliseconds() - began > 5 + self.timeout // 8:
                self.lag = milliseconds()

    async def obey(self, order):
        word, *rest = order.split()
        if word == "begin":
            self.count += 1
            line = self.lines[self.count] = Line(rest[0], int(rest[1]), self)
            return f"{self.count} {await line.open()} {line.words} {int(line.echo)}"
        line = self.lines[int(rest[0])]
        if word == "look":
            return f"{line.look()} {self.lag}"
        if word == "plan":
            line.plan, line.requests = rest[1:], 0
            return "ok"
        line.close()
        del self.lines[int(rest[0])]
        return str(line.requests)


async def main():
    lines = Lines(int(sys.argv[1]))
    watch = asyncio.ensure_future(lines.watch())
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := (await orders.readline()).decode().strip():
        print(await lines.obey(order), flush=True)
    watch.cancel()


asyncio.run(main())
