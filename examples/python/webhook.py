# SPDX-License-Identifier: Apache-2.0
"""Receives the webhooks of a hub, checks who sent them, and takes each event once and in order.

    python3 webhook.py PORT KEY_FILE PLACE_FILE

It needs no packages. The library "standardwebhooks" checks signatures as well as the function below,
and a framework brings the body as long as it keeps the bytes as they came.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

port, key_file, place_file = sys.argv[1:]
with open(key_file, encoding="utf-8") as file:
    lines = [line.strip() for line in file]
keys = [base64.b64decode(line.removeprefix("whsec_")) for line in lines if line and line[0] != "#"]

TOLERANCE_S = 5 * 60  # an older message may be one that somebody recorded and plays again
MOST_BYTES = 1 << 20


def is_genuine(headers, body):
    """Standard Webhooks (standardwebhooks.com), whose name for a signature of this kind is v1."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_S:
        return False
    signed = f"{message_id}.{stamp}.".encode() + body
    given = headers.get("webhook-signature", "").split(" ")
    for key in keys:
        mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        if any(hmac.compare_digest(b"v1," + mac, each.encode()) for each in given):
            return True
    return False


class Place:
    """How far it has come. Your database would keep it, in the transaction that uses the event."""

    def __init__(self):
        self.lock = Lock()
        self.epoch, self.seq = "", 0
        if os.path.exists(place_file):
            with open(place_file, encoding="utf-8") as file:
                self.epoch, self.seq = json.load(file)

    def keep(self, epoch, seq):
        self.epoch, self.seq = epoch, seq
        with open(place_file + ".new", "w", encoding="utf-8") as file:
            json.dump([epoch, seq], file)
        os.replace(place_file + ".new", place_file)


place = Place()


def take(message):
    data = message["data"]
    if message["type"] == "gap":
        epoch, seq = data["resume"]["epoch"], int(data["resume"]["seq"])
        if epoch == place.epoch and seq <= place.seq + 1:
            return  # had it
        print(f"gap, {data['missing']} missing before {seq}", flush=True)
        place.keep(epoch, seq - 1)
        return
    epoch, seq = data["epoch"], int(data["seq"])
    # Each event comes at least once; a number of the same run that is not higher came before.
    if epoch == place.epoch and seq <= place.seq:
        return
    print(f"{seq} {message['type']} {message['timestamp']}", flush=True)
    place.keep(epoch, seq)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # which keeps the connection

    def do_POST(self):
        size = int(self.headers.get("content-length", 0))
        if size > MOST_BYTES:
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(size)
        if not is_genuine(self.headers, body):
            return self.answer(401)
        with place.lock:
            take(json.loads(body))  # answered once it is done: what is not answered comes again
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        if status != 204:
            self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
print(f"listening on {server.server_port}", flush=True)
server.serve_forever()
