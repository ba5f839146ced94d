# %% [markdown] tags=["title"]
# A motor that turns an arm, a pendulum that hangs from it: swing it up and hold it there. Engineers
# solved this long ago with two formulas and a bit of care. You will build their solution from its
# parts, and then watch a program find one by itself, from nothing, in about a minute. Then you
# know what learning can add, and what it costs.
#
# After this lesson you can
#
# - hold an arm with a PD controller, pump energy into a pendulum, and catch it with an LQR,
# - say why 20 ms of delay, left out of a design, makes the pendulum fall,
# - train a policy with PPO, compare it fairly with classical control, and read the table,
# - shape a reward, write your own, and see the traps in it before the agent does.

# %% [markdown] tags=["map"]
# **Last lesson** you wrote down the motion of the pendulum, checked the simulator, and switched on
# one imperfection after the other. Two questions to warm up; answer them in your head, then unfold.
#
# <details><summary>What does the dead zone do, and what the latency?</summary>
#
# In the dead zone a small command moves nothing. Latency: a command acts only after a while, here
# one control period, 20 ms.
# </details>
# <details><summary>The angle of the pendulum is 0. Where is it?</summary>
#
# It hangs down. Upright is 180°, in radians π or −π.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## The task
#
# Here is what we want, and over it, as a ghost, what random commands do.

# %%
import numpy as np

from furutalib import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.learning.starts import draw_starts
from furutalib.lessons.scripted import Replay

robot = load_robot("course")
starts = draw_starts("test", 100)
noise = Replay(np.random.default_rng(0).uniform(-1, 1, (100, 400)))
random_run, goal_run = collect(noise, starts), collect(EnergyLQR(robot), starts)
show({"what we want": goal_run, "random commands": random_run})

# %% [markdown]
# `collect` lets a policy act on one simulated robot per start, with every imperfection of lesson 02
# switched on. The random player soon drives the arm into its limit, and that ends the episode.
#
# For learning, the same robot is an environment of gymnasium:

# %%
import gymnasium

environment = gymnasium.make("furutalib:FurutaSwingUp-v0", history=1)
observation, info = environment.reset(seed=0)
observation, reward, terminated, truncated, info = environment.step(np.array([0.5], np.float32))
print("observation:", observation.round(3))
print("reward:", round(reward, 3), " terminated:", terminated, " truncated:", truncated)
for name, value in info.items():
    print(f"  {name:22s} {value:7.3f}")

# %% [markdown]
# | number | meaning | scale |
# | --- | --- | --- |
# | observation 0 | arm angle, counter-clockwise from above | arm limit |
# | 1, 2 | cosine and sine of the pendulum's angle | 1 |
# | 3, 4 | speeds of arm and pendulum, from the filter | 30 rad/s |
# | 5 | the command before | full voltage |
# | action | command to the motor, from −1 to 1 | full voltage |
#
# Why cosine and sine? An angle jumps from 180° to −180° when the pendulum goes over the top, just
# where the policy must be at its best. Cosine and sine do not jump.

# %% [markdown]
# What counts as **success** is fixed for the whole course, and so are the starts. Otherwise
# everyone could pick a definition that favours their own policy. Here it is, as the library has it:

# %%
from furutalib.learning import evaluation

print(f"starts:    {evaluation.STARTS}, hanging, a little disturbed; never used in training")
print(f"time:      {evaluation.DURATION_S:g} s, {robot.control.rate_hz:g} commands per second")
print(f"upright:   within {np.degrees(evaluation.UPRIGHT_WITHIN_RAD):.0f} degrees")
print(f"success:   upright during the whole last {evaluation.HOLD_S:g} s, no limit touched")
print(f"limits:    arm {robot.limits.arm_angle_rad:g} rad to each side", end="")
print(f" and {robot.limits.arm_speed_rad_s:g} rad/s")

# %% [markdown]
# ## Hold it yourself
#
# Before you trust a controller, be one. Below the pendulum stands nearly upright, held by an unseen
# hand. Click the picture; your first push with ← or → lets it go. Push *under* the falling
# pendulum, as you would balance a broom. It is over when it leans by more than 30°, or when the arm
# reaches its limit.

# %%
hold_guess = predict("In real time, how long will you hold it?", 0, 5, unit="s")

# %%
from furutalib.lessons.hand_control import hold_it

hands = hold_it(robot)
hands

# %% [markdown]
# Try three times in real time. Then move *slow motion* to 2, to 5, to 10. All seconds in the table
# are the pendulum's own, so the tries compare.
#
# **The challenge, "five seconds":** hold it for 5 s of the pendulum. What is the smallest slow
# motion at which you can? Then press *The same run by LQR* and *... by ppo-full*: same start, same
# delay. And how much *delay* can each of you bear?
#
# (No keyboard? The last slider pushes too. It does not spring back: that is your job.)

# %%
longest = max((row["seconds"] for row in hands.tries if row["who"] == "you"), default=None)
hold_guess.reveal("not tried yet" if longest is None else round(longest, 2))

# %% [markdown]
# <details><summary>Why it cannot be won in real time</summary>
#
# A small angle grows by a factor <em>e</em> about every tenth of a second (lesson 02). A person
# needs 0.2 s from seeing to pressing. By then the pendulum that the push answers is no longer
# there. In slow motion your 0.2 s shrink: at 10× to 20 ms of the pendulum's time, no more than the
# delay that the controllers live with.
#
# The controllers live under the same law. With a delay of 20 or 30 ms both hold it to the end; with
# 40 ms both fall within a second. Not strength, not even knowledge decides here, but <b>when</b>
# the answer arrives.
# </details>

# %% [markdown]
# ## First tool: a PD controller
#
# Forget the pendulum for a moment and move the arm to an angle. The further it is away from its
# target, the harder we pull; the faster it moves, the more we brake:
#
# $$u = k_p\,(\theta_\text{target} - \theta) - k_d\,\dot\theta$$
#
# P stands for proportional, D for derivative. It is a spring and a damper made of software. (A dot
# means change per second, as the dash did in lesson 02: $\dot\theta$ is the speed of the arm.)
#
# ### Exercise 03-a (8 minutes)
# Write this law with numbers of your own for $k_p$ and $k_d$. The arm is to go from 0 to 1 rad. Be
# within 0.2 rad of it from one second on, and never overshoot by more than 0.3 rad. Full voltage is
# $u = 1$, so begin with numbers below 1. `check` runs it on the robot with all its friction.


# %%
def hold_arm(arm_angle_rad, arm_speed_rad_s, target_rad):
    """The command that brings the arm to its target and keeps it there."""
    # solution
    return 0.6 * (target_rad - arm_angle_rad) - 0.08 * arm_speed_rad_s
    # end


# %% [markdown] tags=["hints"]
# - One line: `return kp * (target_rad - arm_angle_rad) - kd * arm_speed_rad_s`, with two numbers.
# - Does it come to rest too early? Then friction wins: raise `kp`. Does it overshoot? Raise `kd`.
# - `kd` near a tenth of `kp` is a good ratio here. Far more is worse again: the measured speed is
#   coarse and comes late.

# %%
check("03-a", hold_arm)

# %% [markdown]
# From here on the library's law is used, whatever you wrote. This is the picture to expect, with
# two other choices of the gains:

# %%
import matplotlib.pyplot as plt

from furutalib.learning.controllers import ArmPD
from furutalib.machine.robot import Start

figure, axes = plt.subplots()
for kp, kd in ((0.6, 0.08), (0.6, 0.02), (0.2, 0.05)):
    run = collect(ArmPD(robot, target_rad=1.0, kp=kp, kd=kd), [Start()], duration_s=2)
    axes.plot(run.time_s, run.arm_angle_rad[0], label=f"kp = {kp}, kd = {kd}")
axes.axhline(1.0, color="black", linestyle=":", label="target")
axes.set(xlabel="time (s)", ylabel="arm angle (rad)", title="One good choice, two bad ones")
_ = axes.legend()

# %% [markdown]
# The steps in the curves are the counts of the arm's encoder. With little damping the arm swings
# about; with a weak pull it stops early, since friction holds it.
#
# Can such a law swing the pendulum up? It does not even look at the pendulum. Here is how it does
# from all 100 starts, and beside it two players that should be easy to beat:

# %%
from furutalib import evaluate
from furutalib.lessons.comparison import compare

figures = {
    "motor off": evaluate(Replay(np.zeros((1, 1)))),
    "random commands": evaluate(noise),
    "PD on the arm": evaluate(ArmPD(robot, kp=0.6, kd=0.08)),
}
compare(figures)

# %% [markdown]
# *Task return* adds up a reward that you will meet below, at most 1 per step, so at most 400. Note
# who is last: random commands earn less than no commands at all, since they end at the limit.
#
# ## Second tool: energy
#
# The motor is too weak to lift the pendulum slowly, and the arm cannot push it directly. But think
# of a swing: push at the right moment, a little every time. What grows is the **energy**
#
# $$E = \tfrac12 J\,\dot\alpha^2 + m\,g\,l\,(1 - \cos\alpha)$$
#
# with the inertia $J$ about the pivot, the mass $m$ and the distance $l$ from the pivot to the
# centre of mass. It is 0 at rest; standing upright takes $2\,m\,g\,l$.

# %%
rod = robot.pendulum
mass_kg, centre_m, gravity_m_s2 = rod.mass_kg, rod.center_of_mass_m, robot.gravity_m_s2
inertia_kg_m2 = rod.inertia_transverse_kg_m2 + mass_kg * centre_m**2  # about the pivot
upright_j = 2 * mass_kg * gravity_m_s2 * centre_m
print(f"m = {mass_kg} kg, l = {centre_m} m, J = {inertia_kg_m2:.3g} kg m²")
print(f"energy of standing upright: {upright_j:.4f} J")

# %% [markdown]
# ### Exercise 03-b (5 minutes)
# Write the energy in joules, with the names of the cell above.


# %%
def energy(angle_rad, speed_rad_s):
    """Energy of the pendulum in joules: 0 when it hangs at rest."""
    # solution
    kinetic = 0.5 * inertia_kg_m2 * speed_rad_s**2
    potential = mass_kg * gravity_m_s2 * centre_m * (1 - np.cos(angle_rad))
    return kinetic + potential
    # end


# %% [markdown] tags=["hints"]
# - Two parts: kinetic energy $\frac12 J \dot\alpha^2$ and potential energy, weight times height.
# - How high is the centre of mass above its lowest place? At 0 the answer must be 0, at 180° it
#   must be twice `centre_m`.
# - `centre_m * (1 - np.cos(angle_rad))`

# %%
check("03-b", energy)

# %% [markdown]
# How does the arm change this energy? When the tip of the arm accelerates, the pendulum feels a
# force at its pivot. From the equation of motion of lesson 02 (without friction) one gets
#
# $$\dot E = -m\,L\,l\,\cos\alpha\;\dot\alpha\;\ddot\theta$$
#
# with the length $L$ of the arm. So the arm should accelerate **against** $\dot\alpha\cos\alpha$.
# The cosine turns the sign round when the pendulum is above the horizontal.
#
# ### Exercise 03-c (8 minutes)
# Write the pumping law: a command from −1 to 1 that makes the energy grow when some is lacking, and
# takes some out when there is too much. The command accelerates the arm in its own direction.


# %%
def pump(angle_rad, speed_rad_s, lacking_j):
    """The command; `lacking_j` is the missing energy in joules, negative if there is too much."""
    # solution
    direction = -np.sign(speed_rad_s * np.cos(angle_rad))
    return np.clip(60 * lacking_j, -1, 1) * direction
    # end


# %% [markdown] tags=["hints"]
# - The formula above says when the energy grows: when command and $\dot\alpha \cos\alpha$ have
#   opposite signs. `np.sign(x)` is −1, 0 or 1.
# - Multiply the direction by `lacking_j`, and the push turns round by itself when there is too
#   much.
# - `lacking_j` is at most 0.04, so multiply it by a number like 60 to get a strong push.

# %%
check("03-c", pump)

# %% [markdown]
# `check` tried your law on the whole robot; it only added a weak spring that keeps the arm near the
# middle. The library's `EnergySwingUp` is the same idea with two refinements: it has that spring
# and a damper built in, and it predicts the state a little ahead, since measuring and acting take
# time.
#
# Below, every point of the left picture is a state of the pendulum, angle and speed. On the black
# line it has exactly the energy of standing upright: on it, without a motor, the pendulum would
# coast to the top and come to rest there. Pumping means: get onto the line.

# %%
from furutalib.learning.controllers import EnergySwingUp

swing = collect(EnergySwingUp(robot), [Start(pendulum_angle_rad=0.1)], duration_s=1.3)
angle, speed = swing.pendulum_angle_rad[0], swing.pendulum_speed_rad_s[0]
grid = np.linspace(-np.pi, np.pi, 200)
critical = np.sqrt(mass_kg * gravity_m_s2 * centre_m * 2 * (1 + np.cos(grid)) / inertia_kg_m2)
figure, (left, right) = plt.subplots(1, 2, width_ratios=(3, 2))
left.plot(np.degrees(np.mod(angle + np.pi, 2 * np.pi) - np.pi), speed, "o", markersize=3)
left.plot(np.degrees(grid), np.stack([critical, -critical], 1), color="black")
left.set(xlabel="angle (degrees, 0 hangs)", ylabel="speed (rad/s)", xticks=(-180, -90, 0, 90, 180))
right.plot(swing.time_s, EnergySwingUp(robot).energy(angle, speed) / 2)
right.axhline(1, color="black")
right.set(xlabel="time (s)", ylabel="energy / energy upright", ylim=(0, None))
figure.tight_layout()

# %% [markdown]
# After half a second the energy is about right, and the pendulum rises along the black line. Then
# it passes through the top, and is gone. (What comes after is a struggle: the spring pulls the arm
# home and takes energy out, and the pumping begins again.) Energy alone does not say *stand*: the
# top is a place from which everything falls. The last tool has to catch it there.
#
# ## Third tool: an LQR
#
# Near the top the motion is nearly linear. With the state $x$ (arm angle, angle from upright, both
# speeds) and the command $u$, one control period changes it like this:
#
# $$x_{k+1} = A\,x_k + B\,u_k$$
#
# For such a system one can *compute* the best law $u = -K x$. It minimises the sum of
# $x^\top Q\,x + u^\top R\,u$: being off costs, and so does effort. That is the **LQR**
# (linear-quadratic regulator).

# %% [markdown]
# But a command acts one period late. At the moment of deciding, one command is still on its way. An
# honest design makes it a fifth part of the state. A forgetful design leaves it out.

# %%
from furutalib.maths.linear import discretise, dlqr, linearise

continuous = linearise(robot, upright=True)
period_s = 1 / robot.control.rate_hz
effort = np.array([[15.0]])
A, B = discretise(*continuous, period_s)
forgetful = dlqr(A, B, np.diag([2, 1, 0.3, 0.03]), effort)
A_late, B_late = discretise(*continuous, period_s, delay_periods=1)
honest = dlqr(A_late, B_late, np.diag([2, 1, 0.3, 0.03, 0]), effort)
print("forgetful K:", forgetful[0].round(2))
print("honest K:   ", honest[0].round(2), "(the last one: the command on its way)")

# %% [markdown]
# The two look alike. Both now balance from 100 starts within 12° of upright, with the imperfections
# of the robot, the delay among them.

# %%
held_guess = predict("How many of the 100 does the forgetful design hold?", 0, 100)

# %%
from furutalib.learning.controllers import LQR

no_delay = robot.with_values({"control.latency_s": 0.0})
near_top = draw_starts("test", 100, "balance")
designs = {"honest": LQR(robot), "forgetful": LQR(no_delay)}
balancing = {name: collect(law, near_top, task="balance") for name, law in designs.items()}
held = {name: int(evaluation.succeeded(run).sum()) for name, run in balancing.items()}
figure, axes = plt.subplots()
for (name, run), colour in zip(balancing.items(), ("#1a7f37", "#e8590c"), strict=True):
    axes.plot(run.time_s, np.degrees(run.from_upright_rad[:10].T), color=colour, linewidth=1)
    axes.plot([], [], color=colour, label=f"{name}: {held[name]} of 100 held")
axes.set(xlabel="time (s)", ylabel="degrees from upright", xlim=(0, 3), ylim=(-40, 60))
axes.legend()
held_guess.reveal(held["forgetful"])

# %% [markdown]
# `LQR` of the library does the same computation, from the robot's own description. With a forgetful
# gain every correction comes too late and pushes a pendulum that has moved on; the swings grow
# until it falls. Nothing about its mathematics is wrong. **Its model is.**
#
# How far from upright can the honest one begin? Each point of the picture is a start, and there are
# nearly a thousand of them, simulated at once.

# %%
angles, speeds = np.linspace(-60, 60, 31), np.linspace(-10, 10, 31)
grid = [Start(0, np.pi + np.radians(a), 0, s) for s in speeds for a in angles]
basin = collect(LQR(robot), grid, duration_s=4)
caught = evaluation.succeeded(basin).reshape(31, 31)
figure, axes = plt.subplots(figsize=(6, 3.6))
axes.pcolormesh(angles, speeds, caught, cmap="Greens", vmin=0.0, vmax=1.4)
axes.set(xlabel="degrees from upright", ylabel="speed (rad/s)", title="Green: the LQR catches it")
axes.grid(visible=False)

# %% [markdown]
# A narrow, slanting band: away from the top, a pendulum is caught if it moves *towards* the top
# with the right speed. So the plan is clear: pump until the state comes into this band, then switch
# to the LQR. `EnergyLQR` does just that.

# %%
from IPython.display import Markdown

figures["energy + LQR"] = evaluate(EnergyLQR(robot))
Markdown(figures["energy + LQR"].table())

# %% [markdown]
# Two formulas and a switch, no learning, and this is what they reach. **It is the bar that learning
# has to pass.** Note what went into it, though: equations of motion, masses and inertias, the
# delay, and someone who tuned half a dozen numbers. If one of them is wrong, you saw what happens.
#
# ## Fourth tool: think ahead
#
# There is a way that needs no formulas for the law, only a simulator and a reward: try many
# futures, keep the best, do its first step, and begin again. That is **model-predictive control
# (MPC)** by sampling. Let us watch it think. From a pendulum in mid-swing, 64 random plans of 0.72
# s are simulated; the best eight say where to sample next.

# %%
from furutalib.learning.rewards import shaped_reward
from furutalib.lessons.reward_arithmetic import returns

rng, mean, spread = np.random.default_rng(2), np.zeros(12), np.full(12, 0.7)
figure, places = plt.subplots(1, 3, sharey=True, figsize=(9, 3.4))
for number, axes in enumerate(places, start=1):
    plans = np.clip(mean + spread * rng.standard_normal((64, 12)), -1, 1)
    futures = collect(Replay(plans.repeat(3, axis=1)), [Start(0, 1.2)] * 64, duration_s=0.72)
    best = np.argsort(-returns(futures, shaped_reward))[:8]
    away = np.degrees(np.abs(futures.from_upright_rad))
    axes.plot(futures.time_s, away.T, color="#ced4da", linewidth=0.8)
    axes.plot(futures.time_s, away[best].T, color="#4c6ef5", linewidth=1.2)
    axes.set(xlabel="time ahead (s)", title=f"round {number}")
    mean, spread = plans[best].mean(axis=0), plans[best].std(axis=0)
_ = places[0].set_ylabel("degrees from upright")

# %% [markdown]
# Grey: futures that were tried. Blue: the best eight. Round by round the search narrows down to
# plans that bring the pendulum up. (`np.clip`, because no command goes beyond full voltage. Each of
# the twelve numbers of a plan is held for three periods.)
#
# The library's `MPC` does such rounds **for every single command**, and leaves the last few
# degrees to the LQR.

# %%
import time

from furutalib.learning.mpc import MPC

thinker = MPC(robot, np.random.default_rng(0))
some, seconds = (2, 5.0) if FAST else (20, 8.0)
before = time.perf_counter()
mpc_run = collect(thinker, starts[:some], duration_s=seconds)
between = time.perf_counter()
collect(EnergyLQR(robot), starts[:some], duration_s=seconds)
commands = some * mpc_run.steps
print(f"MPC:          {(between - before) / commands * 1000:6.2f} ms per command")
print(f"energy + LQR: {(time.perf_counter() - between) / commands * 1000:6.2f} ms per command")
print(f"there are only {period_s * 1000:5.2f} ms until the next one")

# %%
figures[f"MPC ({some} starts, {seconds:g} s)"] = mpc_run
compare(figures)

# %% [markdown]
# It swings up, and we never wrote down how. The price is the thinking: it eats much of the time
# there is until the next command, if not more, and a small board on the robot is slower than a
# laptop. And it needs a simulator as good as its results shall be.
#
# **What if one could think beforehand?** Play many, many futures in advance, and keep what was
# learned as a function from observation to command that costs next to nothing to ask. That is
# reinforcement learning.

# %% [markdown]
# ## Learning: from nothing, in about a minute
#
# PPO, which you know from lesson 01, practises on 64 simulated pendulums at once. It gets the
# observation and a reward. It does not get: the laws of motion, the masses, the energy, the LQR, or
# the idea that swinging could help.
#
# The reward of one control period is 1, less what each *term* takes away:
#
# $$r = 1 - w_1 \left(\tfrac{e}{\pi}\right)^2 - w_2 \left(\tfrac{\theta}{2.5}\right)^2 - \dots$$
#
# with $e$ the angle from upright and $\theta$ the arm's angle in radians.

# %% [markdown]
# | term | takes away for |
# | --- | --- |
# | `upright` | the angle from upright |
# | `arm_centred` | an arm away from the middle |
# | `speed_near_top` | a pendulum that is fast, the more so the higher it is |
# | `arm_speed` | a fast arm |
# | `effort`, `continuity` | large commands, and commands that change (off by default) |
# | `limit` | once, when a limit ends the episode |
#
# The weights are the fields of `RewardWeights`. This is the reward as a picture:

# %%
from furutalib.learning.rewards import RewardWeights
from furutalib.lessons.reward_view import map_plot

print(RewardWeights())
map_plot(RewardWeights(), goal_run, "reward per control period: dark is 0, bright is 1")

# %% [markdown]
# A hill, and the pendulum stands on its summit when it is upright and slow. The dots are the
# swing-up from the top of this lesson, one per control period. PPO climbs the hill by trial and
# error. Two guesses before it begins. **Draw** the first one, with the mouse or the arrow keys.

# %%
from furutalib.lessons.predict import predict_curve

curve_guess = predict_curve(
    "What does an episode earn, on average, as the practice goes on?",
    x=("steps of practice", 0, 120_000 if FAST else 200_000),
    y=("return of an episode", 0, 400),
)

# %%
looks = {
    "smooth": "soft and small",
    "middle": "something between",
    "rough": "full left, full right",
}
look_guess = predict("What will its commands look like?", choices=list(looks.values()))

# %%
from furutalib import train

fidelity = "ideal" if FAST else "full"
options = {"total_steps": 120_000} if FAST else {"dead_zone_compensation": robot.drive.dead_zone}
run = train(fidelity=fidelity, history=2, wandb="disabled", watch=True, **options)

# %% [markdown]
# The cell is done at once, since the training runs in a process of its own, and writes what it does
# into the folder named above. (FAST trains on a plant without imperfections, which is easier, and
# stops after 120,000 steps at the latest. FULL trains with all of them until all validation starts
# succeed.)
#
# **While it trains, read on**, and play.
#
# `history=2` shows the policy its last two observations. Speeds come late from a filter, and the
# gears have play: two moments tell more than one.
#
# ## Explore: what does the reward pay?
#
# The agent will do what pays. So ask what each behaviour earns *before* it finds out. Here are
# four. The picture shows the spinner and, as a ghost, the one that hits the limit.

# %%
from furutalib.lessons.reward_view import CRASHES, HANGS, SPINS, STANDS
from furutalib.lessons.scripted import Spinner

players = {
    STANDS: EnergyLQR(robot),
    SPINS: Spinner(robot, surplus=1.5),
    HANGS: Replay(np.zeros((1, 1))),
    CRASHES: Replay(np.ones((1, 400))),
}
behaviours = {name: collect(player, starts[:1]) for name, player in players.items()}
show({name: behaviours[name] for name in (SPINS, CRASHES)})

# %% [markdown]
# Move the sliders. Above right is what every state pays, with the states of one episode as dots
# (choose the episode with the buttons); below it, what each term takes along that episode. The bars
# on the left say what each behaviour earns in 8 s.
#
# **The challenge, "grounded":** with the default weights a pendulum that spins for ever earns far
# more than one that hangs, so an agent may well stop at spinning. Find weights with which spinning
# earns *less* than hanging still, while the swing-up still earns 360.
#
# Then look for weights with which a beginner does better to run into the limit than to hang still.
# It is not hard.

# %% [markdown]
# **Train** tries your weights: PPO on the ideal plant, at most 120,000 steps, about half a minute.
# It runs beside the notebook, so read on. Then its episode plays below, with that of the try before
# as a ghost, and its figures stand on your table. Click a heading to sort; green is the best of its
# column. The table lies in `tries/03_rewards.json` beside this notebook and is still there
# tomorrow.
#
# **The challenge, "silk":** with the default weights the action change is about 0.007. Find weights
# with which all 100 starts succeed and it stays below 0.0035. Too much of a good thing, and no
# start succeeds any more.

# %%
from furutalib.lessons.reward_playground import reward_playground

reward_playground(behaviours)

# %% [markdown]
# <details><summary>One way to be grounded</summary>
#
# Raise <code>speed_near_top</code> to about 2.5 and leave the rest. The swing-up passes the top
# only once, so it hardly pays for it; the spinner pays in every turn.
# </details>
# <details><summary>And the limit?</summary>
#
# <code>upright</code> at 2: now hanging costs 1 point per step, so an early end saves hundreds of
# points, far more than a <code>limit</code> of 10 takes.
# </details>
# <details><summary>One way to silk</summary>
#
# <code>effort</code> 0.1 and <code>continuity</code> 0.1: about 0.0027, and the swing-up takes as
# long as before. But <code>continuity</code> 0.3 alone: after 120,000 steps no start succeeds.
# </details>

# %% [markdown]
# ## Look: what did it learn?
#
# The next cell waits until the training is done. The bar shows how far it is.

# %%
status = run.wait()
print(f"{status.steps} steps, {status.seconds_training:.0f} s of training")
print(f"{status.steps * period_s / 60:.0f} minutes of a real pendulum")

# %%
curve = run.progress()
curve_guess.reveal(curve["steps"], curve["return_mean"])

# %% [markdown]
# Did you draw a ramp? Learning rarely looks like one: for a while nothing seems to happen, then
# the return climbs quickly, then it flattens out. Whoever stops a training on the first flat part
# stops just before it gets going.
#
# These are episodes *during* training, with random tries in them. Now and then the policy is also
# tried without randomness, from 100 validation starts that it never practised on: those are the
# curves of *success* and *task return* in the dashboard above.
#
# Before and after, on the plant that it was trained on:

# %%
from furutalib import load_policy

policy = run.policy()
after = collect(policy, starts, fidelity=fidelity)
before = collect(noise, starts, fidelity=fidelity)
trained = evaluate(policy, fidelity=fidelity)
random_here = evaluate(noise, fidelity=fidelity)
print(
    f"task return: random {random_here.task_return:.0f}, trained {trained.task_return:.0f} of 400"
)
print(f"success: {trained.successes} of {trained.n}")
show({"after: your policy": after, "before: random": before})

# %% [markdown]
# Nobody told it to go left first in order to get right, or to wait for the swing. **And now the
# same policy on the robot with all its imperfections**, and beside it the policies that come with
# the course. `CARD.md` in each of their folders says how they were made, with which
# command, and how five seeds compare.

# %%
from furutalib.facts.paths import data_folder

figures[f"PPO, yours ({fidelity})"] = evaluate(policy)
shipped = {place.name: place for place in sorted((data_folder() / "policies").glob("ppo-*"))}
for name, place in shipped.items():
    figures[f"{name}, shipped"] = evaluate(place)
between = time.perf_counter()
collect(policy, starts[:some], duration_s=seconds)
print(f"PPO: {(time.perf_counter() - between) / commands * 1000:.2f} ms per command")
compare(figures)

# %% [markdown]
# Read the table slowly; it is the answer to the question of this lesson.
#
# - A policy that was trained on an **ideal** plant has never met friction, delay or a dead zone.
#   What it loses on the full one is the *reality gap*, seen from inside the simulator. Lessons 08
#   and 09 are about closing it.
# - A policy that was trained with the imperfections (`ppo-full`) passes the bar: without a model
#   on paper, without tuning by hand, and with commands that take next to no time to compute.
# - Look at *action change*: whom would you let drive your gearbox?

# %%
best_place = shipped.get("ppo-full")
learned, where = (load_policy(best_place), "full") if best_place else (policy, fidelity)
learned_run = collect(learned, starts, fidelity=where)
figure, (upper, lower) = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(8, 4))
upper.plot(goal_run.time_s, goal_run.command[0], drawstyle="steps-pre")
upper.set(title="energy + LQR", ylabel="command", xlim=(0, 3))
lower.plot(learned_run.time_s, learned_run.command[0], drawstyle="steps-pre", color="#e8590c")
lower.set(title="PPO", ylabel="command", xlabel="time (s)")
figure.tight_layout()
change = evaluation.assess(learned_run)["action_change"]
look_guess.reveal(looks["rough" if change > 0.5 else "smooth" if change < 0.02 else "middle"])

# %% [markdown]
# Nothing in the reward asks for gentle commands, so you see what happened to work: even when the
# pendulum stands, the commands jump to and fro. (The LQR is not innocent either: compare *action
# change* in the table.) A motor obeys, its gears suffer. Lesson 04 puts a price on it.
#
# ## Your own reward
#
# A reward is a plain function of named quantities `q`; it must work for one pendulum (numbers) and
# for many at once (arrays). Change the one below as you like. `check_reward` tries it, and
# says what is wrong in words.

# %%
from furutalib.learning.reward_check import check_reward
from furutalib.learning.rewards import Quantities


def my_reward(q):
    """Height from 0 to 1, less a little for large commands, and much for touching a limit."""
    return 0.5 + 0.5 * q.height - 0.05 * q.action**2 - 10 * q.limit_touched


check_reward(my_reward)
print("q has:", ", ".join(Quantities._fields))
for name, behaviour in behaviours.items():
    print(f"{name:14s} earns {returns(behaviour, my_reward)[0]:6.1f}")

# %%
own_steps = 80_000 if FAST else 400_000
own = train(
    fidelity=fidelity,
    history=2,
    reward=my_reward,
    total_steps=own_steps,
    wandb="disabled",
    block=True,
)
print((own.folder / "reward.py").read_text())
names = [f"yours, {own_steps} steps", f"the lesson's, {status.steps} steps"]
compare(dict(zip(names, (evaluate(own.policy(), fidelity=fidelity), trained), strict=True)))

# %% [markdown]
# `block=True` waits for the end. The training is another process and cannot see your cells, so your
# function was saved as the file `reward.py` beside the run; that is why it may use `q`, `np` and
# its own arguments, but no variable of another cell. (In FAST it gets less practice than the one
# above: compare with care, or raise `own_steps`.)
#
# And never compare two policies by their *own* returns: each reward has its own currency. The
# columns of the table are the same for all.

# %% [markdown]
# ## Failure museum
#
# **Exhibit one: the propeller.** "Reward is height", thought someone. Half of each turn is high,
# half of it is low. How bad can it be?

# %%
propeller_guess = predict("What does spinning for ever earn, of 400 points?", 0, 400, unit="points")


# %%
def height_only(q):
    """0 hanging, 1 upright, and nothing else counts."""
    return 0.5 + 0.5 * q.height


museum = {name: collect(player, starts[:20]) for name, player in players.items()}
for name, behaviour in museum.items():
    earned = returns(behaviour, height_only)
    print(f"{name:14s} {earned.mean():5.0f} points")
propeller_guess.reveal(returns(museum[SPINS], height_only).mean())

# %% [markdown]
# Spinning is easy, robust, and earns more than half of what the masterpiece earns. To get from
# spinning to standing, an agent must slow down near the top again and again, and nearly every try
# ends in a fall that earns less than the next turn would have. Whether it gets stuck is a matter of
# the algorithm: PPO with its 64 pendulums got out in our two tries (`train(reward=height_only,
# history=2, total_steps=300_000)`, seeds 0 and 1), but an agent that learns on one pendulum, like
# the one of lesson 05, sees far fewer lucky tries. The term `speed_near_top` exists because of this
# exhibit.
#
# **Exhibit two: the emergency exit.** "Count the errors", thought someone else, and every step
# costs: 0 upright, −1 hanging. That is the term `upright` of the lesson's reward, without the 1
# that it was taken from. Can a constant matter?


# %%
def only_costs(q):
    """0 upright, -1 hanging: what `upright` takes away, and no 1 to take it from."""
    return -((q.from_upright_rad / np.pi) ** 2)


for name, behaviour in museum.items():
    steps = np.isfinite(behaviour.command).sum(axis=1).mean()
    print(f"{name:14s} {returns(behaviour, only_costs).mean():6.1f} points in {steps:.0f} steps")

# %% [markdown]
# Driving the arm into its limit ends the episode, and with it the costs. It beats even the perfect
# swing-up! And learners find this exit: in training, PPO soon came to about −6 points an episode,
# and its policy ran the arm into the limit from every start (`train(reward=only_costs,
# fidelity="ideal", history=2, total_steps=60_000)`, seed 0). Moving every reward by a constant
# changes nothing as long as all episodes last equally long, and everything when the agent can end
# them. (Remember the fine in lesson 01.)
#
# Two remedies: pay a reward that is positive in every ordinary state, and let the exit cost more
# than it saves. `RewardWeights` does both; its documentation says for which weights it holds.
# Train the exhibits if you like: put their bodies into `my_reward` above.

# %% [markdown]
# ## On the robot
#
# Lessons 06 to 10 bring this to a real pendulum. The policy does not change; one object does:
#
# ```python
# with connect("real", robot="course") as machine:   # here: connect("sim", robot="course")
#     environment = FurutaEnv(machine, wrappers=policy.wrappers)
#     observation, _ = environment.reset()
#     for _ in range(400):
#         observation, *_ = environment.step(policy.act(observation[np.newaxis])[0])
# ```

# %% [markdown]
# > **Before a motor may move:** fingers, hair and cables out of the circle that the arm sweeps.
# > Somebody's hand on the switch of the supply. Start with a limit on the arm and on the voltage. A
# > policy that was trained on an ideal plant does not belong on a robot; you have seen its figures
# > above. The safety of the robot sits below the policy and stops the motor whatever the policy
# > says; lesson 07 tests it before anything else.
#
# The same loop, in simulation, with your policy:

# %%
from furutalib import connect
from furutalib.learning.environment import FurutaEnv

with connect("sim", robot="course", fidelity=fidelity) as machine:
    environment = FurutaEnv(machine, wrappers=policy.wrappers)
    observation, info = environment.reset(seed=0)
    ended = False
    while not ended:
        command = policy.act(observation[np.newaxis])[0]
        observation, reward, terminated, truncated, info = environment.step(command)
        ended = terminated or truncated
print(
    f"after {info['time_s']:.2f} s: {np.degrees(abs(info['from_upright_rad'])):.1f}° from upright"
)

# %% [markdown]
# ## What you learned
#
# - **PD** holds what it measures, and nothing else. **Energy** brings the pendulum up, an **LQR**
#   catches it, if its model knows of the delay.
# - **MPC** thinks ahead with a simulator, at a price per command. **RL** thinks beforehand.
# - Classical control needs a model and understanding; learning needs a simulator, a reward and many
#   tries. On this robot both get there. Formulas can be judged on paper, learned weights only by
#   trying them.
# - An agent does what pays. Ask what *spinning*, *hanging* and *crashing* earn before you train.
# - Compare on fixed starts, by figures that no reward can flatter.
#
# **Next:** lesson 04 asks what smoothness costs, with several seeds and with videos.

# %% [markdown]
# ## Further reading
#
# - K. J. Åström and K. Furuta, *Swinging up a pendulum by energy control*, Automatica 36 (2000).
# - R. Tedrake, *Underactuated Robotics*, the chapters on the pendulum, the cart-pole and LQR; free
#   on its web page.
# - P.-T. de Boer and others, *A tutorial on the cross-entropy method*, Annals of Operations
#   Research 134 (2005).
# - J. Schulman and others, *Proximal Policy Optimization Algorithms*, arXiv 1707.06347.
# - Antonin Raffin's talk on reinforcement learning for robots at the RL virtual school, about what
#   it takes beyond simulation.
