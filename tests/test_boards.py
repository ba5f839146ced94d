"""Boards as data: pins and buses that a 40-pin header has, and clear errors."""

from pathlib import Path

import pytest

from furutalib.facts import boards
from furutalib.facts.boards import board_names, load_board
from furutalib.facts.errors import ConfigurationError

# Of the 40-pin header that all these boards share: supplies and grounds cannot carry a signal.
POWER_PINS = {1, 2, 4, 6, 9, 14, 17, 20, 25, 30, 34, 39}
# Raspberry Pi documentation, "GPIO": header pin -> BCM number.
PI_HEADER = {15: 22, 16: 23, 18: 24, 29: 5, 31: 6, 32: 12, 33: 13}


def test_the_boards_of_the_course() -> None:
    assert board_names() == ["jetson-nano", "jetson-orin-nano", "raspberry-pi-4", "raspberry-pi-5"]
    assert {name: load_board(name).role for name in board_names()} == {
        "jetson-nano": "run",
        "jetson-orin-nano": "train",
        "raspberry-pi-4": "train",
        "raspberry-pi-5": "train",
    }


@pytest.mark.parametrize("name", board_names())
def test_no_pin_has_two_uses(name: str) -> None:
    board = load_board(name)
    pins = list(board.header.values())
    assert len(set(pins)) == len(pins)
    assert set(pins) <= set(range(1, 41)) - POWER_PINS
    lines = [board.gpio.enable, board.gpio.d2, board.gpio.fault, board.gpio.in1, board.gpio.in2]
    assert len(set(lines)) == len(lines)
    assert board.spi["arm"] != board.spi["pendulum"]
    assert board.pwm["in1"] != board.pwm["in2"]


@pytest.mark.parametrize("name", ["raspberry-pi-4", "raspberry-pi-5"])
def test_lines_of_a_raspberry_pi_come_out_where_the_header_says(name: str) -> None:
    board = load_board(name)
    for use in ("enable", "d2", "fault", "in1", "in2"):
        assert PI_HEADER[board.header[use]] == getattr(board.gpio, use)
    # pulled down while it boots: GPIO 9 to 27
    assert 9 <= board.gpio.enable <= 27
    # the overlay puts the PWM on the pins that the header names
    pwm = board.setting("pwm").line
    assert f"pin={PI_HEADER[board.header['in1_pwm']]}," in pwm
    assert f"pin2={PI_HEADER[board.header['in2_pwm']]}," in pwm


def test_an_unknown_board_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"unknown board 'arduino'.*raspberry-pi-5"):
        load_board("arduino")


def test_a_file_with_a_key_too_many_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = boards.data_folder() / "boards" / "raspberry-pi-5.toml"
    (tmp_path / "boards").mkdir()
    text = source.read_text().replace("enable = 22", "enabel = 22")
    (tmp_path / "boards" / "mine.toml").write_text(text)
    monkeypatch.setattr(boards, "data_folder", lambda: tmp_path)
    with pytest.raises(ConfigurationError, match=r"mine\.toml: unknown key gpio\.enabel"):
        load_board("mine")
