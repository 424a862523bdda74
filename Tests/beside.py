"""Programs beside a script, which ends them: some with a clock that goes faster."""
import contextlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time


def run(*words, **options):
    """What a program wrote; an end with its error when it failed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words[:4]))} …: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def free_port():
    """A port of this machine that nobody has."""
    with socket.socket() as listener:
        # Below the ports that the system gives to others meanwhile.
        for port in range(21000 + os.getpid() % 8000, 32000):
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise OSError("no free port")


def fast_clock(speed):
    """The words before a program whose clocks go so many times faster, from a noon three days ago on: at the end of a day or
    two no instant lies ahead of the clocks of servers, which go as they are."""
    start = time.strftime("@%Y-%m-%d 12:00:00", time.gmtime(time.time() - 3 * 86_400))
    return ["faketime", "-f", f"{start} x{speed}"]


def begin(*words, **options):
    """A program in a group of its own: faketime starts another one, which a signal to faketime does not reach."""
    return subprocess.Popen([str(word) for word in words], start_new_session=True, text=True, **options)


def kilobytes(process, name):
    """Of a process, by its number and a name in /proc/PID/status such as RssAnon."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(name + r":\s+(\d+)", status)[1])


def end(process):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    process.wait()


class Peer:
    """A program that is ended with its standard input; its first line is its address."""

    def __init__(self, stack, *words):
        self.process = begin(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        stack.callback(self.end)
        self.line = self.process.stdout.readline().strip()

    def ask(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self):
        self.process.stdin.close()
        end(self.process)
