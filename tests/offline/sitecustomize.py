"""Refuses every network address but this machine's own, in the tests and in every Python they start.

Python imports a module of this name at its start; conftest.py puts this folder on PYTHONPATH and imports it itself.
An audit hook sees all uses of sockets in Python, whichever library makes them, and cannot be taken out again. What was
refused is also written to a file, since many a library takes the error for a bad connection and goes on.
"""

import os
import socket
import sys
from ipaddress import ip_address

# Event → which of its arguments holds the address or host name.
_EVENTS = {
    "socket.connect": 1,
    "socket.bind": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
RECORD = "YIJU_TEST_NETWORK_RECORD"


class NetworkRefused(OSError):
    """A test reached for the network."""


def is_local(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "localhost"):
        return True
    try:
        return ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:  # a name to be looked up
        return False


def refuse(event: str, arguments: tuple) -> None:
    """The audit hook."""
    if event not in _EVENTS:
        return
    where = arguments[_EVENTS[event]]
    if isinstance(arguments[0], socket.socket):
        # Sockets of other families (between processes, to the kernel) lead to no network.
        if arguments[0].family not in (socket.AF_INET, socket.AF_INET6) or where is None:
            return
        where = where[0]
    if is_local(where):
        return
    said = f"{event} to {where!r}: tests may use no network but loopback"
    if record := os.environ.get(RECORD):
        with open(record, "a", encoding="utf-8") as file:
            file.write(f"{said}\n")
    raise NetworkRefused(said)


if RECORD in os.environ:
    sys.addaudithook(refuse)
