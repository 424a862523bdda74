"""An MQTT broker that knows 3.1.1 and nothing newer: prints its port, then sends one message on a/old to each client."""

import socket
import struct
import threading

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def packet(stream):
    kind = stream.read(1)[0]
    length, shift = 0, 0
    while True:
        byte = stream.read(1)[0]
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return kind >> 4, stream.read(length)


def serve(client):
    stream = client.makefile("rb")
    kind, body = packet(stream)
    version = body[2 + struct.unpack(">H", body[:2])[0]]
    if version != 4:
        client.sendall(bytes([0x20, 2, 0, 1]))
        return client.close()
    client.sendall(bytes([0x20, 2, 0, 0]))
    while True:
        kind, body = packet(stream)
        if kind == 8:
            client.sendall(bytes([0x90, 3]) + body[:2] + b"\1")
            topic, text = b"a/old", b'{"v": 4}'
            client.sendall(bytes([0x30, 2 + len(topic) + len(text), 0, len(topic)]) + topic + text)


while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
