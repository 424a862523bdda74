"""Devices that announce themselves in the network of this machine alone, by python-zeroconf.

announced.py SERVICE NAME...

SERVICE is such as _shelly._tcp, and the NAMEs are devices of it. Prints a line once they can be asked; ends with its input.
"""

import socket
import sys

from zeroconf import ServiceInfo, Zeroconf

service, *names = sys.argv[1:]
network = Zeroconf(interfaces=["127.0.0.1"])
for name in names:
    # An address that is not its own: whoever asks goes by the one that answered.
    address = socket.inet_aton("198.51.100.7")
    network.register_service(
        ServiceInfo(f"{service}.local.", f"{name}.{service}.local.", addresses=[address], port=80, server=f"{name}.local.")
    )
print("announced", flush=True)
sys.stdin.read()
network.close()
