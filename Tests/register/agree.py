#!/usr/bin/env python3
"""Tests/register/agree.py: reads cases from standard input, one a line (the key or -, then files in hexadecimal), and prints
for each what verify.py finds: KIND NUMBER …, separated by commas, then how many records it read."""
import sys

import verify

for line in sys.stdin:
    key, *files = line.split()
    faults, count = verify.check([bytes.fromhex(file) for file in files], None if key == "-" else key.encode())
    print(", ".join(" ".join(map(str, fault)) for fault in faults) + f"; {count}")
