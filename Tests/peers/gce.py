"""Devices of GCE Electronics that answer the broadcast of Tests/peers/neighbours, each in one network."""

import http.server
import json
import select
import socket
import threading

QUESTION = b"Discover GCE Devices"
ECO = {"product": "Eco-devices", "T1_PTEC": "HP..", "T1_PAPP": 1640, "T2_PTEC": "----", "INDEX_C1": 12, "INDEX_C2": 0}
RT2 = {"product": "EcoDevices_RT", "status": "Success", "Index_TI1": 1234, "Index_TI2": 0}


class Page(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_GET(self):
        port = self.server.server_port
        body = {80: ECO, 8080: RT2, 81: {}}[port]
        status = 200
        if port == 80 and self.path.startswith("/protect/"):
            status = 401
        elif not self.path.startswith("/api/xdevices.json?") or port == 81:
            status = 404
        elif port == 8080 and "key=apikey" not in self.path:
            body = {"product": "EcoDevices_RT", "status": "Error"}
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() if status == 200 else b"<html>no</html>")


def udp(address):
    answering = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    answering.bind((address, 30303))
    return answering


for place in [("10.9.8.1", 80), ("10.9.8.1", 81), ("10.9.9.1", 8080)]:
    server = http.server.ThreadingHTTPServer(place, Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()

# Bound to the broadcast address of one network, so that what is sent into the other one is not heard.
networks = [
    (udp("10.9.8.255"), udp("10.9.8.1"), [(b"ECODEVICES", 80), (b"IPX800_V4", 81)]),
    (udp("10.9.9.255"), udp("10.9.9.1"), [(b"ECODEVICES RT 2", 8080)]),
]
while True:
    ready, _, _ = select.select([network[0] for network in networks], [], [])
    for hearing, answering, devices in networks:
        if hearing not in ready:
            continue
        question, sender = hearing.recvfrom(100)
        if question != QUESTION:
            continue
        answering.sendto(b"nonsense", sender)
        for name, port in devices:
            for _ in range(2):
                answering.sendto(name + b"\r\n00-04-A3-11-22-33\r\n%d\r\n" % port, sender)
