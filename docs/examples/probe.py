"""Asks Atalaya for the top of a list and for the next cycle, over its event bus; nothing but Python's own library.

    python3 probe.py HOST PORT ADDRESS JSON WATCHED
"""
import json
import os
import socket
import struct
import sys

host, port, address, body, watched = sys.argv[1:]
headers = {"token": os.environ["ATALAYA_BRIDGE_TOKEN"]} if "ATALAYA_BRIDGE_TOKEN" in os.environ else {}

with socket.create_connection((host, int(port)), timeout=30) as connection, connection.makefile("rb") as stream:

    def send(frame):
        text = json.dumps({**frame, "headers": headers}).encode()
        connection.sendall(struct.pack(">i", len(text)) + text)

    def receive():
        (length,) = struct.unpack(">i", stream.read(4))
        frame = json.loads(stream.read(length))
        if frame["type"] == "err":
            sys.exit(frame["message"])
        return frame

    send({"type": "send", "address": address, "replyAddress": "answer", "body": json.loads(body)})
    print(json.dumps(receive()["body"]))

    send({"type": "register", "address": watched})
    print(json.dumps(receive()["body"]))
