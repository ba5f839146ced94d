"""The process behind `furutalib.machine.emulator.wall`: the world in wall time, and its socket."""

import argparse
import json
import os
import selectors
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.emulator.bench import build_world
from furutalib.machine.emulator.faults import switch
from furutalib.machine.emulator.wall import SOCKET
from furutalib.machine.emulator.world import World

TICK_S = 0.001  # how often pins are looked at


class Server:
    """Lets the world run with the clock on the wall, and answers what it is asked."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._began = world, time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        (folder / SOCKET).chmod(0o600)
        self._listener.listen()
        self._selector.register(self._listener, selectors.EVENT_READ, None)

    def run(self, owner: IO[bytes]) -> None:
        """Serve until the owner's end of the pipe is closed."""
        self._selector.register(owner, selectors.EVENT_READ, owner)
        while True:
            for key, _ in self._selector.select(TICK_S):
                if key.data is owner:
                    return
                if key.data is None:
                    self._welcome()
                else:
                    self._answer(key.data)
            self._catch_up()

    def _catch_up(self) -> None:
        self._world.advance_to(time.monotonic() - self._began)

    def _welcome(self) -> None:
        connection, _ = self._listener.accept()
        file = connection.makefile("rwb")
        self._selector.register(connection, selectors.EVENT_READ, (connection, file))

    def _answer(self, data: tuple[socket.socket, IO[bytes]]) -> None:
        connection, file = data
        try:
            line = file.readline()
            if line.endswith(b"\n"):
                file.write(json.dumps(self._reply(line)).encode() + b"\n")
                file.flush()
                return
        except OSError:
            pass  # whoever asked has died, which is what this robot is made to survive
        self._selector.unregister(connection)
        with suppress(OSError):
            file.close()
        connection.close()

    def _reply(self, line: bytes) -> dict[str, Any]:
        late_s, self._world.extra_delay_s = self._world.extra_delay_s, 0.0
        time.sleep(late_s)  # a chip that answers late makes the whole period late
        self._catch_up()
        try:
            return self._do(json.loads(line))
        except ConfigurationError as error:
            return {"error": str(error)}

    def _do(self, question: dict[str, Any]) -> dict[str, Any]:
        world = self._world
        match question["do"]:
            case "transfer":
                reply = world.spi[question["which"]].transfer(bytes.fromhex(question["data"]))
                return {"data": reply.hex()}
            case "fault":
                switch(world, question["name"], question["on"])
            case "place":
                world.place(question["arm"], question["pendulum"])
            case "motor":
                return {"on": world.motor_is_on(), "enabled": world.enabled()}
            case "state":
                return world.state()
            case other:
                raise ConfigurationError(f"the emulated robot does not know {other!r}")
        return {}


def main() -> None:
    """Run as `python -m furutalib.machine.emulator.wall FOLDER ROBOT [--hidden N]`."""
    parser = argparse.ArgumentParser(prog="wall")
    parser.add_argument("folder", type=Path)
    parser.add_argument("robot")
    parser.add_argument("--hidden", type=int)
    given = parser.parse_args()
    world = build_world(given.robot, given.hidden, given.folder)
    world.advance_to(TICK_S)  # compiles the plant before time counts
    server = Server(world, given.folder)
    os.write(1, b"running\n")
    server.run(sys.stdin.buffer)


if __name__ == "__main__":
    main()
