"""A device that answers questions by UDP for one test, with the faults of a network. Only what Python brings along.

Prints its port. Then each line of input is an order, answered with a line; it ends when its input does.
    answer TEXT   what it answers from now on; nothing at all while there is none    -> ok
    lose N        so many of the next questions never reach it                       -> ok
    stranger TEXT what another machine sends to whoever asks, just before it answers -> ok
    asked         how many questions reached it, and the last of them                -> N TEXT
"""

import socket
import sys
import threading

device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
device.bind(("127.0.0.1", 0))
stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
stranger.bind(("127.0.0.2", 0))
state = {"answer": "", "lose": 0, "stranger": "", "count": 0, "last": ""}


def serve():
    while True:
        question, sender = device.recvfrom(65536)
        if state["lose"]:
            state["lose"] -= 1
            continue
        state["count"] += 1
        state["last"] = question.decode()
        if state["stranger"]:
            stranger.sendto(state["stranger"].encode(), sender)
        if state["answer"]:
            device.sendto(state["answer"].encode(), sender)


threading.Thread(target=serve, daemon=True).start()
print(device.getsockname()[1], flush=True)
for line in sys.stdin:
    order, _, rest = line.rstrip("\n").partition(" ")
    if order == "asked":
        print(state["count"], state["last"], flush=True)
        continue
    state[order] = int(rest) if order == "lose" else rest
    print("ok", flush=True)
