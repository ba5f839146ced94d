# %% [markdown] tags=["title"]
# Welcome. In this course a pendulum learns to stand on its head: first in simulation, then, if you
# build it, on a small robot on your desk. This lesson makes sure that everything works, and shows
# how the lessons want to be used. It needs no knowledge of learning, and no robot.
#
# After this lesson you can
#
# - tell whether the installation is complete, and what to do if it is not,
# - run a lesson, break it, and get a fresh copy,
# - use predictions, exercises, checks and hints,
# - find your way on the map of lessons.

# %% [markdown]
# ## The first cell
#
# A notebook is made of cells. The grey ones hold code. Click on the cell below and press
# **Shift + Enter**: the cell runs, its result appears below it, and the next cell is selected.
# Every lesson begins with this one.

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## The pendulum
#
# Now the robot. A motor turns an arm; at the end of the arm hangs a pendulum that nothing drives.
# The motor can only swing the arm to and fro, and yet it can throw the pendulum up and hold it
# there. Run the cell: it simulates eight seconds of the robot and plays them.

# %%
from furutalib import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.machine.robot import Start

robot = load_robot("course")
rollout = collect(EnergyLQR(robot), [Start(pendulum_angle_rad=0.1)])
show({"swing up, then hold": rollout})

# %% [markdown]
# Pause it with the button or the space bar, drag the slider to any moment, and look at it from
# elsewhere: drag the picture with the mouse, or use Shift and the arrow keys. The curves belong to
# the same moment; click into one to jump there. The green arrow is the motor's command.
#
# Nothing was learned here yet. A formula pumps energy into the pendulum, and a second one catches
# it near the top. You will write both in lesson 03, and then let a program find out by itself how
# to do it. Such a machine is called a **Furuta pendulum**, after Katsuhisa Furuta, who built it
# with his colleagues in 1992.
#
# ## Is everything here?
#
# The next cell looks at your installation: versions, the descriptions of the robots, one second of
# simulation. Each line begins with `ok` or `BAD`, and a bad line says what to do. In a terminal the
# same is `furuta check`.

# %%
from furutalib.lessons.doctor import examine

print(examine().table())

# %% [markdown]
# ## How to use a lesson
#
# | you want to | do this |
# | --- | --- |
# | run a cell and go on | Shift + Enter |
# | run everything | menu *Run*, *Run All Cells* |
# | stop a cell that takes too long | the square ■ in the bar at the top |
# | start again from a clean state | menu *Kernel*, *Restart Kernel* |
# | get a fresh copy of this lesson | `furuta lesson 00 --fresh` in a terminal |
#
# You work on **your own copies**, in the folder `work`. Change what you like there: an update of
# the course never touches them, and a fresh copy keeps the old one beside it.

# %% [markdown]
# One trap catches everybody once: cells remember. If you run them out of order, or delete a cell
# whose result others still use, the notebook works today and not tomorrow. When something is
# strange, restart the kernel and run everything from the top.

# %% [markdown]
# ## FAST and FULL
#
# In the first cell stands `FAST = True`. Then every training in the lesson takes seconds and shows
# what there is to see. With `FAST = False` it takes minutes, uses more tries and more seeds, and
# gets further. Nothing else changes, and nobody sets it but you.
#
# ## Predict, then run
#
# People learn more from a result when they have committed to a guess before. So the lessons ask you
# for one now and then: move the slider, press the button, and only then run the next cell. The
# guess stays in this notebook. If you press nothing, the lesson goes on all the same.
#
# Let us place the pendulum 5 degrees from upright, leave the motor off, and let go.

# %%
fall_guess = predict("How long until the pendulum has fallen to the side (90°)?", 0, 3, unit="s")

# %%
import math

from furutalib import connect

with connect("sim", robot="course") as machine:
    reading = machine.reset(Start(pendulum_angle_rad=math.radians(175)))
    while abs(reading.pendulum_angle_rad) > math.pi / 2:
        reading = machine.step(0.0)  # 0: the motor is off; then wait for one period

fall_guess.reveal(reading.time_s)

# %% [markdown]
# `connect("sim")` gives a simulated robot. `reset` places it, `step` sends a command between −1 and
# 1 to the motor, waits for one control period, and tells what the sensors measured after it. Code
# that drives the real robot looks the same; only the word in `connect` changes.
#
# The fall is quick. Whoever wants to hold the pendulum up has to decide many times in that time:

# %%
print(f"one control period: {machine.dt} s")
print(f"decisions during the fall: {reading.time_s / machine.dt:.0f}")

# %% [markdown]
# ## Exercises, checks and hints
#
# An exercise is a cell with a gap. You fill it in, run it, and run the cell with `check` below it.
# `check` says that all is well, or what kind of mistake it sees. It never breaks the notebook: an
# exercise that you skip is just "not done yet", and the lesson goes on without it.
#
# Under the exercise there is a ladder of hints. Unfold one, try again, and unfold the next only if
# you are still stuck. The last step is a solution; there may be others as good.
#
# ### Exercise 00-a (3 minutes)
# Angles in this course are in radians. The pendulum's angle is 0 when it hangs down, and π or −π
# when it stands upright; it is positive on one side and negative on the other. Write a function
# that tells **how many degrees the pendulum is away from upright**: 180 when it hangs, 90 when it
# points to either side, 0 when it stands.


# %%
def from_upright_deg(angle_rad):
    """Degrees between the pendulum and upright, for an angle between -pi and pi."""
    # solution
    return 180 - abs(math.degrees(angle_rad))
    # end


# %% [markdown] tags=["hints"]
# - `math.degrees(angle_rad)` turns radians into degrees. What is it for the pendulum that hangs
#   down, and what for the upright one?
# - Hanging gives 0 and should give 180; upright gives 180 and should give 0. So take something away
#   from 180.
# - The side must not matter: `abs(...)` makes a negative number positive.

# %%
check("00-a", from_upright_deg)

# %% [markdown]
# Here is the swing-up from above in these degrees, computed by the library, whatever you wrote:

# %%
import matplotlib.pyplot as plt
import numpy as np

figure, axes = plt.subplots()
axes.plot(rollout.time_s, np.degrees(np.abs(rollout.from_upright_rad[0])))
axes.axhline(12, color="black", linestyle=":", label="12°: this course calls it upright")
axes.set(xlabel="time (s)", ylabel="degrees from upright", ylim=(0, 185))
_ = axes.legend()

# %% [markdown]
# One swing back, one swing up, and it stays. In lesson 03 a policy that learned does the same, and
# you compare the two.
#
# ## The map
#
# Lessons build on one another up to 03. After that choose: more experiments in simulation (04, 05,
# 11), or the robot (06 to 10, in this order). Only the building itself needs parts; everything else
# also works without a robot.

# %% [markdown] tags=["lessons"]
# A lesson that says *to come* is being written.

# %% [markdown]
# ## What you learned
#
# - Shift + Enter runs a cell; restart and run from the top when something is strange.
# - `FAST` is a variable in the first cell. Your copies lie in `work`; a command gives fresh ones.
# - Guess before you run. Let `check` look at your answer, and take hints one at a time.
#
# **Next:** [lesson 01](01_cartpole.ipynb) takes a simpler machine, a pole on a cart, and lets a
# first program learn.
#
# **If something does not work:** run `furuta check` in a terminal; it names what is wrong. The
# README of the course says where to ask.
