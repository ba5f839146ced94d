"""Loaded by every Python of a notebook test: refuses connections that leave this machine.

Each refused attempt is also written to the file named by NETWORK_ATTEMPTS, so that a test sees
the attempts whose error was swallowed.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path


def _leaves_this_machine(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return False
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return not ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return text != socket.gethostname()


def _refuse_outgoing(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if _leaves_this_machine(host):
        with Path(os.environ["NETWORK_ATTEMPTS"]).open("a") as log:
            log.write(f"{event} {host}\n")
        raise OSError(f"the network is off in this test: {event} to {host!r}")


if "NETWORK_ATTEMPTS" in os.environ:
    sys.addaudithook(_refuse_outgoing)
