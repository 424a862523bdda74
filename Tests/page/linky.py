"""A Linky in mode standard whose voltage and power are others every five seconds, and that remembers when it told them.

It tells no date. The power is ten times the voltage, in VA.
"""
import os
import pty
import threading
import time
import tty


def group(label, data):
    """A group of the mode standard: the checksum is over label, data and each tabulator (Enedis-NOI-CPT_54E §5.3)."""
    text = f"{label}\t{data}\t"
    return f"\n{text}{chr((sum(text.encode()) & 0x3F) + 0x20)}\r"


class ChangingLinky:
    def __init__(self, link):
        self.told = []
        self.ending = threading.Event()
        self.end, device = pty.openpty()
        tty.setraw(device)
        self.device = device
        os.symlink(os.ttyname(device), link)
        self.thread = threading.Thread(target=self.tell)
        self.thread.start()

    def tell(self):
        while not self.ending.wait(1.2):
            volts = 220 + int(time.time() / 5) % 20
            groups = (("ADSC", "041876543210"), ("VTIC", "02"), ("EAST", "012345678"), ("SINSTS", f"{volts * 10:05}"),
                      ("URMS1", f"{volts:03}"))
            os.write(self.end, ("\x02" + "".join(group(*one) for one in groups) + "\x03").encode())
            self.told.append((time.time(), volts))

    def first_told(self, volts, before):
        """When the voltage that was shown `before` that instant was told first, of its last run of frames; or None."""
        first = None
        for at, other in reversed(self.told):
            if at > before:
                continue
            if other == volts:
                first = at
            elif first is not None:
                break
        return first

    def close(self):
        self.ending.set()
        self.thread.join()
        os.close(self.end)
        os.close(self.device)
