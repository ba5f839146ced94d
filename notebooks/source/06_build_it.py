# %% [markdown] tags=["title"]
# All the policies so far swung a pendulum of numbers. Its lengths and masses come from a drawing,
# and the drawing is in this repository: every part as code, with what it weighs, what it costs as
# far as we know, how it is printed, and which wire goes where. This lesson takes the robot apart
# before it exists. It works without a robot; with a printer and a soldering iron it ends with one.
#
# **Nobody has built it yet.** Every number says where it comes from; none comes from a scale.
#
# After this lesson you can
#
# - find any part, its line in the bill of materials, and how it is printed,
# - compute from the drawing what the simulator needs to know of an arm,
# - choose a fuse, and say what an exchanged pair of wires would do,
# - bring power onto a new robot in stages, with a multimeter, and stop in time.

# %% [markdown] tags=["map"]
# **Last lesson** looked at exploration: noise that a motor can follow, and gears that do not like
# what it cannot. Two questions to warm up; answer, then unfold.
#
# <details><summary>Lesson 05: what does a reversing command do to a gearbox?</summary>
#
# The motor crosses the play freely and hits the other flank. Every reversal is a blow.
# </details>
# <details><summary>Lesson 02: which number of the arm says how hard it is to turn?</summary>
#
# Its inertia about the motor's axis, with that of the rotor times the gear ratio squared.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## The robot, part by part
#
# Turn it with the mouse (or Shift and the arrow keys). Pull it apart with the upper slider, build
# it with the lower one, step by step as the guide does. **Click a part** to read what is known of
# it.

# %%
from furutalib.lessons.build_views import robot_parts

parts = robot_parts()
parts

# %% [markdown]
# **A challenge:** find the four answers by clicking. Which part makes sure that the pendulum's
# weight cannot fly off? What keeps the encoder's cable from winding up? Through which opening is
# the collar's screw reached? And which printed part takes longest?
#
# <details><summary>Answers</summary>
#
# The rod: it runs through the M10 nut, so the nut stays on it even if its pocket breaks. The slip
# ring: its body turns with the arm, its inner part is held by the fork. The window in the bearing
# cap. The last one is in the table below.
# </details>

# %% [markdown]
# The parts that turn are those that you have seen swing since lesson 02, and will see from here on:
# the scenes of all lessons draw them. The lengths of the drawing are read from the robot's file, so
# the two cannot differ.

# %%
from furutalib.facts.paths import assembly_folder, data_folder
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

policy = load_policy(data_folder() / "policies" / "ppo-full")
show({"a trained policy": collect(policy, [Start()], duration_s=6.0)}, plots=False)

# %%
from furutalib.lessons.part_tables import number, read_part_tables
from furutalib.view.table import Column, Table

tables = read_part_tables()
instances = parts.payload["instances"]
nuts = sum(each["part"] == "nut-m3-iso4032" for each in instances)
nut_guess = predict("How many M3 nuts are in one robot?", 0, 60, unit="nuts")

# %%
nut_guess.reveal(nuts, how="Counted in the drawing")

# %% [markdown]
# ## Print
#
# Everything is printed from one material. Before you look: how long does a printer take for all of
# it?

# %%
hours_guess = predict("Printing one robot takes how long?", 0, 100, unit="hours")

# %%
rows = [
    {
        "part": row["id"],
        "number": float(row["quantity"]),
        "hours": (number(tables.sliced.get(row["id"]), "print_time_s") or 0.0) / 3600,
        "grams": number(row, "printed_mass_g"),
        "lies": row["orientation"],
        "supports": row["supports"],
    }
    for row in tables.printed.values()
]
hours = sum(row["number"] * row["hours"] for row in rows)
grams = sum(row["number"] * row["grams"] for row in rows)
hours_guess.reveal(round(hours, 1), how="The slicer says")

# %%
columns = [
    Column("part", "part"),
    Column("number", "number"),
    Column("hours", "each", "h", 1),
    Column("grams", "each", "g", 1),
    Column("lies", "lies on the bed"),
    Column("supports", "supports"),
]
note = f"Together {hours:.0f} h and {grams:.0f} g, says the slicer. No printer has said it yet."
Table("the print list", columns, rows, note=note)

# %% [markdown]
# The **fit gauge comes first**. Printers make holes too small, each by its own amount. The gauge
# has every fit of the robot in steps; the number beside a hole is what was added to the bought
# part's size, in hundredths of a millimetre. One number per row is what your printer needs.

# %%
import tomllib

tolerances = tomllib.loads((assembly_folder() / "print.toml").read_text())["tolerance"]
drawn = round(100 * tolerances["bearing_seat"]["value"])  # hundredths of a millimetre
print(f"A bearing's seat is drawn with {drawn:+d}. The row offers:")
row_of_seats = [drawn + 5 * step for step in (-1, 0, 1)]
print("   ".join(f"{each:+d}" for each in row_of_seats))
gauge_guess = predict(
    "One printer makes every hole 0.05 mm smaller than the one the drawing had in mind. "
    "Into which hole does its bearing go by thumb?",
    choices=[f"{each:+d}" for each in row_of_seats],
)

# %%
gauge_guess.reveal(f"{drawn + 5:+d}", how="Reasoned")

# %% [markdown]
# What is too small by 0.05 mm must be drawn larger by 0.05 mm. That number goes into
# `assembly/print.toml`, and `make parts` draws every seat anew. (Sandpaper does it too, three
# times.)
#
# ## What the simulator has to know
#
# The robot's file says what the arm weighs and how hard it is to turn. Before there is an arm, both
# come from the drawing: each part has a mass, a place, and an inertia of its own.

# %%
from furutalib.lessons.mass_table import centre_m, lumps, total_kg

arm = lumps("arm")
first = arm[0]
print(f"{len(arm)} parts, {1e3 * total_kg(arm):.1f} g together. The first of them:")
print(f"  name               {first.name}")
print(f"  mass_kg            {first.mass_kg:.4f}")
print(f"  from_motor_axis_m  {first.from_motor_axis_m:.4f}  (its centre of mass)")
print(f"  own_kg_m2          {first.own_kg_m2:.2e}  (about the vertical through that centre)")

# %% [markdown]
# ### Exercise 06-a (8 minutes)
# How hard is the arm to turn about the motor's axis? A part of mass $m$ whose centre is a distance
# $d$ away resists with $m d^2$, as if it were a point, and with what it resists to being turned
# about its own centre, for it turns once in every turn of the arm (Steiner's theorem). Add up.


# %%
def inertia_about_axis(parts):
    """The inertia (kg m²) of all parts about the motor's axis; attributes as printed above."""
    # solution
    return sum(part.own_kg_m2 + part.mass_kg * part.from_motor_axis_m**2 for part in parts)
    # end


# %% [markdown] tags=["hints"]
# - `for part in parts` gives one part after the other; `part.mass_kg` is its mass.
# - `sum(... for part in parts)` adds up one number for each.
# - The number is `part.own_kg_m2 + part.mass_kg * part.from_motor_axis_m**2`.

# %%
check("06-a", inertia_about_axis)

# %% [markdown]
# Does the library agree? And what does the robot's file say, in which all policies were trained?
# Its numbers are a *budget*, made before there was a drawing.

# %%
import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.lessons.mass_table import inertia_about

budget = load_robot("course")
pivot = np.array([budget.arm.length_m, 0.0, 0.0])
swings = lumps("pendulum")
about_motor = inertia_about(arm, np.zeros(3))[2, 2]
about_pivot = inertia_about(swings, pivot)[0, 0]
arm_budget = budget.arm.inertia_kg_m2 + budget.arm.mass_kg * budget.arm.center_of_mass_m**2
rod = budget.pendulum
rod_budget = rod.inertia_transverse_kg_m2 + rod.mass_kg * rod.center_of_mass_m**2

# %%
pairs = [
    ("arm: mass (g)", 1e3 * total_kg(arm), 1e3 * budget.arm.mass_kg),
    ("arm: centre (mm)", 1e3 * centre_m(arm)[0], 1e3 * budget.arm.center_of_mass_m),
    ("arm: inertia about the motor (1e-4 kg m²)", 1e4 * about_motor, 1e4 * arm_budget),
    ("pendulum: mass (g)", 1e3 * total_kg(swings), 1e3 * rod.mass_kg),
    ("pendulum: centre (mm)", -1e3 * centre_m(swings)[2], 1e3 * rod.center_of_mass_m),
    ("pendulum: inertia about the pivot (1e-4 kg m²)", 1e4 * about_pivot, 1e4 * rod_budget),
]
for what, is_drawn, is_budget in pairs:
    off = 100 * (is_drawn / is_budget - 1)
    print(f"{what:48s} drawn {is_drawn:6.2f}   budget {is_budget:6.2f}   {off:+3.0f} %")

# %% [markdown]
# Neither column is the truth. The scale will say a third thing, and lesson 08 a fourth, from how
# the robot moves. What matters most is seen in a picture: which parts make the arm slow?

# %%
import matplotlib.pyplot as plt

shares = sorted(arm, key=lambda part: part.mass_kg * part.from_motor_axis_m**2)[-9:]
figure, axes = plt.subplots(figsize=(8, 3.4))
heights = [1e4 * (p.own_kg_m2 + p.mass_kg * p.from_motor_axis_m**2) for p in shares]
axes.barh([p.name for p in shares], heights, color="#3b7dc8")
_ = axes.set(xlabel="share of the arm's inertia (1e-4 kg m²)")

# %% [markdown]
# Distance counts twice: compare the two bearings, which weigh the same.
#
# ## Buy
#
# One list for one robot or for a workshop. A price without a source is not in it: where nobody
# knows one, the cell is empty. Packs are counted whole, tools are bought once.

# %%
from furutalib.lessons.shopping import shopping_list

shopping_list()

# %% [markdown]
# ## Wire
#
# Three diagrams, made from one file: supply and motor, board and counters, encoders (the wide ones
# scroll). Orange is 3.3 V, red 5 V, thick yellow 12 V, black ground.

# %%
from furutalib.lessons.pictures import picture

picture(assembly_folder() / "wiring" / "supply.svg", "supply and motor", wide=True)

# %%
picture(assembly_folder() / "wiring" / "logic.svg", "board and counters")

# %%
picture(assembly_folder() / "wiring" / "encoders.svg", "both encoders", wide=True)

# %% [markdown]
# **The fuse** sits in the plus wire, right behind the socket. It must hold while the motor is held
# fast, and go before anything behind it suffers. A usual rule of thumb: a fuse that carries more
# than three quarters of its rating for long will go one day without any reason.

# %%
from furutalib.lessons.checks_06 import FUSES_A
from furutalib.lessons.wiring import load_wiring

currents = load_wiring().currents
stall_a = budget.supply.voltage_v / budget.motor.resistance_ohm
pair_a = currents["wires"]["0.5 mm2"]  # the thinnest wire on the motor's way
weakest_a = min(pair_a, budget.supply.current_limit_a)
print(f"held fast the motor takes {stall_a:.2f} A; the weakest part behind the fuse: {weakest_a} A")
print("ratings:", *FUSES_A)

# %% [markdown]
# ### Exercise 06-b (6 minutes)
# Choose the fuse: the smallest rating of `FUSES_A` of which the stalled motor takes three quarters
# at most, and not more than the weakest part endures. If there is none, give `None`: that motor
# needs a thicker wire, not a bolder fuse.


# %%
def fuse(stall_a, weakest_a):
    """The rating (A) of the fuse, one of FUSES_A, or None."""
    # solution
    for rating in FUSES_A:
        if stall_a <= 0.75 * rating and rating <= weakest_a:
            return rating
    return None
    # end


# %% [markdown] tags=["hints"]
# - The ratings are in rising order: the first that fits is the smallest.
# - It fits if `stall_a <= 0.75 * rating` and `rating <= weakest_a`.
# - After the loop nothing has fitted: `return None`.

# %%
check("06-b", fuse)

# %%
print(f"The wiring has a fuse of {currents['fuse']} A.")

# %% [markdown]
# ## Explore: two wires exchanged
#
# Everybody exchanges two wires one day. The program below walks from pin to pin and looks what each
# one would get. Begin with `VDD` and `VIN` of the driver: that is how the robot that this course
# began with lost a board.

# %%
from furutalib.lessons.wiring_mistakes import mistake_playground

mistake_playground()

# %% [markdown]
# **The challenge, "the quiet exchange":** find two wires that nobody should exchange and that no
# multimeter finds. Who finds them, and when?
#
# <details><summary>Some quiet exchanges</summary>
#
# A and B of an encoder: it counts backwards. Bring-up asks for that, with your hand as the judge,
# and writes a sign into the file. The motor's red and black: it turns the other way, which
# bring-up finds by a short push. The two chip selects: each counter answers for the other. Turn
# the arm by hand, and the pendulum's count moves.
# </details>

# %% [markdown]
# ## Power, in stages
#
# A robot is at its most fragile in the minute in which it first gets power. So it gets power in
# stages, one thing more in each, and a multimeter comes before every stage. In stage 0 nothing has
# power at all: resistances only.

# %%
meter_guess = predict(
    "Somebody forgot the resistor from EN to ground. What does the meter show between them?",
    choices=["0 Ω", "about 10 kΩ", "open (OL)"],
)

# %%
from furutalib.lessons.guide import load_guide
from furutalib.lessons.guide_page import range_text, value_text
from furutalib.lessons.power_up import measured

guide = load_guide()
readings = {each.id: each for each in guide.readings}
shown_ohm = measured(guide, "pull-down missing")["pull-down"]
print("must be:", range_text(readings["pull-down"]), "   the meter:", value_text(shown_ohm, "Ω"))
meter_guess.reveal("open (OL)", how="Reasoned")

# %% [markdown]
# Without it everything *works*. Until the board boots one day with a floating line, and the motor
# starts before any program does. The worst faults are those that only a reading shows.
#
# Now rehearse. Each robot may have one mistake. Go on as long as every reading is right; stop as
# soon as one is not, and say what it is. Whoever goes on too soon sees what it costs.

# %%
from furutalib.lessons.power_up import rehearsal

rehearsal()

# %% [markdown]
# ### Exercise 06-c (10 minutes)
# Five robots from a workshop, each measured through all stages (on paper: with what some of them
# have, the later stages would have killed them). One is healthy. What do the others have?

# %%
from furutalib.lessons.power_up import chart, names

chart()

# %%
print(*names(guide), sep="\n")


# %%
def diagnosis():
    """What each robot has: a dict from the letters A to E to the names above."""
    # solution
    return {
        "A": "healthy",
        "B": "no common ground",
        "C": "plus and minus of the 12 V exchanged",
        "D": "emergency stop bridged",
        "E": "VDD and VIN exchanged",
    }
    # end


# %% [markdown] tags=["hints"]
# - Go down each column and mark what is out of the range on its left. The healthy robot has no
#   mark.
# - Begin with the *first* mark of each column: what comes later often follows from it.
# - Two of them have a wrong reading between the socket's plus and VIN. Look at the sign of the
#   12 V, and at VDD.

# %%
check("06-c", diagnosis)

# %% [markdown]
# ## Build: a list that remembers
#
# The whole guide, one action at a time, each with its picture and with the check after it. Ticks
# are kept in `build-ticks.json` beside this notebook: they survive a restart, and a second robot
# takes a second file, `checklist("robot-2.json")`.

# %%
picture(assembly_folder() / "board-plan.svg", "the wooden board from above: what stands where")

# %%
from furutalib.lessons.build_views import checklist

steps = checklist()
steps

# %% [markdown]
# The same as a page to print: `assembly/guide.md`. If a step made you guess, that is a mistake of
# the guide: **please report it**, and what fitted and what did not. You would be the first.

# %% [markdown]
# ## Failure museum
#
# | exhibit | what happened | what the design does |
# | --- | --- | --- |
# | the loose nut | the weight's nut comes off at full speed | the rod runs through the nut |
# | the collars | they came off | headless screws in steel nuts, between bearing and joint |
# | VCC and VIN | exchanged; a board died | plugs that do not fit, stage 0 |
# | the floating line | the motor starts while the board boots | a pull-down, measured |
# | the wound-up cable | an encoder's cable, one turn too many | a slip ring, held by a fork |
# | the copied number | a hole for a part that nobody measured | sizes are data, with a source |
#
# The collars and the board are from the history of the robot that this course began with. The
# others are what we were afraid of while we drew.

# %% [markdown]
# The last one can be looked at. How much of what the drawing rests on has been read in a data
# sheet?

# %%
from collections import Counter

bought = tomllib.loads((assembly_folder() / "bought.toml").read_text())
statuses = Counter(size["status"] for sizes in bought.values() for size in sizes.values())
total = sum(statuses.values())
for status, count in statuses.most_common():
    print(f"{status:12s} {count:4d}   {100 * count / total:3.0f} %")

# %% [markdown]
# Measured: none. That is why the gauge is printed first, and why the encoder's holes are slots. A
# caliper and ten minutes make this table better, for everybody.
#
# ## On the robot
#
# > **Before 12 V are switched on for the first time**
# > - Glasses on: a capacitor the wrong way round bursts, a weight that comes off flies.
# > - One hand at the emergency stop. It is in the motor's supply and asks no program.
# > - Stage 0 has been measured, every line of it, by you, today.
# > - The motor's wires are off. They go on last, in stage 5.
#
# Then `furuta check --robot real`, and `furuta bring-up --robot real`: lesson 07.

# %% [markdown]
# ## What you learned
#
# - A part is a file: how it is drawn, printed, bought, what it weighs, and how sure that is.
# - The gauge finds the fits of *your* printer before days of printing rest on them.
# - Inertia is $m d^2$ and what each part has of its own; what sits far out counts most.
# - A fuse protects the weakest part behind it, and holds what the motor may take.
# - Some exchanged wires kill, some are quiet. A meter finds the first, a hand the others.
# - Power comes in stages. Stopping costs a minute, going on may cost a board.
#
# **Next:** lesson 07 switches it on, first an emulated one: which way do the sensors count, what
# does the motor do, and what stops it?

# %% [markdown]
# ## Further reading
#
# - `assembly/guide.md`, `assembly/wiring.md`, `bom/bom.md`: what this lesson showed, as pages.
# - Pololu, *25D Metal Gearmotors*; CUI, *AMT10 series*; LSI/CSI, *LS7366R*; NXP, *MC33926*: the
#   data sheets.
# - DIN SPEC 3105-1 and the Open Know-How manifest (`okh.toml`): what makes hardware open.
# - P. Horowitz, W. Hill, *The Art of Electronics*: grounds, fuses, level shifting.
