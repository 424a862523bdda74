"""An RS485 pair for the tests: what one says on it, all others hear.

    wire.py [--echo] LINK COMMAND...

LINK is a pseudo-terminal, where boxenergie's converter is; each COMMAND is a device that speaks on its standard input
and output. Prints a line with the process numbers of the devices, and ends when its standard input does. With --echo the
converter hears itself, as two-wire ones do.
"""

import os
import select
import shlex
import subprocess
import sys
import tty


def main():
    arguments = sys.argv[1:]
    echo = arguments[0] == "--echo"
    link, *commands = arguments[1:] if echo else arguments
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
    voices = {device.stdout.fileno(): device for device in devices}
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
                    if echo:
                        os.write(master, data)
                elif data:
                    os.write(master, data)
                else:
                    del voices[descriptor]
                for device in devices:
                    # Devices hear the master; their own code skips what is not for them. A frozen one hears nothing.
                    if descriptor == master:
                        try:
                            os.write(device.stdin.fileno(), data)
                        except (BlockingIOError, BrokenPipeError):
                            pass
    finally:
        for device in devices:
            device.kill()
        os.unlink(link)


main()
