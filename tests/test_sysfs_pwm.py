"""The kernel's PWM: found, exported, in the kernel's order, taken over, left at 0."""

import os

import pytest
from pin_bench import BOARD, Bench

from furutalib.facts.errors import WireError
from furutalib.machine.sysfs_pwm import PwmChannel, duty_file, find_chip

DEVICE = BOARD.pwm["in1"].device


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.close()


def channel(bench, number=0, frequency_hz=20_000.0):
    return PwmChannel(find_chip(bench.pwm_root, DEVICE), number, frequency_hz, bench, "add a line")


def test_a_chip_is_found_by_its_device_whatever_its_number(bench):
    chip = find_chip(bench.pwm_root, DEVICE)
    assert chip.name != "pwmchip0"
    assert (chip / "device").resolve().name == DEVICE


def test_a_chip_that_is_not_there_is_said_with_those_that_are_and_what_to_add(bench):
    with pytest.raises(WireError, match=rf"no PWM chip of x.pwm .*there: {DEVICE}\); add a line"):
        find_chip(bench.pwm_root, "x.pwm", "add a line")
    with pytest.raises(WireError, match="there: none"):
        find_chip(bench.pwm_root / "nowhere", DEVICE)


def test_a_channel_starts_at_zero_and_sets_shares_of_its_period(bench):
    output = channel(bench)
    assert bench.duty("in1") == 0.0
    assert (bench.folder_of("in1") / "period").read_text() == "50000\n"
    assert (bench.folder_of("in1") / "enable").read_text().startswith("1\n")
    assert output.set(1 / 3) == 16_667 / 50_000 == bench.duty("in1")
    assert output.set(0.01) == 0.01 == bench.duty("in1")  # a shorter number over a longer one
    assert output.set(1.0) == 1.0 == bench.duty("in1")
    assert output.set(-0.5) == 0.0 == bench.duty("in1")
    assert output.set(7.0) == 1.0
    assert bench.tree.complaints == []


@pytest.fixture
def written(monkeypatch):
    """Every write: the file's name and the bytes."""
    log, names = [], {}
    really_open, really_write, really_pwrite = os.open, os.write, os.pwrite

    def spy_open(path, *rest, **more):
        handle = really_open(path, *rest, **more)
        names[handle] = getattr(path, "name", "")
        return handle

    def spy_write(handle, data):
        log.append((names.get(handle), data))
        return really_write(handle, data)

    monkeypatch.setattr(os, "open", spy_open)

    def spy_pwrite(handle, data, place):
        log.append((names.get(handle), data))
        return really_pwrite(handle, data, place)

    monkeypatch.setattr(os, "write", spy_write)
    monkeypatch.setattr(os, "pwrite", spy_pwrite)
    return log


def test_period_comes_before_duty_and_enable_last(bench, written):
    channel(bench)
    assert written == [
        ("export", b"0\n"),
        ("period", b"50000\n"),
        ("duty_cycle", b"0\n"),
        ("enable", b"1\n"),
    ]


def test_a_channel_that_runs_on_from_before_is_stopped_first(bench, written):
    folder = bench.folder_of("in1")
    (folder.parent / "export").write_text("0\n")
    bench.tree.poll()
    for name, value in [("period", 2_000_000), ("duty_cycle", 1_500_000), ("enable", 1),
                        ("polarity", "inversed")]:  # fmt: skip
        (folder / name).write_text(f"{value}\n")
    assert bench.duty("in1") == 0.25
    written.clear()
    output = channel(bench)
    assert [name for name, _ in written] == [
        "duty_cycle",  # or the kernel refuses a period that is shorter than it
        "enable",  # or it refuses to change the polarity
        "period",
        "duty_cycle",
        "polarity",
        "enable",
    ]
    assert bench.duty("in1") == 0.0
    assert output.set(0.5) == 0.5 == bench.duty("in1")
    assert bench.tree.complaints == []


def test_the_files_may_come_late(bench):
    bench.kernel_works = False
    naps = []

    def nap():
        naps.append(bench.now())
        bench.kernel_works = len(naps) > 20

    bench.before_sleep = nap
    channel(bench)
    assert len(naps) > 20


def test_files_that_never_come_are_an_error_with_a_hint(bench):
    bench.kernel_works = False
    with pytest.raises(WireError, match=r"has not made channel 0 in 2 s; add a line"):
        channel(bench)
    assert 1.9 < bench.now() < 2.2


def test_files_that_may_not_be_written_name_the_group_to_join(bench, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(WireError, match=r"may not be written.*usermod -aG \S+ \$USER, and log in"):
        channel(bench)


def test_close_leaves_zero_and_no_channel_and_never_raises(bench):
    first, second = channel(bench, 0), channel(bench, 1)
    first.set(0.5)
    second.set(0.5)
    kept = (bench.folder_of("in1") / "duty_cycle").open()
    first.close()
    second.close()
    first.close()
    assert kept.read().startswith("0\n")
    assert not bench.folder_of("in1").exists()
    assert not bench.folder_of("in2").exists()
    assert bench.tree.complaints == []
    with pytest.raises(WireError, match="channel 0"):
        first.set(0.1)


def test_close_after_the_folder_has_gone_does_not_raise(bench):
    output = channel(bench)
    (bench.folder_of("in1").parent / "unexport").write_text("0\n")
    bench.tree.poll()
    output.close()


def test_the_duty_file_is_where_the_guardian_writes_its_zero(bench):
    output = channel(bench)
    output.set(0.5)
    duty_file(find_chip(bench.pwm_root, DEVICE), 0).write_text("0\n")
    assert bench.duty("in1") == 0.0
