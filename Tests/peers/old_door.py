"""A door before a real broker that lets in who speaks MQTT 3.1.1 and nobody newer: takes the broker's port, prints its own."""

import socket
import struct
import sys
import threading

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def first_packet(client):
    """The first packet as it came, and what it says."""
    head = client.recv(1)
    length, shift = 0, 0
    while True:
        byte = client.recv(1)
        head += byte
        length |= (byte[0] & 127) << shift
        shift += 7
        if byte[0] < 128:
            break
    body = b""
    while len(body) < length:
        body += client.recv(length - len(body))
    return head + body, body


def copy(source, target):
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    packet, body = first_packet(client)
    if body[2 + struct.unpack(">H", body[:2])[0]] != 4:
        client.sendall(bytes([0x20, 2, 0, 1]))
        return client.close()
    broker = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    broker.sendall(packet)
    threading.Thread(target=copy, args=(broker, client), daemon=True).start()
    copy(client, broker)


while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
