"""A server in front of a real InfluxDB that knows when it got what, and may be away, or mute for some databases."""

import re
import sys
import pathlib
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "delivery"))
from troubled_server import TroubledServer, reset  # noqa: E402


class Front(TroubledServer):
    """Listens on a port of its own; `writes` has the time, database, bytes and status of each write that was answered."""

    def __init__(self, host, port):
        self.writes = []
        self.mute_databases = set()
        self.ended = threading.Event()
        super().__init__(host, port)

    def close(self):
        super().close()
        self.ended.set()

    def serve(self, connection):
        upstream, rest = None, b""
        try:
            while True:
                head, rest = self.read_head(connection, rest)
                if head is None:
                    return
                if self.is_away:
                    return reset(connection)
                length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
                length = int(length[1]) if length else 0
                while len(rest) < length:
                    more = connection.recv(65536)
                    if not more:
                        return
                    rest += more
                body, rest = rest[:length], rest[length:]
                database = re.match(rb"POST /write\?[^ ]*\bdb=([^& ]*)", head)
                database = database[1].decode() if database else None
                if database in self.mute_databases:
                    self.ended.wait()
                    return
                upstream, reply = self.ask(upstream, head, body)
                if self.is_away or reply is None:
                    return reset(connection)
                if database:
                    self.writes.append((time.time(), database, length, int(reply.split(b" ", 2)[1])))
                connection.sendall(reply)
        except OSError:
            pass
        finally:
            connection.close()
            if upstream:
                upstream.close()
