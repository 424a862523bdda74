"""Writes SunSpec models and answers that are right into the folder that is named."""

import struct
import sys

lengths = {1: 66, 101: 50, 103: 50, 111: 60, 120: 26, 160: 48, 201: 105, 203: 105, 211: 124, 701: 153}
for model, length in lengths.items():
    words = [model, length] + [0] * length
    with open(f"{sys.argv[1]}/model-{model}", "wb") as file:
        file.write(bytes(4) + b"".join(struct.pack(">H", word) for word in words))
with open(f"{sys.argv[1]}/answer", "wb") as file:
    file.write(bytes([4, 0, 0, 1, 4, 4, 0x43, 0x67, 0x80, 0]))
with open(f"{sys.argv[1]}/name", "wb") as file:
    file.write(bytes([5, 0, 0, 0]) + bytes.fromhex("2b0e01010002000341424201034232333333"))
