#!/usr/bin/env python3
"""Tests/peers/tls_door.py CERTIFICATE KEY ADDRESS: a door with TLS before a server, for one test.

Prints its own address (https://127.0.0.1:PORT), then obeys lines of its standard input and ends with it:
  use CERTIFICATE KEY   shows another certificate to whoever comes from now on
  bytes                 prints how many bytes came and went on the wire so far, those of TLS included, and how many
                        connections were made: three numbers
  close                 ends all connections that are open
"""
import socket
import ssl
import sys
import threading
import urllib.parse

lock = threading.Lock()
counts = {"in": 0, "out": 0, "connections": 0}
open_sockets = set()


def serve(take):
    """Listens on a port of its own; each connection gets a thread."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=take, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def join(one, other, count=None):
    """Hands bytes on in both directions until one side ends."""

    def copy(source, target, way):
        try:
            while data := source.recv(65536):
                if count:
                    count(way, len(data))
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    with lock:
        open_sockets.update((one, other))
    threading.Thread(target=copy, args=(other, one, "out"), daemon=True).start()
    copy(one, other, "in")
    with lock:
        open_sockets.difference_update((one, other))


class Door:
    def __init__(self, certificate, key, address):
        self.server = urllib.parse.urlsplit(address)
        self.use(certificate, key)
        self.inner = serve(self.take_plain)
        self.port = serve(self.take)

    def use(self, certificate, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.context = context

    def take(self, connection):
        """What comes from outside, counted."""
        with lock:
            counts["connections"] += 1
        join(connection, socket.create_connection(("127.0.0.1", self.inner)), self.count)

    def take_plain(self, connection):
        """The same behind TLS."""
        try:
            inside = self.context.wrap_socket(connection, server_side=True)
        except (OSError, ssl.SSLError):
            connection.close()
            return
        join(inside, socket.create_connection((self.server.hostname, self.server.port)))

    def count(self, way, number):
        with lock:
            counts[way] += number


def main():
    door = Door(*sys.argv[1:4])
    print(f"https://127.0.0.1:{door.port}", flush=True)
    for line in sys.stdin:
        order = line.split()
        if order[:1] == ["use"]:
            door.use(*order[1:3])
            print("used", flush=True)
        elif order == ["bytes"]:
            with lock:
                print(counts["in"], counts["out"], counts["connections"], flush=True)
        elif order == ["close"]:
            with lock:
                ends = list(open_sockets)
            for end in ends:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            print("closed", flush=True)


if __name__ == "__main__":
    main()
