"""A clock that a test sets, of whichever programs are started with its environment."""
import mmap
import os
import pathlib
import shutil
import subprocess
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "peers/clock_shift.c"


class Clock:
    """Ahead of the machine's clock by `seconds`, and kept by a time server or not."""

    def __init__(self, seconds=0, kept=False):
        self.folder = tempfile.mkdtemp(prefix="boxenergie-clock-")
        library, file = f"{self.folder}/clock.so", f"{self.folder}/shift"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, os.fspath(SOURCE)], check=True)
        pathlib.Path(file).write_text(f"{0:+010d}n")
        with open(file, "r+b") as opened:
            self.map = mmap.mmap(opened.fileno(), 11)
        self.set(seconds, kept)
        self.environment = {"LD_PRELOAD": library, "CLOCK_SHIFT_FILE": file}

    def set(self, seconds, kept=False):
        self.map[:] = f"{seconds:+010d}{'y' if kept else 'n'}".encode()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.map.close()
        shutil.rmtree(self.folder, ignore_errors=True)
