#!/usr/bin/env python3
"""Tests/register/verify.py [--key HEX] FILE...: checks a register by influx/REGISTER.md, every signature of it.

Written from that page, with the standard library and the package cryptography. Prints each fault as KIND NUMBER (missing
records as FIRST LAST), then how many records it read; ends with 1 when there is a fault."""
import calendar
import hashlib
import re
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LINE = re.compile(rb"([0-9a-f]{16})\|([1-9][0-9]{0,14})\|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\|(begin|year|break|quarter)"
                  rb"\|([\x20-\x7b\x7d\x7e]+)\|([0-9a-f]{64})\|([0-9a-f]{128})")
HEAD = re.compile(rb"format=1 box=[^ ]+ key=([0-9a-f]{64})( reason=(restored|machine|renewed|damaged|key|lost|clock))?")
WORD = re.compile(rb"[^ :=@]+:(import|export|production)=[0-9][0-9.]*@[0-9][0-9.]*")


class Record:
    def __init__(self, line):
        self.chain, number, instant, kind, self.content, self.previous, self.signature = LINE.fullmatch(line).groups()
        self.number, self.kind, self.line = int(number), kind.decode(), line
        self.time = calendar.timegm(time.strptime(instant.decode(), "%Y-%m-%dT%H:%M:%SZ"))
        assert self.time >= 0
        self.digest = hashlib.sha256(line).hexdigest().encode()
        head = HEAD.fullmatch(self.content) if self.kind != "quarter" else None
        self.key = head[1] if head and bool(head[2]) == (self.kind == "break") else None

    def is_signed_by(self, key):
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.decode()))
            return public.verify(bytes.fromhex(self.signature.decode()), self.line.rpartition(b"|")[0]) is None
        except (AttributeError, InvalidSignature, ValueError):
            return False


def check(files, expected=None):
    faults, count, last, key, quarter = [], 0, None, expected, 0
    skipped, is_broken = 0, False  # lines that are not what was written, since the last record; that record itself
    chains, known, doubts = (), {}, []  # this chain and those before it; by digests; keys that nobody vouches for yet
    for data in files:
        *lines, rest = data.split(b"\n")
        while lines and not lines[-1] and not rest:
            lines.pop()
        for place, line in enumerate(lines + ([rest] if rest else [])):
            number = (last.number if last else 0) + skipped + 1
            try:
                record = Record(line if place < len(lines) else b"")
            except (AssertionError, AttributeError, ValueError):
                is_end = place == len(lines) - (0 if rest else 1)
                faults.append(("cut" if is_end else "malformed", number))
                skipped += 1
                continue
            count += 1
            if record.kind == "break" and record.digest not in known and record.previous in known:
                if known[record.previous][0].number + 1 == record.number:
                    (last, chains, key), number, skipped, is_broken = known[record.previous], record.number, 0, False
            is_linked = last and not skipped and (record.number, record.previous) == (number, last.digest)
            signer = last and key or expected
            if last is None and record.kind != "quarter":
                key = record.key
            elif last is None and not expected:
                faults.append(("headless", record.number))
            is_vouched = key is None or record.is_signed_by(key)
            if not (is_vouched or record.kind == "break" and (last is None or record.is_signed_by(record.key))):
                faults.append(("changed", number if last else record.number))
                if is_linked and (record.chain == last.chain or record.kind == "break"):
                    last, is_broken, known[record.digest] = record, True, (record, chains, key)
                else:
                    skipped += 1
                if last:
                    continue
            elif last and record.number <= last.number:
                kind = "order" if record.number < last.number else "repeated" if record.line == last.line else "fork"
                faults.append((kind, record.number))
                continue
            elif last and record.number > number:
                faults.append(("missing", number, record.number - 1))
            elif last and record.chain != last.chain and record.kind != "break":
                faults.append(("stranger", record.number))
            elif last and record.previous != last.digest and not skipped and not is_broken:
                faults.append(("fork", record.number))
            if record.kind == "quarter":
                are_words = all(WORD.fullmatch(word) for word in record.content.split(b" "))
                if record.time % 900 or record.time <= quarter or not are_words:
                    faults.append(("untrue", record.number))
                quarter = record.time
            elif not record.key or record.kind == "begin" and (record.number, int(record.previous, 16)) != (1, 0):
                faults.append(("untrue", record.number))
            elif last and (record.kind == "begin" or record.kind == "year" and record.key != key):
                faults.append(("stranger", record.number))
            if record.key and (record.kind != "year" or last is None):
                chains, quarter = (*chains, count), 0
                doubts += [(len(faults), record, count)] if signer and not record.is_signed_by(signer) else []
            if expected and record.is_signed_by(expected):
                doubts = [doubt for doubt in doubts if doubt[2] not in chains]
            last, skipped, is_broken = record, 0, not is_vouched or record.kind != "quarter" and not record.key
            key, known[record.digest] = record.key or key, (record, chains, record.key or key)
    for place, record, _ in reversed(doubts):
        faults.insert(place, ("key", record.number))
    return faults, count


if __name__ == "__main__":
    wanted = sys.argv[2].encode() if sys.argv[1:2] == ["--key"] else None
    found, number = check([open(path, "rb").read() for path in sys.argv[3 if wanted else 1:]], wanted)
    print(*[" ".join(map(str, fault)) for fault in found], f"{number} records", sep="\n")
    sys.exit(1 if found else 0)
