"""M-Bus slaves that answer with frames as they were recorded, on a pseudo-terminal or a TCP port.

Prints where they are, then each request that it hears, as hexadecimal text; with --stdio neither. Faults come at fixed places, so that each
run is the same.
"""

import argparse
import os
import select
import signal
import socket
import tty


class Slave:
    """A meter: its telegrams, the first of which says both addresses."""

    def __init__(self, telegrams):
        self.telegrams = telegrams
        self.address = telegrams[0][5]
        self.identity = telegrams[0][7:15]
        self.selected = False
        self.bit = None
        self.place = 0

    def answer(self, request):
        """What it says to a frame; nothing when it is not meant."""
        if request[0] == 0x68:
            if request[4] in (0x53, 0x73) and request[5:7] == b"\xfd\x52":
                self.selected = all(
                    self.same(want, own, place < 4) for place, (want, own) in enumerate(zip(request[7:15], self.identity))
                )
                self.bit, self.place = None, 0
                return b"\xe5" if self.selected else b""
            return b""
        control, address = request[1], request[2]
        if address != self.address and not (address == 0xFD and self.selected):
            return b""
        if control == 0x40:
            self.bit, self.place = None, 0
            return b"\xe5"
        if control in (0x5B, 0x7B):
            if self.bit is not None and self.bit != control:
                self.place = (self.place + 1) % len(self.telegrams)
            self.bit = control
            return self.telegrams[self.place]
        return b""

    @staticmethod
    def same(want, own, is_digits):
        if not is_digits:
            return want in (0xFF, own)
        return all(w in (0xF, o) for w, o in ((want >> 4, own >> 4), (want & 15, own & 15)))


def requests(heard):
    """Takes whole frames from the front of what was heard."""
    while heard:
        length = 5 if heard[0] == 0x10 else heard[1] + 6 if heard[0] == 0x68 and len(heard) > 1 else 1
        if len(heard) < length or (heard[0] == 0x68 and len(heard) < 2):
            return
        frame = bytes(heard[:length])
        del heard[:length]
        if length > 1:
            yield frame


def main():
    # Swift's threads block signals, and their children begin with that: SIGTERM must end this program.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    parser = argparse.ArgumentParser()
    parser.add_argument("--tcp", action="store_true", help="listen on a TCP port in place of a pseudo-terminal")
    parser.add_argument("--stdio", action="store_true", help="speak on standard input and output, for wire.py")
    parser.add_argument("--echo", action="store_true", help="send back what is heard, as some converters do")
    parser.add_argument("--noise", default="", help="bytes before each answer")
    parser.add_argument("--drop", type=int, default=0, help="each so many-th answer is lost")
    parser.add_argument("--garble", type=int, default=0, help="each so many-th answer has a wrong byte")
    parser.add_argument("--lie", type=int, default=0, help="each so many-th data has a wrong register and a right checksum")
    parser.add_argument("telegrams", nargs="+", help="a meter's telegrams, with commas between them")
    options = parser.parse_args()
    slaves = [Slave([bytes.fromhex(t) for t in one.split(",")]) for one in options.telegrams]
    if options.stdio:
        line, say = 0, 1
    elif options.tcp:
        server = socket.create_server(("127.0.0.1", 0))
        print(server.getsockname()[1], flush=True)
        connection, _ = server.accept()
        line = say = connection.fileno()
    else:
        line, other = os.openpty()
        say = line
        tty.setraw(other)
        print(os.ttyname(other), flush=True)
    heard = bytearray()
    count = data = 0
    while True:
        select.select([line], [], [])
        more = os.read(line, 4096)
        if not more:
            return
        if options.echo:
            os.write(say, more)
        heard += more
        for request in requests(heard):
            if not options.stdio:
                print(request.hex(" "), flush=True)
            answers = [a for a in (slave.answer(request) for slave in slaves) if a]
            if not answers:
                continue
            count += 1
            if options.drop and count % options.drop == 0:
                continue
            answer = bytearray(answers[0])
            data += len(answer) > 1
            if options.lie and len(answer) > 1 and data % options.lie == 0:
                # The tenth digit of the first record.
                answer[25] ^= 0x01
                answer[-2] = sum(answer[4:-2]) & 0xFF
            if options.garble and count % options.garble == 0:
                answer[len(answer) // 2] ^= 0x21
            os.write(say, bytes.fromhex(options.noise) + answer)


if __name__ == "__main__":
    main()
