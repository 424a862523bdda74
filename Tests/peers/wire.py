"""An RS485 pair for the tests: what one says on it, all others hear.

    wire.py [--echo] [--noise HEX] LINK COMMAND...

LINK is a pseudo-terminal, where boxenergie's converter is; each COMMAND is a device that speaks on its standard input
and output. Prints a line with the process numbers of the devices, and ends when its standard input does. With --echo the
converter hears itself, as two-wire ones do; with --noise it hears these bytes before each answer.

A COMMAND may begin with a device's speed, `9600:python ...`. While the converter has another one, the device hears
nothing but damaged bytes, and nothing else is heard of it.
"""

import argparse
import os
import re
import select
import shlex
import subprocess
import termios
import tty


def damaged(data):
    """What is left of bytes for one who listens at another speed."""
    return bytes(byte ^ 0xA5 for byte in data[::2])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--echo", action="store_true")
    parser.add_argument("--noise", default="")
    parser.add_argument("link")
    parser.add_argument("commands", nargs="+")
    options = parser.parse_args()
    link, noise = options.link, bytes.fromhex(options.noise)
    speeds, commands = zip(*(re.fullmatch(r"(?:(\d+):)?(.*)", command).groups() for command in options.commands))
    master, slave = os.openpty()
    tty.setraw(slave)
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(os.ttyname(slave), link)
    devices = [
        subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        for command in commands
    ]
    for device in devices:
        os.set_blocking(device.stdin.fileno(), False)
    print(*(device.pid for device in devices), flush=True)
    voices = {device.stdout.fileno(): speed for device, speed in zip(devices, speeds)}

    def over(data, speed):
        """Bytes between the converter and a device of a speed."""
        if speed is None or termios.tcgetattr(slave)[5] == getattr(termios, f"B{speed}"):
            return data
        return damaged(data)

    try:
        while True:
            ready, _, _ = select.select([0, master, *voices], [], [])
            for descriptor in ready:
                data = os.read(descriptor, 4096)
                if descriptor == 0:
                    if not data:
                        return
                    continue
                if descriptor == master:
                    if options.echo:
                        os.write(master, data)
                elif data:
                    os.write(master, noise + over(data, voices[descriptor]))
                else:
                    del voices[descriptor]
                for device, speed in zip(devices, speeds):
                    # Devices hear the master; their own code skips what is not for them. A frozen one hears nothing.
                    if descriptor == master:
                        try:
                            os.write(device.stdin.fileno(), over(data, speed))
                        except (BlockingIOError, BrokenPipeError):
                            pass
    finally:
        for device in devices:
            device.kill()
        os.unlink(link)


main()
