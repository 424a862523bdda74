"""A real PostgreSQL for one test, and a server before it that does everything wrong."""

import os
import pathlib
import random
import socket
import struct
import subprocess
import time

from troubled_server import Troubled, reset

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRANTS = """
CREATE ROLE box LOGIN;
GRANT USAGE ON SCHEMA boxenergie TO box;
GRANT INSERT ON boxenergie.reading TO box;
GRANT EXECUTE ON FUNCTION boxenergie.prepare(double precision[]), boxenergie.tell(text, text, text) TO box;
"""


class Postgres:
    """A real PostgreSQL with the box's tables, whose user box may insert and nothing else."""

    # A text is as welcome as a number, and so is any year that it knows.
    refuses_lines = False
    has_parts_of_seconds = True

    def __init__(self):
        self.process = subprocess.Popen(
            [ROOT / "Tests/peers/postgres", "plain", "max_connections=400"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.port, self.folder = [self.process.stdout.readline().strip() for _ in range(2)]
        self.run("CREATE DATABASE boxenergie", "postgres")
        self.run((ROOT / "Sources/Packaging/postgresql/boxenergie.sql").read_text() + GRANTS)

    def run(self, text, database="boxenergie"):
        psql = ["psql", "-h", self.folder, "-p", self.port, "-U", "admin", "-d", database, "-AtXq", "-v", "ON_ERROR_STOP=1"]
        environment = dict(os.environ, PGPASSWORD="secret")
        done = subprocess.run(psql, input=text, env=environment, text=True, capture_output=True)
        if done.returncode:
            raise AssertionError(done.stderr)
        return done.stdout.splitlines()

    def troubled(self, site):
        """A server before it that does everything wrong."""
        return TroubledPostgres("127.0.0.1", int(self.port))

    def stored(self, site):
        """What of a site is in the database: pairs of time in nanoseconds and number."""
        rows = self.run(
            "SELECT (extract(epoch FROM t) * 1000000)::bigint, value::bigint FROM boxenergie.reading "
            f"WHERE site = '{site}' AND measurement = 'raw.numbers' AND field = 'n'"
        )
        return [(int(time) * 1000, int(number)) for time, number in (row.split("|") for row in rows)]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def refusal(state):
    """The answer to a statement: an error with this SQLSTATE, and that the next one may come."""
    fields = b"SERROR\0VERROR\0C" + state.encode() + b"\0Mwords\0\0"
    return b"E" + struct.pack("!i", len(fields) + 4) + fields + b"Z" + struct.pack("!i", 5) + b"I"


# What is answered without asking the real server; lines are fine, so that all of these but the last are to be kept.
STATES = ["08006", "53100", "53300", "40001", "40P01", "55P03", "57014", "57P01", "25006", "42P01", "42501", "3D000", "XX000"]
REFUSED = "22021"


class TroubledPostgres(Troubled):
    """Does so before a PostgreSQL; the troubles are those of statements."""

    def plan(self, rng, count, refuses=True):
        """So many troubles in random order, with lines refused that are fine or without."""
        below = ["reset at once", "reset within", "reset after", "late", "mute", "no server"] + ["refused"] * refuses
        return [rng.choice(STATES + below * 2) for _ in range(count)]

    def serve(self, connection):
        upstream = None
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            upstream = socket.create_connection(self.upstream, timeout=60)
            upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.pass_on(connection, upstream, first=True)
            self.answer(connection, upstream)
            while (statement := self.statement(connection)) is not None:
                trouble = self.next_trouble()
                if trouble in ("reset at once", "no server"):
                    return reset(connection)
                if trouble == "reset within":
                    upstream.sendall(statement[: len(statement) // 2])
                    return reset(connection)
                if trouble in STATES or trouble == "refused":
                    connection.sendall(refusal(REFUSED if trouble == "refused" else trouble))
                    continue
                if trouble == "mute" and random.random() < 0.5:
                    self.mute.wait(60)
                    return
                if trouble == "late":
                    time.sleep(random.uniform(0.005, 0.08))
                upstream.sendall(statement)
                reply = self.reply(upstream)
                if trouble == "mute":
                    self.mute.wait(60)
                    return
                if trouble == "reset after":
                    return reset(connection)
                connection.sendall(reply)
        except OSError:
            pass
        finally:
            connection.close()
            if upstream:
                upstream.close()

    @staticmethod
    def read(connection, count):
        data = b""
        while len(data) < count:
            more = connection.recv(count - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data

    def message(self, connection, has_type=True):
        """A message of the protocol: its type, but for the first one, its length and the rest."""
        head = self.read(connection, 5 if has_type else 4)
        return head + self.read(connection, struct.unpack("!i", head[-4:])[0] - 4)

    def pass_on(self, connection, upstream, first):
        upstream.sendall(self.message(connection, has_type=not first))

    def answer(self, connection, upstream):
        """Passes on what the server says until it is ready; nobody is asked for a password."""
        connection.sendall(self.reply(upstream))

    def reply(self, upstream):
        """All that the server says until it is ready for the next statement."""
        reply = b""
        while True:
            message = self.message(upstream)
            reply += message
            if message[:1] == b"Z":
                return reply

    def statement(self, connection):
        """The messages of a statement with its parameters; None at the end."""
        statement = b""
        while True:
            message = self.message(connection)
            if message[:1] == b"X":
                return None
            statement += message
            if message[:1] in (b"S", b"Q"):
                return statement
