"""A small disk in a mount namespace of its own, which can be full or read-only; it is gone when the test is."""

import pathlib
import subprocess


class Disk:
    """A tmpfs over a folder. Needs root."""

    def __init__(self, folder, kilobytes=600):
        self.folder = pathlib.Path(folder)
        self.is_sick = False
        self.shell = subprocess.Popen(
            ["unshare", "--mount", "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.do(f'mount -t tmpfs -o size={kilobytes}k,mode=755 tmpfs "{self.folder}"')

    def do(self, command):
        """Runs a command where the disk is; waits for it."""
        self.shell.stdin.write(f"{command}\necho done $?\n".encode())
        self.shell.stdin.flush()
        said = []
        while not (line := self.shell.stdout.readline()).startswith(b"done "):
            if not line:
                raise AssertionError(f"no disk: {b''.join(said)}")
            said.append(line)
        return line == b"done 0\n"

    @property
    def enter(self):
        return ["nsenter", f"--mount=/proc/{self.shell.pid}/ns/mnt"]

    def seen(self, folder):
        """A folder of it as the test sees it."""
        return pathlib.Path(f"/proc/{self.shell.pid}/root{folder}")

    def fill(self):
        self.is_sick = True
        self.do(f'cat /dev/zero > "{self.folder}/ballast" 2> /dev/null')

    def make_read_only(self):
        """Works while nothing on it is open for writing."""
        self.is_sick = self.do(f'mount -o remount,ro "{self.folder}"')

    def heal(self):
        self.do(f'mount -o remount,rw "{self.folder}"')
        self.do(f'rm -f "{self.folder}/ballast"')
        self.is_sick = False

    def close(self):
        self.shell.stdin.close()
        self.shell.wait()
