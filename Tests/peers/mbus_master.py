"""Reads M-Bus meters by pyMeterBus: `LINE ADDRESS`, where the address is a primary or a secondary one.

Prints one JSON object a telegram.
"""

import json
import sys

import meterbus
import serial


def main():
    path, address = sys.argv[1:]
    # A pseudo-terminal has no parity, and refuses to be asked for it twice.
    with serial.Serial(path, 2400, 8, "N", 1, timeout=2) as line:
        if len(address) == 16:
            meterbus.send_select_frame(line, address)
            if not isinstance(meterbus.load(meterbus.recv_frame(line, 1)), meterbus.TelegramACK):
                sys.exit("no acknowledgement of the selection")
            request = meterbus.send_request_frame_multi(line, meterbus.ADDRESS_NETWORK_LAYER)
        else:
            meterbus.send_ping_frame(line, int(address))
            if not isinstance(meterbus.load(meterbus.recv_frame(line, 1)), meterbus.TelegramACK):
                sys.exit("no acknowledgement")
            request = meterbus.send_request_frame_multi(line, int(address))
        while True:
            telegram = meterbus.load(meterbus.recv_frame(line, meterbus.FRAME_DATA_LENGTH))
            print(json.dumps(json.loads(telegram.to_JSON())["body"]))
            if not telegram.more_records_follow:
                return
            request.header.cField.parts[0] ^= meterbus.CONTROL_MASK_FCB
            request = meterbus.send_request_frame_multi(line, req=request)


main()
