"""The emulated PWM files: what they mean for the pin, and what the kernel would refuse."""

import pytest

from furutalib.machine.emulator.sysfs import EmulatedPwmTree

DEVICE = "1f00098000.pwm"


@pytest.fixture
def tree(tmp_path):
    made = EmulatedPwmTree(tmp_path, {DEVICE, "another.pwm"})
    yield made
    made.close()


def chip_of(tree, device=DEVICE):
    [chip] = [
        chip for chip in tree.root.glob("pwmchip*") if (chip / "device").resolve().name == device
    ]
    return chip


def export(tree, channel):
    (chip_of(tree) / "export").write_text(f"{channel}\n")
    tree.poll()
    return chip_of(tree) / f"pwm{channel}"


def configure(folder, **values):
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")


def test_chips_are_told_apart_by_their_device_alone(tree):
    assert chip_of(tree) != chip_of(tree, "another.pwm")
    assert not (tree.root / "pwmchip0").exists()


def test_a_channel_appears_when_it_is_exported_and_goes_when_it_is_unexported(tree):
    (chip_of(tree) / "export").write_text("1\n")
    assert not (chip_of(tree) / "pwm1").exists()  # not before the kernel had its turn
    tree.poll()
    folder = chip_of(tree) / "pwm1"
    assert {file.name: file.read_text() for file in folder.iterdir()} == {
        "period": "0\n",
        "duty_cycle": "0\n",
        "enable": "0\n",
        "polarity": "normal\n",
    }
    (chip_of(tree) / "unexport").write_text("1\n")
    tree.poll()
    assert not folder.exists()
    assert tree.complaints == []


def test_the_duty_counts_only_while_enabled(tree):
    folder = export(tree, 0)
    configure(folder, period=50_000, duty_cycle=12_500)
    assert tree.duty(DEVICE, 0) == 0.0
    configure(folder, enable=1)
    assert tree.duty(DEVICE, 0) == 0.25
    assert tree.duty(DEVICE, 1) == 0.0
    configure(folder, polarity="inversed")
    assert tree.duty(DEVICE, 0) == 0.75
    configure(folder, enable=0)
    assert tree.duty(DEVICE, 0) == 0.0
    assert tree.complaints == []


def test_only_the_first_line_of_a_file_counts(tree):
    folder = export(tree, 0)
    configure(folder, period=50_000, duty_cycle=50_000, enable=1)
    with (folder / "duty_cycle").open("r+") as file:
        file.write("500\n")
    assert (folder / "duty_cycle").read_text() == "500\n0\n"
    assert tree.duty(DEVICE, 0) == 0.01


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"duty_cycle": 60_000}, "duty_cycle 60000"),
        ({"period": 0, "duty_cycle": 0}, "period 0"),
        ({"enable": 2}, "enable 2"),
        ({"polarity": "sideways"}, "sideways"),
        ({"duty_cycle": "much"}, "not a number"),
    ],
)
def test_what_the_kernel_refuses_is_noted_and_does_not_reach_the_pin(tree, values, complaint):
    folder = export(tree, 0)
    configure(folder, period=50_000, duty_cycle=25_000, enable=1)
    assert tree.duty(DEVICE, 0) == 0.5
    configure(folder, **values)
    assert tree.duty(DEVICE, 0) == 0.5
    assert complaint in tree.complaints[0]


@pytest.mark.parametrize(("name", "order"), [("export", "9"), ("export", "x"), ("unexport", "2")])
def test_orders_that_make_no_sense_are_noted(tree, name, order):
    (chip_of(tree) / name).write_text(f"{order}\n")
    tree.poll()
    assert name in tree.complaints[0]
