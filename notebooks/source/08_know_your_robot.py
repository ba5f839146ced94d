# %% [markdown] tags=["title"]
# The robot of lesson 07 is not the one in its description. Its magnets are weaker or stronger, its
# gears have more play, its commands act later, and nobody was told by how much. A policy that was
# trained in a simulation of the *described* robot has never met this one. So let us find out who
# it is: move it in ways that give it away, and look for the numbers that explain what was seen.
#
# After this lesson you can
#
# - say which numbers of a robot its encoders can tell, which they cannot, and why,
# - plan movements that show a parameter, and know from which recordings it cannot be found,
# - identify a robot by multiple shooting, with an interval for each number,
# - tell how good a simulation is on data it has not seen, and make ranges for randomisation.

# %% [markdown] tags=["map"]
# **Last lesson** brought the robot up: its signs, its dead zone, its latency, what stops it. Two
# questions to warm up; answer, then unfold.
#
# <details><summary>Lesson 07: a motor at rest gets a command and does not move. Dead zone, or
# friction?</summary>
#
# At rest nobody can say: both only tell that nothing moves. In motion they differ, since friction
# brakes with the motor off as well.
# </details>
# <details><summary>Lesson 02: what does the play of the gears do at a reversal?</summary>
#
# The motor turns, the arm does not, for a degree or three. Then it knocks.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## Same commands, two robots
#
# Below a robot is moved to and fro and recorded. Then the *described* robot gets the very same
# commands in simulation, and nothing else. How soon will the two part?

# %%
ahead_guess = predict(
    "Half a second after both were the same: how far apart are the pendulums (root mean square)?",
    0,
    20,
    unit="°",
)

# %%
from furutalib.facts.robot import load_robot
from furutalib.learning.excitation import HELD_OUT, record, usual_plan
from furutalib.machine.connect import connect

robot_file = "course"  # your own robot: the file that bring-up has written
robot = connect("emulated", robot_file)  # your own robot: connect("real", robot_file)
described = load_robot(robot_file)
plan = usual_plan(described, share=1.0 if FAST else 2.0)
about = {"kind": "emulated"}
paths = record(robot, "identify", plan, about, lambda part: print("recording:", part.name))
robot.off()
print(f"{plan.seconds:.0f} s of movement recorded in {len(paths)} files, motor off")

# %%
from furutalib.lessons.replays import measured, replay
from furutalib.machine.telemetry import read_telemetry

recordings = {one.about["excitation"]: one for one in map(read_telemetry, paths)}
held_out = recordings[HELD_OUT]
seen = measured(held_out, described, 6.0)
believed = replay(held_out, described, 6.0)
show({"recorded": seen, "as described": believed})

# %%
from furutalib.lessons.replays import error_ahead

time_s, off_deg = error_ahead(described, [held_out])
half = round(0.5 * described.control.rate_hz)
ahead_guess.reveal(off_deg[half])

# %% [markdown]
# A policy looks 50 times a second and corrects. But upright, errors grow by themselves, and what it
# has learned about *how hard* and *when* to push is off by as much as the motor and the latency
# are. (All of this is about an *emulated* robot, as in lesson 07.)

# %% [markdown]
# ## What can be seen at all?
#
# We send commands and see two angles. Which of the description's numbers leave a mark in them?
# Begin with the simplest: a pendulum that swings by itself, a little, with its pivot held.
#
# $$ J \ddot\alpha = - m\, g\, l\, \alpha \qquad\Rightarrow\qquad \omega^2 = \frac{m\, g\, l}{J} $$
#
# $m$ and $l$ (how far its centre of mass is from the pivot) you get with a scale and an edge to
# balance it on. The period you get from the encoder. The inertia $J$ about the pivot follows.

# %% [markdown]
# ### Exercise 08-a (5 minutes)
# The inertia about the pivot, from the period of small swings.


# %%
def inertia_from_period(period_s, mass_kg, center_m, gravity_m_s2):
    """The inertia about the pivot, in kg m²."""
    # solution
    import math

    return mass_kg * gravity_m_s2 * center_m * (period_s / (2 * math.pi)) ** 2
    # end


# %% [markdown] tags=["hints"]
# - $\omega$ is in radians per second: $\omega = 2\pi / T$.
# - Solve $\omega^2 = m g l / J$ for $J$, then put the period in.
# - `mass_kg * gravity_m_s2 * center_m / omega**2`.

# %%
check("08-a", inertia_from_period)

# %% [markdown]
# Our robot was given a push, then left alone. Half a period is the time between two passages
# through the lowest point:

# %%
import matplotlib.pyplot as plt
import numpy as np

decay = measured(recordings["decay"], described, 4.0)
rise = decay.time_s > 0.7  # the pushes are over
passing = np.flatnonzero(rise[:-1] & (decay.pendulum_deg[:-1] * decay.pendulum_deg[1:] < 0))
here, there = decay.pendulum_deg[passing], decay.pendulum_deg[passing + 1]
between_s = np.diff(decay.time_s[passing] + 0.02 * here / (here - there))
figure, axes = plt.subplots()
axes.plot(decay.time_s, decay.pendulum_deg, label="pendulum")
axes.plot(decay.time_s, decay.arm_deg, label="arm")
axes.plot(decay.time_s[passing], 0 * passing, "o", color="black")
axes.set(xlabel="time (s)", ylabel="angle (°)")
axes.legend()
print("from one passage to the next:", np.round(between_s, 3), "s")

# %%
from furutalib.learning.identifiable import values_of
from furutalib.lessons.replays import names

pendulum = described.pendulum
weighed = pendulum.mass_kg, pendulum.center_of_mass_m, described.gravity_m_s2
in_file = values_of(described)[names().index("pendulum inertia")]
print(f"in the file     {in_file:.3e} kg m²")
if check("08-a", inertia_from_period).passed:
    by_period = inertia_from_period(2 * between_s.mean(), *weighed)
    print(f"by the period   {by_period:.3e} kg m²")

# %% [markdown]
# Do you believe it? The pivot was *not* held: the arm, amid the play of its gears, gives way by a
# degree or two and knocks at either end, and the swings die out within seconds because of it. A
# formula for one parameter is good until another one gets in the way. We need all of them at once,
# and a model that knows about knocks. We have one: the plant of lesson 02.
#
# ## What can never be seen
#
# Make every mass, every friction and the motor's torque half as large again. Everything is heavier
# and everything is stronger: no angle changes. No encoder, however good, can tell the two robots
# apart. So one number must come from somewhere else. It is the pendulum's weight; all else is
# measured against it.

# %%
from furutalib.lessons.checks_08 import CANDIDATES, multiplied

print(*CANDIDATES, sep="\n")

# %% [markdown]
# ### Exercise 08-b (8 minutes)
# Which of these have to be multiplied by the same factor, so that no encoder notices?


# %%
def scaled_together():
    """The names of all that has to be multiplied together: a list."""
    # solution
    return [
        *("arm.mass_kg", "arm.inertia_kg_m2", "arm.viscous_nm_s"),
        *("pendulum.mass_kg", "pendulum.inertia_axial_kg_m2"),
        *("pendulum.inertia_transverse_kg_m2", "pendulum.viscous_nm_s", "pendulum.coulomb_nm"),
        *("motor.coulomb_nm", "motor.stiction_nm", "motor.torque_constant_nm_a"),
        "motor.rotor_inertia_kg_m2",
    ]
    # end


# %% [markdown] tags=["hints"]
# - Look at the units. An angle, a time, a length, a voltage do not change. What has kg or N m in
#   it does.
# - Torque is inertia times angular acceleration. If accelerations are to stay, each *torque* must
#   grow as the inertias do: what the motor makes, what friction takes, what gravity pulls.
# - The motor's torque is its constant times a current. The current must stay: so the resistance
#   stays, and so does the back-EMF constant, which is about volts.

# %%
check("08-b", scaled_together)

# %% [markdown]
# Look with your own eyes: the held-out commands, with the described robot and with one that is
# three times as heavy and as strong.

# %%
if check("08-b", scaled_together).passed:
    heavy = replay(held_out, multiplied(described, scaled_together(), 3.0), 6.0)
    apart_deg = np.abs(heavy.pendulum_deg - believed.pendulum_deg).max()
    print(f"largest difference of the pendulums in 6 s: {apart_deg:.1e}°")
else:
    print("first solve exercise 08-b")

# %% [markdown]
# Torque constant and resistance are such a pair too: only their quotient, the torque per volt,
# shows. This is what the library looks for, what it leaves alone, and why. The list stands in the
# code, and stood there before anybody looked at results:

# %%
from furutalib.learning.identifiable import IDENTIFIABLE, LEFT_OUT
from furutalib.view.table import Column, Table

rows = [{"name": one.name, "seen": one.seen_by} for one in IDENTIFIABLE]
Table("identified", [Column("name", "quantity"), Column("seen", "shows in")], rows)

# %%
rows = [{"key": key, "why": why} for key, why in LEFT_OUT.items()]
Table("left alone", [Column("key", "number"), Column("why", "why")], rows)

# %% [markdown]
# ## Movements that give it away
#
# A parameter can be found only from a movement that it changes. These were made above. A guard
# went with them: it brakes an arm that would coast too far and calms a pendulum that swings too
# high, since nobody knew the robot yet. Everything stays below horizontal.

# %%
figure, places = plt.subplots(len(recordings), 1, figsize=(9, 9))
for axes, (name, one) in zip(places, recordings.items(), strict=True):
    axes.plot(one.time_s, np.degrees(one.pendulum_angle_rad), label="pendulum (°)")
    axes.plot(one.time_s, np.degrees(one.arm_angle_rad), label="arm (°)")
    axes.plot(one.time_s, 100 * one.command_sent, label="command (%)", linewidth=0.8)
    axes.set(ylabel=name, ylim=(-110, 110), yticks=[-90, 0, 90])
places[0].legend(ncols=3, fontsize=9, loc="upper right", facecolor="white", frameon=True)
places[-1].set_xlabel("time (s)")
figure.tight_layout()
highest = max(np.degrees(np.abs(one.pendulum_angle_rad)).max() for one in recordings.values())
print(f"highest swing of all: {highest:.0f}°")

# %% [markdown]
# Which of them tells what? Ask the model: change one parameter by 10 %, and see by how much the
# angles change within a second, counted in what an encoder can just tell.

# %%
stiction_guess = predict(
    "Which movement shows the stiction, and nearly nothing else does?",
    choices=[name for name in recordings if name != HELD_OUT],
)

# %%
from furutalib.lessons.replays import shown_by

moved = {name: one for name, one in recordings.items() if name != HELD_OUT}
shown = shown_by(list(moved.values()), described)
figure, axes = plt.subplots(figsize=(9, 4.2))
picture = axes.imshow(np.log10(np.maximum(shown, 0.1)), cmap="viridis", aspect="auto")
axes.set_xticks(range(len(names())), names(), rotation=40, ha="right")
axes.set_yticks(range(len(moved)), list(moved))
axes.grid(visible=False)
for (row, column), value in np.ndenumerate(shown):
    colour = "white" if value < 10 else "black"
    axes.text(column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=9)
axes.set_title("what a change of 10 % does, in standard deviations of an encoder")
figure.tight_layout()
stiction_guess.reveal(list(moved)[int(np.argmax(shown[:, names().index("motor stiction")]))])

# %% [markdown]
# Numbers below 1 cannot be seen in a single reading; thousands of readings add up. A column that
# is dark everywhere would be a parameter that this plan cannot find.
#
# ## By hand first
#
# Least squares is a machine that turns knobs. Turn four of them yourself. The recording is solid,
# the simulation a ghost.
#
# **The challenge, "by hand":** bring both arm and pendulum to within 3°. Then find out which two
# knobs can stand in for each other, at least for a while.

# %%
from furutalib.lessons.fit_playground import fit_playground

fit_playground(recordings["random"], described)

# %% [markdown]
# <details><summary>Two knobs that look alike</summary>
#
# Torque and dry friction: more of both moves the arm about as far with a given command. They part
# where the command changes, or ends. That is why there are steps of several sizes, and braking.
# </details>

# %% [markdown]
# ## Multiple shooting
#
# Why not simulate a whole recording and fit that? Because small errors add up: after ten seconds
# a wrong simulation is *somewhere*, and which way to turn a knob can no longer be told. So the
# recording is cut into windows of a second. Each is simulated from its own beginning, which is
# one more unknown; and each should begin where the one before it ended.

# %%
from furutalib.learning.shooting_problem import Problem
from furutalib.learning.windows import cut, pieces

chirp = recordings["chirp"]
whole = replay(chirp, described, 8.0)
windows = cut([pieces(chirp, "chirp")], 50, 0.02)
problem = Problem(described, values_of(described), windows)
shots = np.degrees(problem.follow(problem.begin()).angles[..., 0])

# %%
figure, axes = plt.subplots(figsize=(9, 3.8))
axes.plot(chirp.time_s[:401], np.degrees(chirp.arm_angle_rad[:401]), "k", label="recorded")
axes.plot(whole.time_s, whole.arm_deg, label="simulated in one go")
for number, shot in enumerate(shots[:8]):
    label = "simulated anew each second" if number == 0 else None
    axes.plot(number + np.arange(51) / 50, shot, color="#e8590c", label=label)
axes.set(xlabel="time (s)", ylabel="arm (°)")
_ = axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.15))

# %% [markdown]
# Now every window says something about *every* parameter, and none is lost. All windows, all
# parameters and all beginnings together are one least-squares problem with some hundred unknowns;
# the compiled plant makes its slopes by trying them all at once. Two things more:
#
# - Residuals far off weigh less. One knock in the gears must not bend everything.
# - The pendulum's 0 is an unknown too: friction lets it come to rest a little beside the lowest
#   point, and that point was called 0.
#
# Before you run it, a guess. Look at the sliders again if you like.

# %%
worst_guess = predict("How far off is the worst of the described numbers?", 0, 100, unit="%")

# %%
from furutalib.learning.identification import identify


def told(step, rms_rad):
    if step % 4 == 0:
        print(f"step {step:3d}: the pendulum is {np.degrees(rms_rad):.3f}° off")


found = identify(list(recordings.values()), described, told)
print(found.table())

# %%
estimates = list(found.estimates.values())
changed = np.array([one.value / one.described - 1 for one in estimates])
worst = estimates[int(np.argmax(np.abs(changed)))].name
print(f"the farthest from its description is: {worst}")
worst_guess.reveal(100 * np.abs(changed).max())

# %% [markdown]
# ## Was it right?
#
# With a real robot nobody could tell you. This one is emulated, so for once we look behind the
# curtain. Dots with bars: what was found and its 95 % interval. Crosses: what stood in the file.
# The dashed line is the truth.

# %%
from furutalib.learning.identifiable import seen_values
from furutalib.machine.emulator.hidden import hidden_robot

truth = seen_values(hidden_robot(described, 0), described)
value, half_width, before = np.array(
    [(one.value, one.half_width, one.described) for one in estimates]
).T

# %%
figure, axes = plt.subplots(figsize=(9, 4))
places = np.arange(len(truth))
axes.errorbar(value / truth, places, xerr=half_width / truth, fmt="o", capsize=4, label="found")
axes.plot(before / truth, places, "x", color="#e8590c", label="described")
axes.axvline(1, color="black", linestyle="--", linewidth=1)
axes.set_yticks(places, names())
axes.set(xlabel="as a share of the truth", title="one emulated robot")
axes.invert_yaxis()
axes.legend()
inside = np.abs(value - truth) <= half_width
print(f"{inside.sum()} of {len(truth)} intervals hold the truth")

# %% [markdown]
# ### Exercise 08-c (10 minutes)
# Where do such bars come from? In the least-squares fit of $p$ parameters to $n$ readings, with
# slopes $J$ (shape $n \times p$) and residuals $r$:
#
# $$ s^2 = \frac{r^T r}{n - p} \qquad C = s^2 \left(J^T J\right)^{-1} \qquad
# \text{half-width}_i = 1.96\, \sqrt{C_{ii}} $$
#
# In words: how noisy the readings are, times how little the readings say.


# %%
def half_widths(slopes, misses):
    """95 % half-widths of the fitted parameters, shape (p,)."""
    # solution
    free = len(misses) - slopes.shape[1]
    covariance = misses @ misses / free * np.linalg.inv(slopes.T @ slopes)
    return 1.96 * np.sqrt(np.diag(covariance))
    # end


# %% [markdown] tags=["hints"]
# - `misses @ misses` is the sum of squares; `len(misses) - slopes.shape[1]` is $n - p$.
# - `np.linalg.inv(slopes.T @ slopes)` is the inverse; times $s^2$ it is the covariance.
# - `np.diag(covariance)` are variances: a square root, then 1.96.

# %%
check("08-c", half_widths)

# %% [markdown]
# Do not trust that formula alone. It believes that each residual is an accident of its own, and
# ours hang together: what the model gets wrong it gets wrong for a while. The library therefore
# also looks at how much the *windows* disagree, and adds what the parts that are held may be off.
# Whether an interval deserves its 95 % can only be counted, over many robots. Ten that nobody
# tuned anything on:

# %%
from furutalib.learning.benchmarks import load_benchmark

ten = load_benchmark("identify")
errors = 100 * ten.column("error").reshape(-1, len(names()))
covered = ten.column("covered")
figure, axes = plt.subplots(figsize=(9, 4))
for number in range(len(names())):
    axes.plot(errors[:, number], np.full(len(errors), number), "o", alpha=0.5, color="#4c6ef5")
axes.axvline(0, color="black", linestyle="--", linewidth=1)
axes.set_yticks(range(len(names())), names())
axes.set(xlabel="error (%)", title=f"{len(errors)} emulated robots")
axes.invert_yaxis()
print(f"largest error {np.abs(errors).max():.1f} %; {100 * covered.mean():.0f} % of the intervals")
print(f"hold the truth; made by: {ten.made['command']}")

# %% [markdown]
# ## Half a second into the unknown
#
# A fit always looks good on the data it was made from. So one recording was kept aside. Solid is
# the robot, the ghosts get its commands from rest and nothing else:

# %%
identified = replay(held_out, found.description, 6.0)
show({"recorded": seen, "as identified": identified, "as described": believed})

# %%
figure, axes = plt.subplots()
for name, one in {"as described": described, "as identified": found.description}.items():
    time_s, off_deg = error_ahead(one, [held_out])
    axes.plot(time_s, off_deg, label=name)
    print(f"{name}: {off_deg[half]:.2f}° off after half a second")
axes.set(xlabel="time since it was last corrected (s)", ylabel="pendulum, rms error (°)")
_ = axes.legend()

# %% [markdown]
# ## From uncertainty to randomisation
#
# What was found goes into a *new* file, each number with its interval and date. Nothing that was
# there is overwritten.

# %%
from datetime import UTC, datetime
from pathlib import Path

Path("my-identified-robot.toml").unlink(missing_ok=True)
written = found.write("my-identified-robot.toml", robot_file, datetime.now(UTC).date())
print(*[line for line in written.read_text().splitlines() if "torque_constant" in line])

# %% [markdown]
# And the intervals become ranges: a policy that works for every robot within them works for this
# one, wherever in them it is. What was not identified keeps a range by experience. In training each
# episode draws its own robot:

# %%
from furutalib.learning.stages import WrapperSettings, randomise

settings = WrapperSettings(randomisation=found.ranges())
for name, width in settings.randomisation.items():
    print(f"{name:36s} ± {100 * width:4.1f} %")

# %%
rng = np.random.default_rng(0)
wide = dict.fromkeys(settings.randomisation, 0.25)
crowds = {
    "described, all ± 25 %": [randomise(described, wide, rng) for _ in range(20)],
    "identified, by the intervals": [
        randomise(found.description, settings.randomisation, rng) for _ in range(20)
    ],
}
runs = {
    name: np.array([replay(held_out, one, 3.0).pendulum_deg for one in crowd])
    for name, crowd in crowds.items()
}

# %%
figure, places = plt.subplots(1, 2, sharey=True, figsize=(10, 3.6))
for axes, (name, angles_deg) in zip(places, runs.items(), strict=True):
    axes.plot(seen.time_s[:151], angles_deg.T, color="#4c6ef5", alpha=0.4, linewidth=1)
    axes.plot(seen.time_s[:151], seen.pendulum_deg[:151], "k--", linewidth=1.2, label="recorded")
    axes.set(xlabel="time (s)", title=name)
    print(f"{name}: after 3 s they are spread over {np.ptp(angles_deg[:, -1]):.0f}°")
places[0].set_ylabel("pendulum (°)")
places[1].legend(loc="lower right")
figure.tight_layout()

# %% [markdown]
# Both crowds hold the real one. To please the left one a policy must be cautious about everything;
# the right one asks only for what is really not known. Lesson 09 trains on it.
#
# ## Failure museum
#
# **Gentle data.** Somebody was careful and recorded small pushes only.

# %%
from furutalib.facts.errors import IdentificationError
from furutalib.learning.excitation import Part, Plan

small = np.tile(np.repeat([0.32, 0.0, -0.32, 0.0], [8, 42, 8, 42]), 3)
careful = Plan((Part("careful", small),), described.control.rate_hz)
gentle = [read_telemetry(path) for path in record(robot, "gentle", careful, about)]
robot.off()
try:
    identify(gentle, described)
except IdentificationError as error:
    print(error)

# %% [markdown]
# It refuses, and says what to do. Worse is a program that answers: any number fits what does not
# depend on it.
#
# **The wrong latency.** Somebody was sure that commands act at once, and held the latency at
# nearly 0. What do the other numbers do to make up for it?

# %%
from furutalib.lessons.replays import as_if_of

early = described.with_values({"control.latency_s": 0.002})
same_data = as_if_of(list(recordings.values()), early)
try:
    bent = identify(same_data, early, held=["latency"])
    for one, right in zip(bent.estimates.values(), estimates, strict=True):
        beside = 100 * (one.value / right.value - 1)
        print(f"{one.name:26s} {beside:+6.1f} % beside the good fit, ± {100 * one.relative:.1f} %")
    print(f"half a second ahead: {bent.held_out_deg:.2f}°, with the good fit {off_deg[half]:.2f}°")
except IdentificationError as error:
    print(error)

# %% [markdown]
# Whatever can hide a delay does so, much of it far beyond its own interval: an interval knows only
# what the model can say. That is what held-out data are for.
#
# **Somebody else's data.** Counts per turn, control rate, supply: a recording says whose it is.

# %%
try:
    identify(list(recordings.values()), load_robot("qube"))
except IdentificationError as error:
    print(error)
robot.close()

# %% [markdown]
# ## On the robot
#
# In a terminal: `furuta identify --robot real --robot-file mine.toml --out known.toml`. Or in this
# notebook, with two names changed:
#
# ```python
# robot_file = "mine.toml"  # what bring-up has written
# robot = connect("real", robot_file)
# about = {"kind": "real"}
# ```
#
# Weigh the pendulum first, with its screws, and balance it on an edge: `pendulum.mass_kg` and
# `pendulum.center_of_mass_m` are the scale of everything else.

# %% [markdown]
# > **Before it moves by itself for two minutes**
# > - Bring-up passed, on this day, with this supply. Base clamped, circle free, safety glasses.
# > - A hand at the switch of the motor's supply. Ctrl-C in the terminal, or the stop of the
# >   notebook, switches the motor off as well; what was recorded stays.
# > - Below horizontal is what the guard *aims* at. It knows the described friction only: if
# >   your arm turns much more easily, watch the first movement with `safety.command` at 0.5.
# > - Feel the motor afterwards. A warm one has another resistance: let it cool, or identify it as
# >   warm as it will be when it works.

# %% [markdown]
# ## What you learned
#
# - Two encoders tell a dozen numbers, and not one more: a scale has to be weighed.
# - A parameter is found from a movement that it changes. Plan for the one that hides.
# - Multiple shooting: short windows with beginnings of their own, tied together softly.
# - An interval says what the data leave open *if the model is right*. Count it on robots whose
#   truth you know, and keep a recording aside.
# - Intervals become ranges. What you do not know is what a policy must be robust to, and nothing
#   else.
#
# **Next:** lesson 09 lets a policy learn on the robot: from nothing, and from a simulation that now
# knows it.

# %% [markdown]
# ## Further reading
#
# - L. Ljung, *System Identification: Theory for the User*: excitation, identifiability, validation.
# - H. G. Bock's multiple shooting for parameters of differential equations (1983).
# - M. Gautier, W. Khalil: base parameters, what the motion of a robot can tell of its inertias.
# - J. Tobin et al. (2017), *Domain randomization*; X. B. Peng et al. (2018), for dynamics.
