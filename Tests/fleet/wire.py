"""Thousands of connections of one process: each box has an address and a TCP connection of its own.

HTTP as libcurl speaks it for the product: kept alive, once more on a new connection when an idle one was closed by the
server, and given up when nothing moves for so long.
"""

import errno
import heapq
import itertools
import select
import socket
import time
from collections import Counter

NO_PORT_YET = 24  # IP_BIND_ADDRESS_NO_PORT: an address before each box, a port only with the connection


class Connection:
    """One box's way to the server, with one request at a time."""

    __slots__ = ("wire", "address", "socket", "request", "left", "answer", "done", "number", "is_reused", "begun")

    def __init__(self, wire, number):
        self.wire, self.number = wire, 0
        self.address = f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"
        self.socket = self.request = self.done = None
        self.left = self.answer = b""
        self.is_reused, self.begun = False, 0.0

    def ask(self, request, done):
        """Sends the request; done(status, words) is called once, with the status 0 without an answer."""
        self.request, self.done = request, done
        self.begun = time.monotonic()
        self.number += 1
        self.wire.count("tried")
        self.wire.at(self.begun + self.wire.stall, self.give_up, self.number)
        self.is_reused = self.socket is not None
        self.begin()

    def begin(self):
        self.left, self.answer = memoryview(self.request), b""
        if self.socket is None:
            self.open()  # what is next when it is there
        else:
            self.ready()

    def open(self):
        try:
            made = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        except OSError as error:
            return self.end(0, f"no socket: {error.strerror}")
        made.setsockopt(socket.IPPROTO_IP, NO_PORT_YET, 1)
        made.bind((self.address, 0))
        code = made.connect_ex(self.wire.server)
        if code not in (0, errno.EINPROGRESS):
            made.close()
            return self.end(0, errno.errorcode.get(code, str(code)))
        self.socket = made
        self.wire.watch(self)
        self.wire.count("connections")
        return None

    def ready(self):
        """Writes and reads what is possible now."""
        try:
            while self.left:
                self.left = self.left[self.socket.send(self.left) :]
        except BlockingIOError:
            pass
        except OSError as error:
            return self.lost(errno.errorcode.get(error.errno, str(error)))
        try:
            while True:
                piece = self.socket.recv(4096)
                if not piece:
                    return self.lost("closed")
                self.answer += piece
        except BlockingIOError:
            return self.read()
        except OSError as error:
            return self.lost(errno.errorcode.get(error.errno, str(error)))

    def read(self):
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found or self.done is None:
            return
        lower = head.lower()
        place = lower.find(b"content-length:")
        length = int(lower[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(body) < length:
            return
        if b"connection: close" in lower:
            self.close()
        self.end(int(head[9:12]), body.decode(errors="replace").strip())

    def lost(self, words):
        is_stale = self.is_reused and not self.answer and self.done is not None
        self.close()
        if is_stale:
            self.is_reused = False
            self.wire.count("reopened")
            self.begin()
        elif self.done is not None:
            self.end(0, words)

    def give_up(self, number):
        if number == self.number and self.done is not None:
            self.close()
            self.end(0, "nothing moved")

    def close(self):
        if self.socket is not None:
            self.wire.forget(self)
            self.socket.close()
            self.socket = None

    def end(self, status, words):
        done, self.done, self.request = self.done, None, None
        self.wire.count("taken" if 200 <= status < 300 else f"{status or words}")
        self.wire.took.append(time.monotonic() - self.begun)
        done(status, words)


class Wire:
    """The connections, the timers, and what was counted in each second since the beginning."""

    def __init__(self, server, stall):
        self.server, self.stall = server, stall
        self.poll = select.epoll()
        self.open, self.timers, self.order = {}, [], itertools.count()
        self.begin(time.monotonic())
        self.is_over = False

    def begin(self, moment):
        self.origin, self.seconds, self.took, self.most_open = moment, {}, [], 0

    def count(self, what):
        self.seconds.setdefault(int(time.monotonic() - self.origin), Counter())[what] += 1

    def at(self, moment, call, *arguments):
        heapq.heappush(self.timers, (moment, next(self.order), call, arguments))

    def watch(self, connection):
        number = connection.socket.fileno()
        self.open[number] = connection
        self.most_open = max(self.most_open, len(self.open))
        self.poll.register(number, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def forget(self, connection):
        number = connection.socket.fileno()
        if self.open.pop(number, None) is not None:
            self.poll.unregister(number)

    def run(self, until):
        """Works until somebody sets is_over, or that moment."""
        self.is_over = False
        while not self.is_over and (now := time.monotonic()) < until:
            while self.timers and self.timers[0][0] <= now:
                _, _, call, arguments = heapq.heappop(self.timers)
                call(*arguments)
            pause = min(until, self.timers[0][0] if self.timers else until) - time.monotonic()
            for number, _ in self.poll.poll(max(0, min(pause, 0.5)), 512):
                connection = self.open.get(number)
                if connection is not None:
                    connection.ready()
