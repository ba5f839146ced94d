# %% [markdown] tags=["title"]
# The arm is screwed on, the plugs are in, and somebody reaches for the switch. What happens next on
# a robot that nobody has tried: the arm runs away, because a plug sits the wrong way round. The
# program crashes, and the motor goes on. The pendulum "balances" at the bottom. All of that can be
# found before it hurts, by asking one question at a time. This lesson asks them, on an *emulated*
# robot: the real drivers, byte for byte, on chips that are programs.
#
# After this lesson you can
#
# - read what a counter chip says, byte by byte, and tell a broken wire from a wrong sign,
# - say what a motor driver does in each state, and who switches it off when your program dies,
# - measure how punctual a control loop is, and read an episode back from its telemetry,
# - bring up a robot in an order in which no step can hurt.

# %% [markdown] tags=["map"]
# **Last lesson** was about parts, plugs and wires. Two questions to warm up; answer, then unfold.
#
# <details><summary>Lesson 06: which exchanged wires does no multimeter find?</summary>
#
# A and B of an encoder, say: every voltage is right, and it counts backwards. A hand finds that.
# </details>
# <details><summary>Lesson 02: why does a command not act at once?</summary>
#
# Latency: a period goes by until it is on the pins and the motor has answered.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## One word
#
# So far the plant was a function. From here on there is a robot with chips, and this is how you get
# it. With your own robot the word is `"real"`; what stands above the chips stays as it is.

# %%
from furutalib.machine.connect import connect
from furutalib.view.robot_panel import robot_panel

robot = connect("emulated")  # your own robot: connect("real")
panel = robot_panel(robot)
panel

# %% [markdown]
# The next cell has a policy swing it up, one that was trained in simulation and never saw a chip.
# First the robot brings the pendulum to hang: it waits, pushes the arm a little, looks how the
# pendulum answers, waits again. Then it goes. **Watch the panel above while the cell is busy.**

# %%
from furutalib.facts.paths import data_folder
from furutalib.learning.policy_folder import load_policy
from furutalib.lessons.driving import run_policy

policy = load_policy(data_folder() / "policies" / "ppo-full")
swing = run_policy(robot, policy, seconds=8.0)
print(swing.trip or f"{len(swing)} periods, no trip")

# %% [markdown]
# In plain simulation (solid) the same policy drives the robot of the description. The emulated one
# (ghost) is *not* that robot: its friction, its motor, its lengths differ a little, and nobody was
# told by how much. Built robots are like that.

# %%
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

simulated = collect(policy, [Start()], duration_s=8.0)
show({"plain simulation": simulated, "emulated robot": swing})

# %% [markdown]
# Now run that cell once more, and press **EMERGENCY STOP** while the pendulum is up. The arm is
# braked at once, and the cell ends, though it was busy: the button is answered by another thread
# than the one that runs cells. Afterwards nothing moves any more, also in this lesson, until
# somebody says so on purpose. This does:

# %%
if robot.stopped:
    print(robot.stopped)
    robot.clear()

# %% [markdown]
# What lies between the policy and the motor? Each layer knows only the one below it.
#
# | layer | what it does | emulated | real |
# | --- | --- | --- | --- |
# | policy, environment | observation in, command out | the same | the same |
# | `SafeRobot` | limits, watches, trips | the same | the same |
# | `SpiRobot` | a period: write, wait, read | the same | the same |
# | drivers | bytes for the counters, PWM for the motor | the same | the same |
# | wires | SPI, GPIO lines, PWM channels | files, a function | the board's |
# | chips, motor, pendulum | | programs | things |
#
# **No number in this lesson is a real robot's.** What the emulator cannot know (a cold solder
# joint) it does not have.

# %% [markdown]
# ## Bytes on the wire
#
# Each encoder ends in a counter chip, an LS7366R. The board talks to it over SPI: it takes the
# chip's select line low, sends bytes, and with every byte that goes out one comes back. The first
# byte is an instruction, two bits of action and three of register:
#
# | | MDR0, mode | MDR1, mode | CNTR, counter | STR, status |
# | --- | --- | --- | --- | --- |
# | read | `48` | `50` | `60` | `70` |
# | write | `88` | `90` | | |
# | clear | `08` | `10` | `20` | `30` |
#
# We take the parts of another emulated robot, not yet put together, and talk to a chip ourselves.

# %%
from furutalib.machine.emulator.bench import PlantBench
from furutalib.machine.rig import emulated_rig

bench = PlantBench("course", hidden=0)
rig = emulated_rig("course", bench)
port = rig.board.spi["pendulum"]
chip = rig.wires.spi(port.bus, port.chip_select, 1_000_000)


def talk(text, about=""):
    """Send bytes, given as hexadecimal numbers; return what came back."""
    back = chip.transfer(bytes.fromhex(text))
    print(f"{text:15s} -> {back.hex(' '):15s} {about}")
    return back


# %%
talk("48 00", "read MDR0: as after power-up")
talk("88 83", "write MDR0: 83 = x4 quadrature, free-running, filter clock halved")
talk("48 00", "read MDR0 back: is it what we wrote?")
talk("90 00", "write MDR1: 00 = counts of four bytes, counting on")
talk("50 00", "read MDR1 back")
talk("70 00", "read STR: bit 04 is set, so it has been without supply")
talk("30", "clear STR")
_ = talk("70 00", "read STR")

# %% [markdown]
# The first byte that comes back means nothing; here it is `a5`, on your robot it may be anything.
#
# **Write, then read back.** Few programs do, and it finds most wiring mistakes in a millisecond: a
# chip without supply, a wrong chip select, clock and data exchanged. Then let a hand turn the
# pendulum: to the left, once round, and from there a little to the right.

# %%
import numpy as np

talk("20", "clear the counter")
bench.world.turn_by(pendulum_rad=2 * np.pi)
one_turn = talk("60 00 00 00 00", "read the counter: one turn to the left")
talk("20", "clear the counter")
bench.world.turn_by(pendulum_rad=np.radians(-10))
a_little = talk("60 00 00 00 00", "10° to the right")

# %% [markdown]
# ### Exercise 07-a (8 minutes)
# Make a count of such an answer. The first byte came back while the chip was still being told what
# it is asked: it says nothing. The other four are the count, the highest byte first, as a signed
# number of 32 bits in *two's complement*: −1 is written as $2^{32} - 1$, −2 as $2^{32} - 2$.


# %%
def count_from_bytes(sent):
    """The signed count in five bytes that came back; `sent[0]` is the first of them, an int."""
    # solution
    value = 0
    for byte in sent[1:]:
        value = 256 * value + byte
    return value - 2**32 if value >= 2**31 else value
    # end


# %% [markdown] tags=["hints"]
# - `for byte in sent[1:]` gives four whole numbers from 0 to 255, the highest first. Each is worth
#   256 times the next.
# - Begin with `value = 0`; in each turn `value = 256 * value + byte`.
# - The upper half of all values stands for numbers below zero: from `2**31` on, take `2**32` off.
#   (Python can also do all of it: look at `int.from_bytes`.)

# %%
check("07-a", count_from_bytes)

# %% [markdown]
# The library has the same in one line. Do they agree? The chip can be told a count with `load`, so
# here are some of all sizes:

# %%
from furutalib.machine.ls7366r import decode_count

pendulum = rig.counters[1]
print("one turn:", decode_count(one_turn[1:]), "  10° to the right:", decode_count(a_little[1:]))
for count in (0, 1, -1, 8192, -123_456, 2**31 - 1, -(2**31)):
    pendulum.load(count)
    back = chip.transfer(bytes.fromhex("60 00 00 00 00"))
    print(f"{back[1:].hex(' ')}  {decode_count(back[1:]):12d}  {decode_count(back[1:]) == count}")
pendulum.configure()

# %% [markdown]
# What do broken wires look like? A wire that lies at ground reads as zeros, one that nobody
# drives as ones. As counts these are 0 and −1, which look quite innocent, and so the driver asks
# for a mode register as well, in every period. The worst is a chip that lost its supply for a
# moment, say at the slip ring: it answers well, and counts from 0 again.

# %%
for fault in ("pendulum SPI stuck low", "pendulum SPI stuck high", "pendulum counter browns out"):
    bench.fault(fault)
    print(f"\n{fault}:")
    talk("60 00 00 00 00", "the counter")
    talk("48 00", "MDR0, should be 83")
    talk("70 00", "STR, bit 04: it was without supply")
    bench.fault(fault, on=False)
pendulum.configure()

# %% [markdown]
# ## Quadrature: which way?
#
# An encoder has two channels, A and B, a quarter of a cycle apart. Whoever sees both knows the
# direction: A rises before B in one, B before A in the other. Counting every edge of both gives
# four counts a cycle, called x4.

# %%
import matplotlib.pyplot as plt

turned = np.concatenate([np.linspace(0, 2.6, 300), np.linspace(2.6, 1, 200)])  # cycles
a, b = (np.floor(2 * (turned + shift)).astype(int) % 2 for shift in (0, 0.25))
edges = np.floor(4 * turned)
figure, places = plt.subplots(3, 1, sharex=True, figsize=(8, 4))
for axes, values, name in zip(places, (1 - a, b, edges), ("A", "B", "x4 count"), strict=True):
    axes.plot(values, drawstyle="steps-post")
    axes.axvline(300, color="black", linestyle=":", linewidth=1)
    axes.set_ylabel(name)
places[0].set_title("left of the dotted line it turns one way, right of it back")
_ = places[2].set_xlabel("time")

# %%
quarter_guess = predict("The arm turns by a quarter. How many counts?", 0, 300, unit="counts")

# %%
arm = rig.counters[0]
arm.configure()
bench.world.turn_by(arm_rad=np.pi / 2)
quarter_guess.reveal(arm.read())

# %% [markdown]
# The arm's encoder sits on the motor's shaft with 48 edges per turn, before gears of 4.4:1. The
# pendulum's gives 2048 cycles. (Its DIP switches can be set to others; a program that believes in
# 2048 is then wrong by a factor, in every angle. One full turn by hand finds it.) What is the
# smallest that each can tell?

# %%
description = robot.description
per_turn = {
    "arm": description.sensors.arm_counts_per_turn,
    "pendulum": description.sensors.pendulum_counts_per_turn,
}
for name, counts in per_turn.items():
    step_deg = 360 / counts
    step_rad_s = np.radians(step_deg) * description.control.rate_hz
    print(f"{name:9s} {counts:6g} counts per turn: one is {step_deg:.3f}°, or, from one period to")
    print(f"{'':9s} the next, a speed of {step_rad_s:.3f} rad/s")

# %% [markdown]
# **Which way do they count?** That depends on which channel sits in which socket, and nobody gets
# it right every time. It does not matter, as long as the program knows: a sign in the robot's
# file. What matters is to *look*, with a hand, before a motor does. A controller whose sensor
# counts backwards pushes the arm away from where it should go, harder and harder.
#
# ## The motor driver
#
# The MC33926 has four switches around the motor, and pins that say what they do: EN wakes it, D2
# allows, IN1 and IN2 give the direction. PWM on one of them, on and off 20,000 times a second, sets
# how much. Here is every state; D1 is wired to ground.

# %%
from itertools import product

from furutalib.machine.emulator.mc33926 import EmulatedBridge

print(" EN  D2 IN1 IN2   the motor")
for enable, d2, in1, in2 in product((0, 1), repeat=4):
    bridge = EmulatedBridge()
    bridge.d1, bridge.enable, bridge.d2, bridge.in1, bridge.in2 = False, enable, d2, in1, in2
    does = bridge.drive()
    words = "let go" if does.coast else "shorted" if does.duty == 0 else f"driven {does.duty:+.0f}"
    if (enable and d2) or not (in1 or in2):  # the others: let go as well
        print(f"{enable:3d} {d2:3d} {in1:3d} {in2:3d}   {words}")

# %% [markdown]
# *Let go* and *shorted* both mean "no voltage", and they are not the same. A turning motor is a
# generator: shorted, it makes a current that brakes it. That is why a command of 0 is a brake on
# this robot.

# %%
coast_guess = predict(
    "A push, then the motor is shorted, or let go. How many times farther is the way, let go?",
    1,
    5,
    unit="times",
)


# %%
def push_then(way):
    """Angles of the arm (degrees), every 10 ms from the end of a push on."""
    rig.guardian.arm()
    for _ in range(12):
        rig.guardian.beat()
        rig.motor.write(1.0)
        rig.wait(0.02)
    getattr(rig.motor, way)()
    counts = []
    for _ in range(300):
        counts.append(arm.read())
        rig.guardian.beat()
        rig.wait(0.01)
    rig.guardian.disarm()
    return (np.array(counts) - counts[0]) / per_turn["arm"] * 360


# %%
spins = {}
figure, axes = plt.subplots()
for way in ("brake", "coast"):
    bench.place(0, 0)
    angles = spins[way] = push_then(way)
    label = {"brake": "shorted (brake)", "coast": "let go (coast)"}[way]
    axes.plot(np.arange(len(angles)) / 100, angles, label=label)
    print(f"{label:15s}: {angles[-1] / 360:.1f} turns after the push")
axes.set(xlabel="time since the push (s)", ylabel="arm since the push (°)")
axes.legend()
coast_guess.reveal(spins["coast"][-1] / spins["brake"][-1])

# %% [markdown]
# (There is no cable to wind up at this emulated arm, and no safety yet: we hold the bare parts.) A
# shorted motor brakes, but it is no vice: what the motor can do against the arm's inertia takes its
# time. So a robot whose arm must not pass a limit has to begin braking well before it.
#
# The chip protects itself. Too much current, a short circuit, and it lets go and pulls its fault
# line SF low until D2 goes low and high. The driver reads SF in every period and never clears it by
# itself: what tripped once will trip again.

# %% [markdown]
# ## Who switches it off?
#
# Your program writes a PWM of 30 % and is killed. What does the motor do? It turns: the pulses are
# made by hardware, and nobody has told it to stop. No `finally:` helps, since a killed program does
# nothing any more.
#
# So the *enable line* belongs to somebody else. A **guardian**, a process of its own, owns it (a
# line can have one owner). The control loop says "I am alive" once per period, and when nothing
# has come for 100 ms the guardian takes the line low, and the PWM to 0. Some ways to end:

# %%
from furutalib.lessons.deaths import WAYS

for way, words in WAYS.items():
    print(f"{way:8s} {words}")

# %%
kill_guess = predict(
    "The control program gets a SIGKILL. After how long is the enable line low?",
    0,
    200,
    unit="ms",
)

# %% [markdown]
# This is measured, with real processes and real signals: only the robot at the end of the wires is
# emulated, and runs in a process of its own, in real time. The pins are watched from outside. (On
# Windows there are no such signals; there the next two cells stay empty.)

# %%
from furutalib.lessons.deaths import die, possible
from furutalib.machine.emulator.wall import WallBench

deaths = {}
if possible():
    with WallBench("course", hidden=None) as wall:
        deaths = {way: die(wall, way) for way in WAYS}
for way, death in deaths.items():
    print(f"{way:8s} enable low after {1e3 * death.off_s:6.1f} ms")

# %%
figure, places = plt.subplots(2, 3, sharex=True, sharey=True, figsize=(10, 4))
for axes, (way, death) in zip(places.flat, deaths.items(), strict=False):
    axes.plot(1e3 * death.time_s, death.enable + 1.2, label="enable line", drawstyle="steps-post")
    axes.plot(1e3 * death.time_s, death.duty, label="PWM", drawstyle="steps-post")
    axes.axvline(0, color="black", linestyle=":", linewidth=1)
    axes.set(title=way, yticks=[])
places[0, 2].legend(fontsize=9, loc="upper right")
_ = places[1, 1].set_xlabel("time since the program's end (ms)")
figure.tight_layout()
if "SIGKILL" in deaths:
    answer = kill_guess.reveal(1e3 * deaths["SIGKILL"].off_s)
else:
    answer = "not measured on this computer"
answer

# %% [markdown]
# A program that *dies* is noticed at once: the kernel closes its end of the connection, whatever it
# died of. One that *stands still* (stopped, or in an endless loop) leaves everything open, and only
# the missing heartbeat gives it away: there the 100 ms count, from the last heartbeat on. That is
# why the heartbeat comes from the loop itself and not from a thread beside it, which would happily
# go on.
#
# And who guards the guardian? If it dies its line is let go, and a resistor pulls it low. If the
# whole computer hangs: its hardware watchdog. And the plug of the supply, which no program can
# hold.

# %% [markdown]
# ## Safety, below the environment
#
# `SafeRobot` sits between the policy and the robot. It knows nothing of rewards. These are its
# limits:

# %%
from dataclasses import asdict

from furutalib.facts.machine import load_machine
from furutalib.machine.connect import emulated

for name, value in asdict(load_machine("course").safety).items():
    print(f"{name:16s} {value:g}")

# %% [markdown]
# What becomes of a policy that only knows full throttle?

# %%
from furutalib.lessons.driving import drive, wave

with emulated() as other:
    other.reset()
    full = drive(other, lambda time_s: 1.0, 2.0)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
left.plot(full.time_s, full.asked, label="asked")
left.plot(full.time_s, full.sent, label="sent")
left.set(xlabel="time (s)", ylabel="command")
left.legend(loc="lower right", facecolor="white", frameon=True)
right.plot(full.time_s, full.arm_deg)
right.axhline(np.degrees(load_machine("course").safety.arm_stop_rad), color="black", ls=":")
right.set(xlabel="time (s)", ylabel="arm (°)", title="dotted: here it would trip")
figure.tight_layout()
print(f"limited in {full.limited.sum()} of {len(full)} periods; trip: {full.trip or 'none'}")

# %% [markdown]
# Nothing tripped, although the command was hostile: safety turned it down early enough (and not
# gently: look at what was sent), since a
# turning arm needs room to brake. A **trip** is for what must not happen at all. It brakes,
# switches off, says why and what to do, and stays until somebody calls `clear()`. One after the
# other:

# %%
from furutalib.view.table import Column, Table

rows = []
for fault in ("arm SPI stuck high", "arm counter browns out", "motor shorted", "loop stops"):
    with emulated(hidden=None) as other:
        other.reset()
        drive(other, wave(0.4, 0.6), 0.5)
        other.bench.fault(fault)
        after = drive(other, wave(0.4, 0.6), 2.0)
        why, _, what = after.trip.removeprefix("safety has tripped: ").partition(" What to do: ")
        rows.append({"fault": fault, "period": len(after) + 1, "why": why, "what": what})
columns = [Column("fault", "fault"), Column("period", "tripped in period")]
columns += [Column("why", "why"), Column("what", "what to do")]
Table("faults, and what safety says", columns, rows)

# %% [markdown]
# Now you. Below are the robot of the beginning and the switches of all its faults. Those with a ⚡
# happen once when they are pressed. Run the cell under them and press while it drives.

# %%
from furutalib.view.fault_board import FaultBoard

board = FaultBoard(robot.bench)
board

# %%
panel

# %%
from furutalib.lessons.driving import said_by

robot.clear()
said = said_by(robot.reset)  # begins at rest; takes some seconds
driven = drive(robot, wave(0.3, 1.0), 4.0 if FAST else 20.0) if not said else None
print(said or driven.trip or "no trip")
board.all_off()
robot.off()

# %% [markdown]
# ## A loop in time
#
# A period is 20 ms. Most programs do their work and then sleep what is left of it. Ours sleeps
# until an *instant*: period 100 is due 2 s after the start, whatever happened in between. Both at
# 100 Hz, in turn, in this notebook, while your browser and whatever else goes on:

# %%
drift_guess = predict(
    "After 3 s at 100 Hz, how late is the loop that sleeps the rest?", 0, 200, unit="ms"
)

# %%
from furutalib.lessons.bench_loop import Times, inference_s, our_loop, usual_loop
from furutalib.machine.undisturbed import undisturbed

ticks = 300 if FAST else 3000
ours, usual = Times(), Times()


def work(lateness_s):
    """What a tick does: one inference of the policy."""
    policy.act(np.zeros(policy.network.inputs, np.float32))


# %%
with undisturbed(real_time=False):
    our_loop(0.01, ticks, work, ours)
usual_loop(0.01, ticks, work, usual)
drift_guess.reveal(1e3 * usual.lateness_s[0][299])  # after 300 periods

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4))
for name, times in (("until an instant", ours), ("the rest", usual)):
    late_ms = 1e3 * np.concatenate(times.lateness_s)
    left.plot(np.arange(len(late_ms)) / 100, late_ms, label=f"sleeps {name}")
    right.plot(np.sort(late_ms), np.linspace(0, 100, len(late_ms)))
    p50, p99 = np.quantile(late_ms, (0.5, 0.99))
    print(
        f"sleeps {name:16s}: median {p50:6.2f} ms, p99 {p99:6.2f} ms, worst {max(late_ms):6.2f} ms"
    )
left.set(xlabel="time (s)", ylabel="lateness (ms)")
right.set(xlabel="lateness (ms), logarithmic", ylabel="periods up to there (%)", xscale="log")
left.legend()
figure.tight_layout()
print(f"one inference of the policy: {1e6 * inference_s(500).median_s:.0f} µs (median)")

# %% [markdown]
# The usual loop is late by what each period adds, and never catches up: it *drifts*, and what it
# calls 100 Hz is less. (Within a period both wake as late as the computer lets them.) On the
# robot there is more help: the garbage collector is kept out of the episode, and where it is
# permitted the loop gets a real-time priority. This is what it would get here:

# %%
with undisturbed() as got:
    print(got)

# %% [markdown]
# `furuta bench loop --rate 100 --seconds 60 --load 2` measures it for minutes, with busy
# neighbours.
#
# ## Telemetry: what was it, yesterday at four?
#
# A robot that did something strange should be able to say what. `RecordedRobot` writes every
# episode into a CSV file, one row per period, through another process, so that no period waits
# for a disk.

# %%
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.telemetry import read_telemetry

with RecordedRobot(emulated(), "telemetry", {"kind": "emulated"}) as recorded_robot:
    recorded_robot.reset()
    for period in range(100):
        recorded_robot.step(wave(0.8, 0.9)(period / 50))
    recorded_robot.off()
newest = max(recorded_robot.folder.glob("*.csv"))
print(newest)
print(newest.read_text()[:430], "...")

# %%
episode = read_telemetry(newest)
figure, places = plt.subplots(3, 1, sharex=True, figsize=(8, 5))
places[0].plot(episode.time_s, np.degrees(episode.arm_angle_rad), label="arm (°)")
places[0].plot(episode.time_s, np.degrees(episode.pendulum_angle_rad), label="pendulum (°)")
places[1].plot(episode.time_s, episode.command_asked, label="command asked")
places[1].plot(episode.time_s, episode.command_sent, label="command sent")
places[2].plot(episode.time_s, episode.arm_speed_rad_s, label="arm speed, filtered (rad/s)")
for axes in places:
    axes.legend(fontsize=9, loc="upper right", facecolor="white", frameon=True)
places[2].set_xlabel("time (s)")
print(f"{len(episode)} rows; beside them: {', '.join(episode.about)}")

# %% [markdown]
# And if the power fails in the middle of a row? Cut the file at any byte; every complete row is
# still there:

# %%
whole = newest.read_bytes()
cut = newest.with_name("cut.csv")
for place in np.random.default_rng(0).integers(0, len(whole), 4):
    cut.write_bytes(whole[:place])
    print(f"cut after {place:6d} of {len(whole)} bytes: {len(read_telemetry(cut)):3d} whole rows")
cut.unlink()

# %% [markdown]
# (`furuta export` makes files of it that Foxglove and PlotJuggler open.)
#
# ## Reset: where is down?
#
# Encoders like these know how far something *turned*, not where it *is*. So every episode begins
# by finding out: brake, wait until all is still, call that "hanging". One day the pendulum did
# not hang. Friction held it upright, and it stood there like a candle.

# %%
upright_guess = predict(
    "A program that waits until all is still, and then calls it 0: by how much is α wrong?",
    0,
    360,
    unit="°",
)

# %%
from furutalib.lessons.driving import recorded

robot.clear()
panel.speed = 1e9  # no need to watch this one in real time
robot.bench.place(0.2, np.pi)
with recorded(robot) as so_far:
    robot.reset()
reset = so_far()
robot.off()
true_deg = np.degrees(robot.bench.state()["pendulum_angle_rad"]) % 360
print(f"the reset took {len(reset) * robot.dt:.1f} s of the robot's time;")
print(f"afterwards the pendulum truly hangs at {min(true_deg, 360 - true_deg):.1f}°")
upright_guess.reveal(abs(reset.pendulum_deg[0]))  # counted from hanging; such a program says 0

# %%
figure, places = plt.subplots(2, 1, sharex=True, figsize=(8, 4))
places[0].plot(reset.time_s, reset.pendulum_deg, label="pendulum, as counted (°)")
places[0].plot(reset.time_s, reset.arm_deg, label="arm (°)")
places[0].legend(fontsize=9)
places[1].plot(reset.time_s, reset.sent, color="#e8590c")
_ = places[1].set(xlabel="time (s)", ylabel="command")

# %% [markdown]
# It does not believe in stillness. It pushes the arm until it moves, and looks: a hanging pendulum
# lags *behind* the arm at first, one that stands leans *ahead* and falls. The push knocks it over;
# it is left to swing out, pushed again, and only then its angle is called 0. If nothing fits, the
# reset gives up with a reason. And it only reads: no policy is asked, no step is counted.
#
# ## Bring-up: one question at a time
#
# Now the order in which a new robot is asked. What can hurt comes late, and only after everything
# that it rests on has been answered. `furuta bring-up --robot real` asks you in a terminal;
# here the emulated robot has hands of its own. (This is *another* emulated robot: `hidden=3`
# draws its true parameters, which nobody was told.)

# %%
from furutalib.machine.bring_up import BringUp
from furutalib.machine.emulator.hands import EmulatedHands


def bring_up(faults=()):
    """Bring up an emulated robot with these faults; the work, and rows for a table."""
    other_bench = PlantBench("course", hidden=3)
    for fault in faults:
        other_bench.fault(fault)
    with emulated_rig("course", other_bench) as parts:
        work = BringUp(parts, EmulatedHands(other_bench))
        outcomes = [(step.asks, outcome) for step, outcome in work.run()]
    rows = [{"asks": asks, "ok": "✔" if o.ok else "✘", "found": o.found} for asks, o in outcomes]
    return work, rows, outcomes[-1][1]


# %%
steps = [Column("asks", "question"), Column("ok", "answer"), Column("found", "what was found")]
work, rows, _ = bring_up()
Table("bring-up of an emulated robot", steps, rows)

# %% [markdown]
# Each answer that is a number goes into a new robot file, with how it was found beside it. That is
# the calibrated description that lesson 08 begins with.

# %%
from datetime import UTC, datetime
from pathlib import Path

Path("my-emulated-robot.toml").unlink(missing_ok=True)
written = work.write("my-emulated-robot.toml", datetime.now(UTC).date())
keys = [Column("key", "in the file"), Column("value", "value", places=4), Column("how", "how")]
found = [{"key": key, "value": one.value, "how": one.how} for key, one in work.values.items()]
Table(f"what bring-up has written into {written.name}", keys, found)

# %% [markdown]
# And a robot that is not well? First one whose arm encoder is plugged in the other way round, then
# one whose pendulum encoder loses counts. Guess what the first one's answers are before you look.

# %%
from textwrap import fill

swapped, rows, _ = bring_up(["arm encoder swapped"])
print("arm_sign:", swapped.values["wiring.arm_sign"].value, " complete:", swapped.complete)
slipping, rows, last = bring_up(["pendulum encoder slips"])
print(fill(f"means: {last.means}", 96), fill(f"check: {last.check}", 96), sep="\n")
Table("bring-up of one that loses counts: it goes no further", steps, rows)

# %% [markdown]
# A swapped plug is no failure: the sign is written down, and all is well. A lost count is one,
# and **bring-up stops there**. A motor that is driven by a wrong angle is the next step, and it
# is never taken.
#
# ## Which fault is this?
#
# Six emulated robots came in, each with its own true parameters. One of them is healthy. Every one
# got the same examination: by hand with the motor off, a short push, an instrument in the motor's
# wire, and then the safe robot was reset and driven. The first row is one that is known to be well.

# %%
from furutalib.lessons.patients import COLUMNS, LETTERS, SUSPECTS, examine, reference

Table("examination", COLUMNS, [reference(), *map(examine, LETTERS)])

# %% [markdown]
# ### Exercise 07-b (12 minutes)
# Name each patient's fault. Two of them get the very same words from safety, two more nearly the
# same, and two none at all: mistakes of motor and encoder look alike *from inside*. What tells them
# apart is a hand, or an eye.

# %%
print(*SUSPECTS, sep="\n")


# %%
def diagnosis():
    """What each patient has: a dict from the letters A to F to the names above."""
    # solution
    return {
        "A": "pendulum encoder slips",
        "B": "motor reversed",
        "C": "arm encoder swapped",
        "D": "arm encoder frozen",
        "E": "motor disconnected",
        "F": "healthy",
    }
    # end


# %% [markdown] tags=["hints"]
# - Begin with the columns in which no motor is involved: which patients count wrongly when a *hand*
#   turns them?
# - Two patients were pushed and their counts went the wrong way. One of them the eye saw go the
#   right way.
# - Two patients were pushed and their counts stood still. Only one of them stood still, and no
#   current flowed there.

# %%
check("07-b", diagnosis)

# %% [markdown]
# ## Explore: the quiet fault
#
# Safety compares what it sees with what it knows. It does not know the truth. Choose a fault and
# how the robot is driven; the plot shows what the robot believes of its arm, and what is.
#
# **The challenge, "the quiet fault":** let the robot be wrong about its arm by 45° or more, with no
# trip at all. There are several ways. For each: which question of bring-up would have found it?

# %%
from furutalib.lessons.fault_playground import fault_playground

fault_playground()

# %% [markdown]
# <details><summary>Some quiet faults</summary>
#
# An encoder that slips, driven with strength 0.5 and a period of 0.5 s: it loses what it loses,
# and every single reading looks fine. A frozen one, driven gently (0.3, 1 s): safety cannot tell
# it from an arm that sticks. A swapped one, driven gently, too. All three are found by a hand,
# and none by a limit. A trip is no substitute for bring-up.
# </details>

# %% [markdown]
# ## Find the bug
#
# Three lines from a robot of this kind, as its history tells them (names and numbers are ours).
# Each did real harm, and none of them raised an error.


# %%
def old_angle(alpha):
    return alpha % 2 * np.pi  # alpha within one turn


def old_cost(alpha, speed, command):
    cost = (old_angle(alpha) - np.pi) ** 2 + 0.1 * speed**2
    +0.01 * command**2  # the price of effort
    return cost


def old_begin(robot, speed_filter):
    robot.reset()
    reading = robot.step(0.0)
    return reading, speed_filter.update(reading.pendulum_angle_rad)


# %%
from furutalib.maths.estimator import VelocityFilter

print(f"hanging, one turn on (2π): old_angle says {old_angle(2 * np.pi):.2f} rad")
print(f"full effort costs {old_cost(0.0, 0.0, 1.0) - old_cost(0.0, 0.0, 0.0):.2f} more than none")
with emulated() as other:
    stale = VelocityFilter(other.dt, 50.0)
    stale.reset(np.pi)  # the last episode ended upright
    reading, speed = old_begin(other, stale)
print(
    f"a pendulum that hangs still begins its episode with {speed:.0f} rad/s, and the step that was"
)
print(f"meant to do nothing has moved time to {reading.time_s:.2f} s")

# %% [markdown]
# ### Exercise 07-c (10 minutes)
# Repair them. `angle` gives α within one turn, from −π to π. `cost` is the square of the angle
# *from upright*, 0.1 times the square of the speed, 0.01 times the square of the command. `begin`
# gives the reading that `reset()` returns and the speed at the start of an episode, and leaves the
# filter ready for the next `update`.


# %%
def angle(alpha):
    # solution
    return (alpha + np.pi) % (2 * np.pi) - np.pi
    # end


def cost(alpha, speed, command):
    # solution
    return angle(alpha - np.pi) ** 2 + 0.1 * speed**2 + 0.01 * command**2
    # end


def begin(robot, speed_filter):
    # solution
    reading = robot.reset()
    speed_filter.reset(reading.pendulum_angle_rad)
    return reading, 0.0
    # end


# %% [markdown] tags=["hints"]
# - `alpha % 2 * np.pi` is `(alpha % 2) * np.pi`. A turn is `2 * np.pi`, in brackets. And to come
#   out between −π and π: add π, take the rest, take π off again.
# - A line that begins with `+` is a statement of its own. Its value goes nowhere. Use your
#   `angle` of `alpha - np.pi`.
# - `reset()` returns the first reading; no step is needed. Then
#   `speed_filter.reset(reading.pendulum_angle_rad)`, and the speed is 0.

# %%
check("07-c", (angle, cost, begin))

# %% [markdown]
# ## Failure museum
#
# More from the same history. Each of them is prevented in one place of the library today.
#
# | exhibit | what happened | what it taught |
# | --- | --- | --- |
# | the last command | a zero was sent at the end, not on errors | zero on every exit, a guardian |
# | the long update | while the computer learned, the motor ran on | learn between episodes |
# | the first step | the first inference was slow | warm up before the motor is on |
# | the candle | zeroed while the pendulum stood | push, look, then zero |
# | `% 360` | degrees and radians in one program | one convention, unwrapped counts |
# | the other switches | DIP switches and the program's constant differed | one full turn |
# | the scale | a safety limit changed, and with it all observations | safety sits below |

# %% [markdown]
# The first can be replayed. A program sends 30 % and dies; nobody guards. How far does the arm
# turn in two seconds? (The emulated robot without its guardian; do not try this on another one.)

# %%
bench.place(0, 0)
line = rig.board.gpio.enable
rig.guardian.close()  # nobody owns the enable line any more
enable = rig.wires.output(line, high=True)
rig.motor.write(0.3)
rig.wait(2.0)  # here the program would be dead
turns = bench.state()["arm_angle_rad"] / (2 * np.pi)
enable.close()
rig.close()
print(f"without a guardian: {turns:.1f} turns of the arm; it should never pass half a turn")
stopped_s = deaths["SIGKILL"].off_s if deaths else 0.1
print(f"with one the motor is off after {1e3 * stopped_s:.0f} ms")

# %% [markdown]
# ## On the robot
#
# ```python
# robot = connect("real")
# ```
#
# Before it, in a terminal on the board: `furuta check --robot real` (nothing moves; says what is
# missing, with the line to add), then `furuta bring-up --robot real`.

# %% [markdown]
# > **Before the supply of the motor is switched on for the first time**
# > - Everything out of the arm's circle, hair and cables too. Safety glasses: a nut can come
# >   loose while the pendulum spins.
# > - Base clamped to the table. One hand at the switch of the supply, and *that* is the emergency
# >   stop. A button on a screen is a comfort.
# > - Motor driver's logic on 3.3 V, never 5 V. Pull-down at EN. Supply limited to 1 A at first.
# > - `safety.command` at 0.5 in your robot's file for bring-up and first episodes. (Less, and the
# >   pushes that measure the dead zone are cut.)
# > - Never leave it alone with the motor's supply on. Feel the motor after every minute.

# %% [markdown]
# ## What you learned
#
# - A counter is asked by bytes; **write the mode, read it back**, and look for the power-loss bit.
# - Zeros and ones from a dead wire are counts like any others. Ask something whose answer you know.
# - Signs are looked at with a hand before a motor uses them; one full turn finds a wrong constant.
# - A dead program does not stop a motor. A guardian that owns the enable line does, at once if the
#   program dies and after its patience if it hangs.
# - A loop sleeps until an instant, not the rest of its period.
# - Safety does not know the truth. Quiet faults are found by bring-up.
#
# **Next:** lesson 08 asks how far this robot is from the simulator that all policies were trained
# in.

# %% [markdown]
# ## Further reading
#
# - LSI/CSI, *LS7366R* data sheet: instructions on page 3. CUI, *AMT10 series* data sheet: the DIP
#   switches. NXP, *MC33926* data sheet: truth table and fault output.
# - The Linux kernel's documentation of the sysfs PWM interface and of the GPIO character device.
# - P. Koopman, *Better Embedded System Software*: the chapters on watchdogs and on safety.
# - Armandpl/furuta on GitHub: the robot whose history the museum shows.
