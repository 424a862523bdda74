"""An MQTT broker that knows 3.1.1 and nothing newer: prints its port, then sends one message on a/old to each client.

With a number of bytes behind its name the message is one of so many sevens.
"""

import socket
import struct
import sys
import threading

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
size = int(sys.argv[1]) if len(sys.argv) > 1 else 0


def packet(stream):
    kind = stream.read(1)[0]
    length, shift = 0, 0
    while True:
        byte = stream.read(1)[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return kind >> 4, stream.read(length)


def head(kind, length):
    head = [kind]
    while True:
        head.append(length & 127 | (128 if length > 127 else 0))
        length >>= 7
        if not length:
            return bytes(head)


def publish(client):
    topic, text = b"a/old", b'{"v": 4}'
    client.sendall(head(0x30, 2 + len(topic) + (size or len(text))) + struct.pack(">H", len(topic)) + topic)
    piece = b"7" * (1 << 20)
    for place in range(0, size, len(piece)):
        client.sendall(piece[:size - place])
    if not size:
        client.sendall(text)


def serve(client):
    try:
        stream = client.makefile("rb")
        kind, body = packet(stream)
        version = body[2 + struct.unpack(">H", body[:2])[0]]
        if version != 4:
            client.sendall(bytes([0x20, 2, 0, 1]))
            return
        client.sendall(bytes([0x20, 2, 0, 0]))
        while True:
            kind, body = packet(stream)
            if kind == 8:
                client.sendall(bytes([0x90, 3]) + body[:2] + b"\1")
                publish(client)
    except (OSError, IndexError):
        # The client is gone.
        pass
    finally:
        client.close()


while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
