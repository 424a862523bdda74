#!/usr/bin/env python3
"""MQTT devices that send every second, most of them what nobody can use: chatty_devices.py PORT COUNT FOLDER.

The topics are house/plug0, house/plug1 and so on. Of ten devices four are well, three lack a value, one has a word in
its place that is another one each time, one sends no JSON, and one both in turns. FOLDER is not used: by it a script
finds the process that it started. Needs no library: QoS 0 of MQTT 3.1.1.
"""
import json
import random
import socket
import sys
import time


def packet(kind, body):
    size, length = len(body), b""
    while True:
        length += bytes([size % 128 | (128 if size > 127 else 0)])
        size //= 128
        if not size:
            return bytes([kind]) + length + body


def text(words):
    return len(words).to_bytes(2, "big") + words.encode()


def word():
    return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))


def message(number, second):
    good = {"power": 20 + number + second % 7, "energy": 1000.5 + second}
    kind = number % 10
    if kind in (4, 5, 6) or kind == 9 and second % 2:
        del good["energy"]
    if kind == 7:
        good["energy"] = word()
    return word() if kind == 8 or kind == 9 and not second % 2 else json.dumps(good)


port, count = int(sys.argv[1]), int(sys.argv[2])
with socket.create_connection(("127.0.0.1", port)) as broker:
    broker.sendall(packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text("chatty")))
    assert broker.recv(4)[3] == 0, "the broker refuses"
    second = 0
    while True:
        for number in range(count):
            broker.sendall(packet(0x30, text(f"house/plug{number}") + message(number, second).encode()))
        second += 1
        time.sleep(1)
