#!/usr/bin/env python3
"""Clients of the program's own HTTP server that behave badly, for PushAttackTests.

push_client.py PORT PATH TOKEN: takes orders, one a line, and answers each with one line of JSON.
"""
import http.client
import json
import socket
import sys
import time

port, path, token = int(sys.argv[1]), sys.argv[2], sys.argv[3]
good = json.dumps({"v": 1}).encode()


def connect(timeout=60):
    return socket.create_connection(("127.0.0.1", port), timeout)


def post(body=good, **headers):
    """A well-behaved post; its status, 0 when it was cut off."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"Authorization": "Bearer " + token} | headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def exchange(text):
    """Sends bytes as they are; the statuses of all that is answered until the server closes or says no more."""
    with connect(15) as client:
        data = b""
        try:
            client.sendall(text)
            client.shutdown(socket.SHUT_WR)
            while chunk := client.recv(65536):
                data += chunk
        except OSError:
            pass
    return [int(part[:3]) for part in data.split(b"HTTP/1.1 ")[1:]]


def head(extra="", method="POST", target=None):
    return f"{method} {target or path} HTTP/1.1\r\nHost: box\r\nAuthorization: Bearer {token}\r\n{extra}\r\n".encode()


def loris():
    """A byte a second: how long until it is cut off."""
    start = time.monotonic()
    with connect() as client:
        client.settimeout(1)
        try:
            for byte in head("Content-Length: 7\r\n") + good + b" " * 1000:
                client.sendall(bytes([byte]))
                try:
                    if not client.recv(100):
                        break
                except TimeoutError:
                    pass
        except OSError:
            pass
    return time.monotonic() - start


def crowd(count):
    """So many connections that say nothing; then, while they last, how long a good post takes."""
    clients = []
    for _ in range(count):
        try:
            clients.append(connect(5))
        except OSError:
            break
    start = time.monotonic()
    while (status := post()) != 204 and time.monotonic() - start < 120:
        time.sleep(0.2)
    seconds = time.monotonic() - start
    for client in clients:
        client.close()
    return {"open": len(clients), "status": status, "seconds": seconds}


def large(size):
    """A body that is too large: all in one, as curl would, and in chunks."""
    plain = post(b" " * size)
    with connect(20) as client:
        data = b""
        try:
            client.sendall(head("Transfer-Encoding: chunked\r\n"))
            for _ in range(size // 65536 + 1):
                client.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            client.sendall(b"0\r\n\r\n")
            data = client.recv(1000)
        except OSError:
            pass
    return {"plain": plain, "chunked": int(data[9:12]) if data else 0}


def pipeline(count):
    request = head(f"Content-Length: {len(good)}\r\n") + good
    wrong = request.replace(token.encode(), b"x" * len(token))
    return exchange((request + wrong) * count)


orders = {
    "post": lambda: post(),
    "loris": loris,
    "crowd": lambda: crowd(1000),
    "large": lambda: large(10_000_000),
    "pipeline": lambda: pipeline(10),
    "rounds": lambda: [post() for _ in range(30)],
    "chunks": lambda: exchange(head("Transfer-Encoding: chunked\r\n") + b"zz\r\n{}\r\n0\r\n\r\n"),
    "short": lambda: exchange(head("Content-Length: 100\r\n") + good),
    "both": lambda: exchange(head("Content-Length: 7\r\nTransfer-Encoding: chunked\r\n") + good + b"0\r\n\r\n"),
    "negative": lambda: exchange(head("Content-Length: -1\r\n") + good),
    "huge": lambda: exchange(head("Content-Length: 99999999999999999999999\r\n") + good),
    "folded": lambda: exchange(head("X: " + "y" * 100_000 + "\r\n") + good),
    "garbage": lambda: exchange(bytes(range(256)) * 20 + b"\r\n\r\n"),
    "traversal": lambda: [
        exchange(head("Connection: close\r\n", "GET", target))
        for target in ["/push/../../etc/passwd", "/../etc/passwd", "/push/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
                       "/push/", "/", "http://elsewhere/", "/push/it/../it/x"]
    ],
}
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(orders[line.strip()]()), flush=True)
