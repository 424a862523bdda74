"""Grafana's settings: what the environment says, then grafana.ini, then the command line's defaults, then its own."""

import configparser
import os

OWN = {
    ("paths", "data"): "data",
    ("paths", "provisioning"): "conf/provisioning",
    ("server", "http_addr"): "",
    ("server", "http_port"): "3000",
    ("database", "wal"): "false",
    ("security", "admin_user"): "admin",
    ("security", "admin_password"): "admin",
    ("auth.anonymous", "enabled"): "false",
    ("unified_alerting", "enabled"): "true",
    ("dashboards", "default_home_dashboard_path"): "",
}


class Settings:
    def __init__(self, home, file, overrides):
        self.home = home
        self.file = configparser.ConfigParser(interpolation=None, comment_prefixes=(";", "#"), strict=False)
        with open(file, encoding="utf-8") as lines:
            self.file.read_string("[DEFAULT]\n" + lines.read())
        self.overrides = dict(
            entry.removeprefix("cfg:default.").split("=", 1) for entry in overrides if entry.startswith("cfg:default.")
        )

    def text(self, section, key):
        name = f"GF_{section}_{key}".upper().replace(".", "_")
        if os.environ.get(name):
            return os.environ[name]
        if self.file.has_option(section, key):
            return self.file.get(section, key)
        return self.overrides.get(f"{section}.{key}", OWN[section, key])

    def is_on(self, section, key):
        return self.text(section, key).lower() in ("true", "1", "yes", "on")

    def folder(self, key):
        """Relative ones are below Grafana's own folder, as the data of a command without the package's settings."""
        return os.path.join(self.home, self.text("paths", key))
