"""A folder that behaves like /sys/class/pwm: chips, export, and a folder per channel.

Files cannot refuse what is written, as the kernel does; what it would refuse is noted in
`complaints`, and does not reach the pin.
"""

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

CHANNELS = 4
_FIRST_CHIP = 3  # so that whoever assumes chip 0 is found out
_FILES = (("period", "0"), ("duty_cycle", "0"), ("enable", "0"), ("polarity", "normal"))


class EmulatedPwmTree:
    """PWM chips of some devices; `poll` is what the kernel would do at once.

    Args:
        root: the folder, made if it is not there.
        devices: names of the chips' devices, e.g. "1f00098000.pwm".
    """

    def __init__(self, root: Path, devices: Iterable[str]) -> None:
        self.root = root
        self.complaints: list[str] = []
        names = sorted(devices)
        self._chips = {
            device: _Chip(root, root / f"pwmchip{_FIRST_CHIP + 2 * number}", device)
            for number, device in enumerate(names)
        }

    def poll(self) -> None:
        """React to what was written to `export` and `unexport`."""
        for chip in self._chips.values():
            chip.poll(self.complaints)

    def duty(self, device: str, channel: int) -> float:
        """Share of time for which a channel's pin is high; 0 if it is off or not exported."""
        exported = self._chips[device].channels.get(channel)
        return exported.share(self.complaints) if exported else 0.0

    def close(self) -> None:
        """Let go of the files; they stay."""
        for chip in self._chips.values():
            chip.close()


class _Chip:
    def __init__(self, root: Path, folder: Path, device: str) -> None:
        self.folder = folder
        self.channels: dict[int, _Channel] = {}
        folder.mkdir(parents=True, exist_ok=True)
        target = root / ".devices" / device
        target.mkdir(parents=True, exist_ok=True)
        _link(folder / "device", target)
        (folder / "npwm").write_text(f"{CHANNELS}\n")
        self._orders = {name: _new_file(folder / name, "") for name in ("export", "unexport")}

    def poll(self, complaints: list[str]) -> None:
        for name, handle in self._orders.items():
            written = _read(handle)
            if written:
                os.ftruncate(handle, 0)
                for order in written.split():
                    self._obey(name, order.decode(), complaints)

    def _obey(self, name: str, order: str, complaints: list[str]) -> None:
        if not order.isdigit() or int(order) >= CHANNELS:
            complaints.append(f"{name}: no channel {order}")
            return
        channel = int(order)
        if (name == "export") == (channel in self.channels):
            complaints.append(f"{name}: channel {channel} is already so")
        elif name == "export":
            self.channels[channel] = _Channel(self.folder / f"pwm{channel}")
        else:
            self.channels.pop(channel).remove()

    def close(self) -> None:
        for handle in self._orders.values():
            os.close(handle)
        self._orders = {}
        for channel in self.channels.values():
            channel.close()
        self.channels = {}


class _Channel:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        making = folder.with_name(f".{folder.name}")
        making.mkdir()
        for name, content in _FILES:
            (making / name).write_text(f"{content}\n")
        making.rename(folder)  # its files are there when it is
        self._files = [os.open(folder / name, os.O_RDONLY) for name, _ in _FILES]
        self._written: list[bytes] = []
        self._share = 0.0

    def share(self, complaints: list[str]) -> float:
        written = [_read(handle) for handle in self._files]
        if written != self._written:
            self._written = written
            self._share = self._understand(complaints)
        return self._share

    def _understand(self, complaints: list[str]) -> float:
        period, duty, enable, polarity = (_first_line(content) for content in self._written)
        try:
            period_ns, duty_ns, enabled = int(period), int(duty), int(enable)
        except ValueError:
            complaints.append(f"{self._folder.name}: not a number in {self._written}")
            return self._share
        if enabled not in (0, 1) or (enabled and period_ns <= 0) or not 0 <= duty_ns <= period_ns:
            complaints.append(
                f"{self._folder.name}: enable {enable}, period {period}, duty_cycle {duty}"
            )
            return self._share
        if polarity not in ("normal", "inversed"):
            complaints.append(f"{self._folder.name}: polarity {polarity!r}")
            return self._share
        if not enabled:
            return 0.0
        share = duty_ns / period_ns
        return share if polarity == "normal" else 1.0 - share

    def close(self) -> None:
        for handle in self._files:
            os.close(handle)
        self._files = []

    def remove(self) -> None:
        self.close()
        shutil.rmtree(self._folder)


def _new_file(path: Path, content: str) -> int:
    path.write_text(content)
    return os.open(path, os.O_RDWR)


def _read(handle: int) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, 64)


def _first_line(content: bytes) -> str:
    return content.partition(b"\n")[0].decode(errors="replace").strip()


def _link(link: Path, target: Path) -> None:
    """A link to a folder; on Windows a junction, which needs no administrator."""
    if link.exists():
        return
    if sys.platform == "win32":
        import _winapi

        _winapi.CreateJunction(str(target.resolve()), str(link))
    else:
        link.symlink_to(target.resolve(), target_is_directory=True)
