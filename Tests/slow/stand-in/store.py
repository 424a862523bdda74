"""Grafana's database: who may log in, in SQLite as Grafana keeps it."""

import hashlib
import os
import secrets
import sqlite3


def hashed(password, salt):
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt.encode(), 10_000, 50).hex()


class Store:
    def __init__(self, folder, wal):
        self.path = os.path.join(folder, "grafana.db")
        self.is_new = not os.path.exists(self.path)
        with self.open() as database:
            if wal:
                database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                'CREATE TABLE IF NOT EXISTS "user" (id INTEGER PRIMARY KEY, login TEXT, password TEXT, salt TEXT)'
            )
            database.execute("CREATE TABLE IF NOT EXISTS data_source (uid TEXT PRIMARY KEY, name TEXT, url TEXT)")

    def open(self):
        return sqlite3.connect(self.path, timeout=10)

    def set_password(self, login, password):
        salt = secrets.token_hex(5)
        with self.open() as database:
            known = database.execute('SELECT id FROM "user" WHERE login = ?', [login]).fetchone()
            if known:
                database.execute(
                    'UPDATE "user" SET password = ?, salt = ? WHERE id = ?', [hashed(password, salt), salt, known[0]]
                )
            else:
                database.execute(
                    'INSERT INTO "user" (login, password, salt) VALUES (?, ?, ?)', [login, hashed(password, salt), salt]
                )
        return bool(known)

    def accepts(self, login, password):
        with self.open() as database:
            row = database.execute('SELECT password, salt FROM "user" WHERE login = ?', [login]).fetchone()
        return row is not None and secrets.compare_digest(row[0], hashed(password, row[1]))

    def keep_sources(self, sources):
        with self.open() as database:
            database.executemany(
                "INSERT OR REPLACE INTO data_source VALUES (:uid, :name, :url)",
                [{key: source[key] for key in ("uid", "name", "url")} for source in sources],
            )
