"""A server in front of a real InfluxDB that answers as troubled servers do.

Every answer of the delivery contract's table, and what happens below HTTP: connections refused, reset before, within and
after the request, answers that are cut, late, mute or no HTTP at all. Some troubles come after the real server has stored
the lines, some before: the writer cannot know.
"""

import random
import socket
import struct
import threading
import time

TOO_LARGE = 20_000  # bytes from which on `small` answers 413


def answer(status, text="", headers=()):
    body = b'{"error":"' + text.encode() + b'"}' if text else b""
    head = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *headers]
    if text:
        head.append(f"X-Influxdb-Error: {text}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


# What is answered without asking the real server.
ANSWERS = {
    "401": answer(401, "authorization failed"),
    "403": answer(403, "not authorized to write to database"),
    "404 database": answer(404, 'database not found: \\"boxenergie\\"'),
    "404 page": answer(404, "404 page not found"),
    "500 policy": answer(500, "retention policy not found: raw"),
    "408": answer(408),
    "429": answer(429, "slow down", ["Retry-After: 1"]),
    "500": answer(500, "engine is closed"),
    "502": answer(502),
    "503": answer(503, "timeout", ["Retry-After: 0"]),
    "504": answer(504),
    "200 with an error": answer(200, "it did not work"),
    "302": answer(302, "", ["Location: http://127.0.0.1:1/"]),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "cut": b"HTTP/1.1 204 No Con",
    "nothing": b"",
}
# What a server says that will never take these very lines.
REFUSAL = answer(400, "unable to parse 'numbers': invalid boolean")


class Troubled:
    """Listens on a port of its own before a real server; `troubles` says what happens, one after the other, else all is well.

    `serve(connection)` is the subclass's: what happens on a connection.
    """

    def __init__(self, host, port, scheme=""):
        self.upstream = (host, port)
        self.troubles = []
        self.lock = threading.Lock()
        self.met = {}
        self.mute = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = scheme + "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def heal(self):
        """From now on all is well."""
        with self.lock:
            self.troubles = []
        self.mute.set()

    def choose(self):
        """The next trouble; called under the lock."""
        return self.troubles.pop(0) if self.troubles else "well"

    def next_trouble(self):
        with self.lock:
            trouble = self.choose()
            self.met[trouble] = self.met.get(trouble, 0) + 1
            return trouble

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def close(self):
        self.listener.close()


class TroubledServer(Troubled):
    """Does so before an InfluxDB; the troubles are those of HTTP, and of the lines below it."""

    def __init__(self, host, port, answers=None, refusal=REFUSAL):
        self.answers, self.refusal = answers or ANSWERS, refusal
        self.is_away = False
        super().__init__(host, port, "http://")

    def plan(self, rng, count, refuses=True):
        """So many troubles in random order, with lines refused that are fine or without."""
        below = ["reset at once", "reset within", "reset after", "late", "mute", "small"] + ["refused"] * refuses
        return [rng.choice(list(self.answers) + below * 2) for _ in range(count)]

    def leave(self):
        """From now on nothing is stored."""
        with self.lock:
            self.is_away = True

    def heal(self):
        with self.lock:
            self.is_away = False
        super().heal()

    def choose(self):
        if self.is_away:
            return random.choice(["reset at once", "reset within", "nothing", "502", "503", "500", "mute away"])
        return super().choose()

    def serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        upstream = None
        try:
            rest = b""
            while True:
                head, rest = self.read_head(connection, rest)
                if head is None:
                    return
                trouble = self.next_trouble()
                if trouble == "reset at once":
                    return reset(connection)
                length = next(
                    (int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length:")), 0
                )
                wanted = length // 2 if trouble == "reset within" else length
                body = rest
                while len(body) < wanted:
                    more = connection.recv(65536)
                    if not more:
                        return
                    body += more
                body, rest = body[:length], body[length:]
                if trouble == "reset within":
                    return reset(connection)
                if trouble in self.answers:
                    connection.sendall(self.answers[trouble])
                    if trouble in ("no HTTP", "cut", "nothing"):
                        return
                    continue
                if trouble == "refused":
                    connection.sendall(self.refusal)
                    continue
                if trouble == "small" and length > TOO_LARGE:
                    connection.sendall(answer(413, "Request Entity Too Large"))
                    continue
                if trouble.startswith("mute"):
                    # Half of the mute ones have stored what they were sent.
                    if trouble == "mute" and random.random() < 0.5:
                        upstream, _ = self.ask(upstream, head, body)
                    self.mute.wait(60)
                    return
                if trouble == "late":
                    time.sleep(random.uniform(0.005, 0.08))
                upstream, reply = self.ask(upstream, head, body)
                if trouble == "reset after" or reply is None:
                    return reset(connection)
                connection.sendall(reply)
        except OSError:
            pass
        finally:
            connection.close()
            if upstream:
                upstream.close()

    @staticmethod
    def read_head(connection, buffer):
        while b"\r\n\r\n" not in buffer:
            more = connection.recv(65536)
            if not more:
                return None, b""
            buffer += more
        head, rest = buffer.split(b"\r\n\r\n", 1)
        return head, rest

    def ask(self, upstream, head, body):
        """Sends a request to the real server; its whole answer, or None when it is away."""
        try:
            if upstream is None:
                upstream = socket.create_connection(self.upstream, timeout=20)
            upstream.sendall(head + b"\r\n\r\n" + body)
            reply, rest = self.read_head(upstream, b"")
            if reply is None:
                raise OSError("closed")
            lines = [l.lower() for l in reply.split(b"\r\n")]
            length = next((int(l.split(b":")[1]) for l in lines if l.startswith(b"content-length:")), None)
            if length is None and any(b"chunked" in l for l in lines):
                while not rest.endswith(b"0\r\n\r\n"):
                    rest += upstream.recv(65536)
            while length is not None and len(rest) < length:
                rest += upstream.recv(65536)
            return upstream, reply + b"\r\n\r\n" + rest
        except OSError:
            if upstream:
                upstream.close()
            return None, None


def reset(connection):
    """Closes so that the other end sees a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
