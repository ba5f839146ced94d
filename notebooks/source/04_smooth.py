# %% [markdown] tags=["title"]
# An engineer trained a pendulum like ours in simulation and looked at the videos. The pendulum
# stood, and the commands under it jumped to and fro, at every single step. One more term in the
# reward, a price on *changing* the command, and it stood as if held by hand. The engineer repeated
# that over a whole grid of settings, laid the videos beside one another, and was convinced. You
# will repeat this experiment, with several seeds, and with numbers for what one sees in the videos.
#
# After this lesson you can
#
# - measure smoothness in five ways, and say what each of them does not see,
# - run a grid of trainings from a file, and read it with medians and intervals,
# - say what a continuity cost brings and what it costs, and choose its weight,
# - write a smoothness penalty of your own, and see the trap in it: doing nothing is smooth.

# %% [markdown] tags=["map"]
# **Last lesson** you swung the pendulum up with formulas and with PPO, and compared the two by a
# table. Two questions to warm up; answer them in your head, then unfold.
#
# <details><summary>How do you compare two policies with different rewards?</summary>
#
# Never by their own returns: each reward has its own currency. By figures that are the same for
# all, from the same 100 starts: success, swing-up time, <em>task return</em>.
# </details>
# <details><summary>What did the commands of PPO look like?</summary>
#
# They jumped, even when the pendulum stood. Nothing in the reward asked for anything else.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## It stands, and it trembles
#
# This policy comes with the course. It was trained as in lesson 03, on the plant with all its
# imperfections, and succeeds from all 100 starts. Watch the pendulum, then watch the curve of the
# command.

# %%
from furutalib import load_policy, load_robot
from furutalib.facts.paths import data_folder
from furutalib.learning.rollout import collect
from furutalib.learning.starts import draw_starts

robot = load_robot("course")
starts = draw_starts("test", 20)
shipped = load_policy(data_folder() / "policies" / "ppo-full")
shipped_run = collect(shipped, starts)
show({"ppo-full, no cost on changes": shipped_run}, speed=0.5)

# %% [markdown]
# A simulated motor does not mind. A real one has gears whose teeth hit one another at every change
# of sign, brushes that wear, and it hums. So: can the same be had with calmer commands, and what is
# the price?
#
# ## How smooth is that? Five answers
#
# Let $a_t$ be the command of step $t$, from −1 to 1.
#
# | figure | what it is | what it does not see |
# | --- | --- | --- |
# | action change | mean of $(a_{t+1}-a_t)^2$ | many small changes beside a few large ones |
# | C | the same, with the range 2 and in hundredths | the same |
# | total variation | sum of $\lvert a_{t+1}-a_t\rvert$ | whether changes are sudden or gradual |
# | Sm, spectral smoothness | the amplitudes, each times its frequency, averaged | when it happens |
# | energy | $\int \lvert\tau\,\dot\theta\rvert\,dt$ at the arm | a motor that hums on the spot |

# %% [markdown]
# C is the measure of the paper on gSDE, the method of the next lesson:
#
# $$C = 100 \cdot \operatorname{mean}\left[\left(\frac{a_{t+1} - a_t}{2}\right)^2\right]$$
#
# It is 0 for a constant command and 100 for one that jumps from end to end at every step.
#
# ### Exercise 04-a (4 minutes)
# Write C for one run: `actions` is an array of T commands.

# %%
import numpy as np


def measure_c(actions):
    """C of the T commands of one run."""
    # solution
    return 100 * np.mean((np.diff(actions) / 2) ** 2)
    # end


# %% [markdown] tags=["hints"]
# - `np.diff(actions)` gives all changes $a_{t+1} - a_t$ at once.
# - Divide by the range first, then square, then take the mean.

# %%
check("04-a", measure_c)

# %% [markdown]
# `check` compares yours with `furutalib.maths.smoothness`. Now three commands, made so that they
# have the *same* C, and what the figures of the table say of them (all but the energy, which needs
# a motor).

# %%
from furutalib.maths import smoothness

steps = np.arange(400)  # 8 s at 50 Hz
examples = {
    "one jump": np.where(steps < 200, -1.0, 1.0),
    "trembles": 0.05 * (-1.0) ** steps,
    "waves": 0.752 * np.sin(2 * np.pi * 1.5 * steps / 50),
}
for name, a in examples.items():
    change, c = smoothness.mean_squared_change(a), smoothness.continuity_measure(a)
    variation, sm = smoothness.total_variation(a), smoothness.spectral_smoothness(a, 50)
    print(f"{name:9s} action change {change:.4f}, C {c:.3f}", end=", ")
    print(f"total variation {variation:4.1f}, Sm {sm:.5f}")

# %%
import matplotlib.pyplot as plt

from furutalib.lessons.smooth_plots import spectrum

figure, (left, right) = plt.subplots(1, 2, width_ratios=(3, 2), figsize=(9, 3.2))
for (name, a), offset in zip(examples.items(), (2.4, 0, -2.4), strict=True):
    left.plot(steps / 50, a + offset, drawstyle="steps-post", label=name)
    right.semilogy(*spectrum(a, 50), ".", markersize=4, label=name)
left.set(xlabel="time (s)", yticks=[], title="three commands, one C")
right.set(xlabel="frequency (Hz)", title="their spectra", ylim=(1e-4, 2))
left.legend(loc="upper left", fontsize=9)
figure.tight_layout()

# %% [markdown]
# The square makes large changes count and small ones vanish, so that a single jump weighs as much
# as eight seconds of trembling. Total variation tells these two apart, but hardly the trembling
# from the wave. The spectrum does: the trembling sits at 25 Hz, where a command turns round at
# every step. And Sm says the opposite of total variation: to it the jump is the worst of the three,
# since a jump is made of all frequencies. **No single figure is smoothness. Report several.**
#
# ## A price on change
#
# The continuity cost takes a little off the reward whenever the command changes:
#
# $$r_t = r_t^\text{task} - w\,(a_t - a_{t-1})^2$$
#
# It is the term `continuity` of lesson 03, with the weight $w$. Jumping from end to end costs
# $4w$, and the best that a step can earn is 1. The policy can know what it is charged for: the
# command before is part of its observation.

# %% [markdown]
# Two guesses before anything is trained, both for PPO on the plant with all imperfections, which
# sees its last observation and the command before, judged without exploration from 100 starts.

# %%
times_guess = predict(
    "Weight 0.5: how many times smaller is the action change?", 1, 500, unit="times"
)

# %%
lost_guess = predict("Weight 0.5: how much of the task return is lost?", 0, 30, unit="%")

# %% [markdown]
# *Task return* is what an episode earns by the reward **without** the continuity term, always with
# the default weights. Otherwise we would charge the policy for its jitter, and then announce that
# jitter earns less.
#
# ## A grid of trainings, from a file
#
# One run proves nothing: another seed, another result. So the experiment is a **sweep**: a file
# that says what is varied, in the format of Weights & Biases. This one made the figures below:

# %%
sweep_text = (data_folder() / "benchmarks/continuity/full.yaml").read_text("utf-8")
print(sweep_text)

# %% [markdown]
# In a terminal, `furuta sweep data/benchmarks/continuity/full.yaml` trains all of its runs, as many
# at a time as there are cores, without an account and without a network; killed half-way, it goes
# on where it was. Logged in, `wandb sweep` takes the same file as it is.
#
# All of that takes a while. For now we cut it down to four runs on the ideal plant: two weights,
# two seeds.

# %%
import yaml

from furutalib.learning import sweep_file
from furutalib.learning.sweep import Sweep

seeds, weights = [0, 1] if FAST else [0, 1, 2, 3, 4], [0.0, 0.5]
small = yaml.safe_load(sweep_text) | {"parameters": {}}
small["parameters"] = {
    "fidelity": {"value": "ideal"},
    "history": {"value": 2},
    "total_steps": {"value": 120_000 if FAST else 400_000},
    "ent_coef": {"value": 0.01},
    "seed": {"values": seeds},
    "reward": {"parameters": {"continuity": {"values": weights}}},
}

# %%
sweep = Sweep(f"runs/04-{'fast' if FAST else 'full'}", sweep_file.parse_sweep(small))
live_rows = sweep.run(wandb_mode="disabled")

# %% [markdown]
# (Run the last cell again: it is done at once, since a sweep repeats nothing that is finished.) Now
# every run from the 100 test starts, and beside them random commands:

# %%
from furutalib import evaluate
from furutalib.learning.run import Run
from furutalib.lessons.comparison import compare
from furutalib.lessons.scripted import Replay

noise = Replay(np.random.default_rng(0).uniform(-1, 1, (100, 400)))
random_here = evaluate(noise, fidelity="ideal")
live = {
    f"weight {row['reward.continuity']:g}, seed {row['seed']}": Run(folder).policy()
    for row, folder in zip(live_rows, sweep.run_folders(), strict=True)
}
judged = {name: evaluate(policy, fidelity="ideal") for name, policy in live.items()}
compare(judged | {"random commands": random_here})

# %%
from furutalib.lessons.smooth_plots import draw_traces

live_runs = {name: collect(each, starts, fidelity="ideal") for name, each in live.items()}
_ = draw_traces(live_runs, columns=2, seconds=4)

# %% [markdown]
# Already here the cost makes a difference, but does anything *tremble*? Each of these runs ended as
# soon as all validation starts succeeded, and on an ideal plant. Keep both in mind: for how long
# one trains, and on what, changes the story. And two seeds are not enough to tell it.

# %% [markdown]
# ## The grid
#
# Six weights, a history of one or two observations, five seeds: 60 trainings on the plant with all
# imperfections. They are not trained here; the table comes with the course, together with the
# policies and what made them.

# %%
from furutalib.learning.benchmarks import load_benchmark

grid = load_benchmark("continuity")
for key, value in grid.made.items():
    print(f"{key}: {value}")
grid_weights = sorted(set(grid.column("reward.continuity").tolist()))
print(len(grid.rows), "runs; weights", grid_weights)

# %% [markdown]
# First with your eyes. Same seed, same start, a fourth of real speed; the bar under each pendulum
# is its command. (Other seeds look different: change the number and see.)

# %%
from furutalib.lessons.film_grid import film_grid

seed, grid_runs = 1, {}
for history in (1, 2):
    for row in grid.where(history=history, seed=seed).rows:
        name = f"weight {row['reward.continuity']:g}, history {history}"
        grid_runs[name] = collect(grid.policy(row), starts)
filmed = [f"weight {w:g}, history {h}" for h in (1, 2) for w in (0, 0.5, 2)]
film_grid({name: grid_runs[name] for name in filmed}, columns=3, seconds=2, speed=0.25)

# %% [markdown]
# All twelve settings as traces of the command. The pendulum is up after about a second; what comes
# then is balancing.

# %%
_ = draw_traces(grid_runs, columns=6, seconds=4)

# %%
jittery, smooth = "weight 0, history 1", "weight 0.5, history 1"
show({name: grid_runs[name] for name in (jittery, smooth)}, speed=0.5)

# %% [markdown]
# Where does the jitter live? Spectra of the last five seconds, when the pendulum stands, averaged
# over 20 starts:

# %%
figure, axes = plt.subplots(figsize=(8, 3.2))
for weight in grid_weights:
    commands = grid_runs[f"weight {weight:g}, history 1"].command[:, 150:]
    if np.isfinite(commands).all(axis=1).any():
        axes.semilogy(*spectrum(commands, 50), label=f"weight {weight:g}", linewidth=1.2)
axes.set(xlabel="frequency (Hz)", ylabel="amplitude", title="the command while it stands")
_ = axes.legend(ncols=2, fontsize=9)

# %% [markdown]
# ### How it comes about
#
# Nobody asked for the jitter. Look at it grow: five seeds without the cost, five with a moderate
# and five with a large one. The first two pictures are the policy, judged without noise at every
# validation; the third is what the agent really sent while it tried things out.

# %%
figure, places = plt.subplots(1, 3, figsize=(10, 3.2))
parts = {"task return": "task_return", "action change": "action_change"}
parts |= {"C, with its noise": "exploration_continuity"}
for weight, colour in ((0.0, "#4c6ef5"), (0.5, "#e8590c"), (2.0, "#868e96")):
    for row in grid.where(history=1, **{"reward.continuity": weight}).rows:
        curves = grid.curves(row)
        for axes, (title, part) in zip(places, parts.items(), strict=True):
            axes.plot(curves["steps"] / 1000, curves[part], color=colour, linewidth=1)
            axes.set(xlabel="thousand steps", title=title)
    places[0].plot([], [], color=colour, label=f"weight {weight:g}")
places[1].set(yscale="log", ylim=(1e-3, 10))
places[2].set_yscale("log")
places[0].legend(fontsize=9)
figure.tight_layout()

# %%
for name in (jittery, smooth):
    standing = np.abs(grid_runs[name].command[:, 150:])
    print(f"{name}: {np.nanmean(standing > 0.999):.0%} of the commands are full voltage")

# %% [markdown]
# The policies without the cost begin gently, too. Then, while the return makes its last steps up,
# their action change climbs by a factor of ten and more, and stays there. To the task it is all the
# same whether a command is gentle or not, so nothing holds it back. And something pushes: while it
# learns, PPO adds noise to every command and cuts off what is beyond ±1. A policy that says *far
# beyond* is hardly disturbed by its own noise; so it learns to shout.
#
# With the cost it is the noise itself that becomes dear, and so the agent explores ever more
# quietly. Keep the grey curves in mind: they come back in the failure museum.
#
# ## What the motor makes of it
#
# A motor is a low-pass, or rather three, one behind the other. The voltage drives a current, which
# is late by $L/R$. The current turns the rotor, or rotor and arm together; back-EMF brakes them,
# and so the speed follows with the **mechanical time constant** $J R / (K_t K_e)$.

# %%
from dataclasses import asdict

from furutalib.lessons.motor_filter import cutoff_hz, motor_answer, time_constants

for name, seconds in asdict(time_constants(robot)).items():
    hz = cutoff_hz(seconds)
    print(f"{name:10s} {1000 * seconds:7.2f} ms, lets through what is slower than {hz:.2f} Hz")

# %%
figure, places = plt.subplots(3, 2, sharex=True, sharey="row", figsize=(9, 4.6))
for column, name in zip(places.T, (jittery, smooth), strict=True):
    answer = motor_answer(grid_runs[name].command[0], robot, 50)
    for axes, part in zip(column, ("current", "rotor", "arm"), strict=True):
        axes.plot(answer.time_s, answer.command, color="#ced4da", linewidth=1)
        axes.plot(answer.time_s, getattr(answer, part), color="#e8590c", linewidth=1.3)
        axes.set(xlim=(4, 4.5), ylim=(-1.05, 1.05))
    column[0].set_title(name)
    column[-1].set_xlabel("time (s)")
for axes, text in zip(places[:, 0], ("current", "rotor, alone", "arm"), strict=True):
    axes.set_ylabel(text)
figure.tight_layout()

# %% [markdown]
# Grey is the command, orange what becomes of it, both as a share of what full voltage would bring
# about. This is a sketch, without friction, play and pendulum; `furutalib.maths.plant` has them.
#
# - The **current** follows as if there were no inductance. So does the torque: windings, brushes
#   and teeth get all of the jitter.
# - The **rotor**, while it crosses the play between the gears, follows half-way: it gathers speed,
#   and then the teeth meet.
# - The **arm** hardly notices. It is the only part that you see in a video.
#
# So the motor's own low-pass hides the jitter from your eyes, and not from the gears. A policy that
# looks calm in a film need not be.

# %% [markdown]
# ## What it brings, what it costs
#
# The whole grid in figures, each the median over five seeds with its **bootstrap interval**: draw
# five of the five values with replacement, take the median, repeat two thousand times, and keep the
# middle 90 %. With five seeds that interval is hardly narrower than from the smallest to the
# largest value. It cannot know more than the five runs do, and that is what it says.

# %%
from furutalib.lessons.spread import Figure, spread_table

by = {"history": "history", "reward.continuity": "weight"}
task_figures = [
    Figure("test.successes", "success (of 100)", ".0f"),
    Figure("test.task_return", "task return", ".1f"),
    Figure("test.swing_up_median_s", "swing-up (s)", ".2f"),
    Figure("test.balance_rms_deg", "balance RMS (°)", ".2f"),
]
rows = sorted(grid.rows, key=lambda row: (row["history"], row["reward.continuity"]))
spread_table("How well they do the task", rows, by, task_figures)

# %%
smooth_figures = [
    Figure("test.continuity", "C", ".3f"),
    Figure("test.total_variation", "total variation", ".1f"),
    Figure("test.spectral_smoothness", "Sm", ".5f"),
    Figure("test.energy_j", "energy (J)", ".2f"),
    Figure("test.reversals_per_s", "reversals per s", ".1f"),
]
spread_table("How smoothly they do it", rows, by, smooth_figures)

# %%
from furutalib.lessons.smooth_plots import draw_over_weight

shown = [*task_figures, *smooth_figures[:4]]
figure, places = plt.subplots(2, 4, figsize=(11, 5.2), sharex=True)
for axes, each in zip(places.flat, shown, strict=True):
    smoothness_figure = each in smooth_figures
    names = {"weight": "reward.continuity", "curves": "history", "log": smoothness_figure}
    draw_over_weight(axes, rows, each.key, **names)
    axes.set_title(each.title, fontsize=11)
for axes in places[1]:
    axes.set_xlabel("weight")
places[0, 0].legend(title="history", fontsize=9)
figure.tight_layout()

# %% [markdown]
# Every dot is a run, every bar an interval; the scales of the lower row are logarithmic. Read it
# slowly:
#
# - **What it brings:** up to weight 1 C, total variation and Sm fall and fall, by far the most with
#   one observation, where the commands were full left, full right. Two observations tremble less
#   even without a cost; that is worth knowing, too. The energy changes little in comparison.
# - **What it costs:** hardly any return. But look at the balance: without the cost the pendulum
#   stands more precisely. The reward does not notice. An angle of 2° takes $0.8\,(2/180)^2$, a ten
#   thousandth, off a step. *The price is paid where the reward does not look.*
# - **Weight 2:** not one of ten runs holds the pendulum from more than a handful of starts. And yet
#   its *balance RMS* is the best of all! It is taken over the successful starts only. A figure
#   about survivors says nothing without their number.

# %% [markdown]
# **The trade-off curve** puts both sides into one picture: what it costs upwards, what it brings to
# the left. The best place is the upper left corner. (The scale upwards is stretched near the top.)

# %%
from furutalib.lessons.smooth_plots import draw_trade_off, stretch_return

figure, axes = plt.subplots(figsize=(8, 4))
axis_names = {"x": "test.action_change", "y": "test.task_return"}
for history, colour in ((1, "#4c6ef5"), (2, "#e8590c")):
    runs = [row for row in rows if row["history"] == history]
    draw_trade_off(
        axes, runs, by="reward.continuity", label=f"history {history}", colour=colour, **axis_names
    )
stretch_return(axes)
axes.set(xlabel="action change (mean squared, per step)", ylabel="task return")
_ = axes.legend(loc="lower right")

# %% [markdown]
# ### Exercise 04-b (5 minutes)
# Say what you mean by "free" and let the table choose. From three arrays with one entry per weight,
# return the largest weight that costs at most 3 % of the task return at weight 0 and still succeeds
# from at least 99 of 100 starts.


# %%
def largest_free_weight(weights, task_return, successes):
    """The largest weight that the task does not pay for."""
    # solution
    without_cost = task_return[weights == 0]
    free = (task_return >= 0.97 * without_cost) & (successes >= 99)
    return weights[free].max()
    # end


# %% [markdown] tags=["hints"]
# - Conditions on arrays give arrays of True and False; `(...) & (...)` is True where both are.
# - `task_return[weights == 0]` is the return without the cost.
# - `weights[free]` keeps the weights for which `free` is True.

# %%
check("04-b", largest_free_weight)

# %% [markdown]
# The library's `choose_weight` does the same. Here is the claim that one reads about continuity
# costs, *far smoother, at no loss*, as a table: medians over the seeds, for the plant with all
# imperfections and for the ideal one.

# %%
from furutalib.lessons.price import choose_weight, price_table, prices

ideal = load_benchmark("continuity-ideal")
lists = {f"full, history {h}": prices(grid.where(history=h).rows) for h in (1, 2)}
lists |= {
    f"ideal, history {h}": prices(ideal.where(history=h).rows)
    for h in sorted({row["history"] for row in ideal.rows})
}
price_table("What the cost brings and what it costs", list(lists.items()))

# %%
for name, listed in lists.items():
    table = [(each.weight, each.task_return, each.successes) for each in listed]
    chosen = choose_weight(*np.array(table).T)
    best = next(each for each in listed if each.weight == chosen)
    print(f"{name}: weight {chosen:g} is free, and {best.times_smoother:.1f} times smoother")
half = next(each for each in lists["full, history 1"] if each.weight == 0.5)
times_guess.reveal(round(half.times_smoother, 1))

# %%
lost_guess.reveal(round(100 * (1 - half.share), 1))

# %% [markdown]
# Hundreds or tens? The smooth policies are all alike: a swing-up needs some changes, and not much
# more is left. What differs is how wild the policy **without** the cost turned out, and that is
# what one divides by:

# %%
for name, table in (("full", grid), ("ideal", ideal)):
    for row in table.where(**{"reward.continuity": 0.0}).rows:
        print(f"{name:5s} plant, history {row['history']}, seed {row['seed']}", end=": ")
        print(f"{row['test.action_change']:.3f}")
for name, fidelity in (("ppo-full", "full"), ("ppo-ideal", "ideal")):
    judged_here = evaluate(data_folder() / "policies" / name, fidelity=fidelity)
    print(f"{name}, shipped: {judged_here.action_change:.3f}")

# %% [markdown]
# - With one observation nearly every policy ends full left, full right, and the factor is in the
#   hundreds. With two observations it is in the tens.
# - All trainings of these tables have an **entropy bonus** (`ent_coef` in the sweep files): PPO is
#   paid for keeping its noise large. That is common, and it makes an agent shout. The two shipped
#   policies were trained without it, and without a cost; on the ideal plant that alone gives calm
#   commands, since a pendulum without friction and delay can stand perfectly still.
#
# The story that convinced the engineer holds: up to a weight that was too large the cost has helped
# everywhere. But its *number* depends on plant, observation and noise. A factor without these is an
# advertisement.

# %% [markdown]
# ## What else one could do
#
# Under a video of a walking robot dog that trembled, its viewers proposed other cures. Here they
# are on the pendulum, with all imperfections and two observations. (The last one is a SAC agent of
# lesson 05, asked in three ways; the others are PPO, as above.)
#
# | cure | what it is |
# | --- | --- |
# | energy | the reward charges command times arm speed |
# | reversals | the reward charges every change of sign |
# | per movement | the reward is divided by 1 + 5 times the change |
# | past steps | as the continuity cost, but against the mean of the last four actions |
# | low-pass | no cost; a filter between policy and motor |
# | action repeat | no cost; every action is held for several periods |
# | best of ten | no cost; a SAC agent samples ten actions and its critic picks one |

# %%
from furutalib.lessons.smooth_plots import draw_alternatives

others = [*load_benchmark("alternatives").rows, *load_benchmark("critic").rows]
two = [row for row in rows if row["history"] == 2]
figure, axes = plt.subplots(figsize=(9, 4.8))
names = axis_names | {"label": "continuity cost", "colour": "#24292f"}
draw_trade_off(axes, two, by="reward.continuity", **names)
draw_alternatives(axes, others, by="variant", **axis_names)
stretch_return(axes)
axes.set(xlabel="action change (mean squared, per step)", ylabel="task return")
axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)
figure.tight_layout()

# %%
spread_table("Other cures", others, {"variant": "cure"}, [*task_figures, *smooth_figures])

# %% [markdown]
# - **Past steps**, the closest relative of the continuity cost, does as well as its best weights.
# - **Energy** brings less, but it hardly costs precision: the pendulum stands almost as well as
#   without.
# - **Reversals** got what they pay for, and nothing else: fewer changes of sign, just as large
#   changes, and an arm that waves to and fro with several times the energy.
# - **Per movement** never holds the pendulum. The division makes every change cost a share of all
#   that there is to earn.
# - A **low-pass** and **action repeat** calm the commands by force, less than a cost does. Their
#   price is delay: with every action held for four periods nothing stands at all.
# - The **critic** is a matter of luck: compared with the same agent without noise, its favourite
#   among ten is calmer in some seeds and rougher in others. It was never asked for smoothness.

# %% [markdown]
# ## Explore: the price of changing one's mind
#
# The playground of lesson 03 again. This time the episode "swings up" is the trembling policy from
# the top of this lesson. Move *continuity* and look at the curve *along the episode*: that is the
# bill, step by step. Then *Train*: PPO on the ideal plant, at most 120,000 steps.
#
# **The challenge, "silk and speed":** all 100 starts succeed, with an action change below 0.003
# *and* a median swing-up below 0.85 s. Both stand in the table. (The line below it is about the
# easier silk of lesson 03.) With *continuity* alone you get either the one or the other.

# %%
from furutalib.learning.controllers import EnergyLQR
from furutalib.lessons.reward_playground import reward_playground
from furutalib.lessons.reward_view import CRASHES, HANGS, SPINS, STANDS
from furutalib.lessons.scripted import Spinner

off = Replay(np.zeros((1, 1)))
players = {SPINS: Spinner(robot, 1.5), HANGS: off, CRASHES: Replay(np.ones((1, 400)))}
behaviours = {STANDS: shipped_run}
behaviours |= {name: collect(player, starts[:1]) for name, player in players.items()}
reward_playground(behaviours, tries="tries/04_rewards.json")

# %% [markdown]
# <details><summary>One way to silk and speed</summary>
#
# <code>effort</code> 0.1 and <code>continuity</code> 0.1: about 0.0027 and 0.78 s. With
# <code>continuity</code> alone, 0.4 gives 0.0036 and 0.82 s, 0.5 gives 0.0031 and 0.94 s.
# </details>

# %% [markdown]
# ## A penalty of your own
#
# ### Exercise 04-c (8 minutes)
# Write a reward that makes the pendulum stand *and* asks for calm commands, with a penalty that is
# **not** the continuity cost: absolute changes, a deadband in which changes are free, reversals, or
# what you would like to try. `q` has, among others, `q.height` (1 upright, −1 hanging), `q.action`,
# `q.previous_action` and `q.limit_touched`.


# %%
def my_reward(q):
    """Height from 0 to 1, less what changes of the command cost, and much for a limit."""
    # solution
    change = np.abs(q.action - q.previous_action)
    beyond = np.maximum(change - 0.05, 0)  # small corrections are free
    return 0.5 + 0.5 * q.height - 0.3 * beyond - 10 * q.limit_touched
    # end


# %% [markdown] tags=["hints"]
# - Begin with the task: `0.5 + 0.5 * q.height - 10 * q.limit_touched`.
# - Take something away that is 0 while `q.action` equals `q.previous_action`.
# - It must work for numbers and for arrays: `np.abs`, `np.maximum`, `np.where` instead of `if`.

# %%
check("04-c", my_reward)

# %% [markdown]
# `check` lets the library's swing-up, a hanging pendulum and a crash earn your reward, and the
# same swing-up with other commands. When it passes, train with it and see whether PPO agrees:
#
# ```python
# from furutalib import train
#
# mine = train(reward=my_reward, fidelity="ideal", history=2, total_steps=120_000, block=True)
# compare(judged | {"mine": evaluate(mine.policy(), fidelity="ideal")})
# ```

# %% [markdown]
# ## Failure museum
#
# **Exhibit one: the smoothest policy of all.** A ranking by smoothness alone has a clear winner:

# %%
contest = {
    "motor off": evaluate(off),
    "energy + LQR": evaluate(EnergyLQR(robot)),
    "ppo-full": evaluate(shipped),
}
for name, each in sorted(contest.items(), key=lambda pair: pair[1].continuity):
    print(
        f"{name:13s} C {each.continuity:5.3f}, total variation {each.total_variation:5.1f}", end=""
    )
    print(f", success {each.successes:3d} of 100")

# %% [markdown]
# So count smoothness only among policies that do the task. And too large a weight draws an agent
# towards that winner: with weight 2 none of our runs learned to hold the pendulum. Why? Below is
# what an episode earns *with* the cost, for the jittery policy and for a smooth one; and for random
# commands up to the arm's limit, which is how every agent begins.

# %%
from furutalib.learning.rewards import RewardWeights, shaped
from furutalib.lessons.reward_arithmetic import returns

actors = {"jittery": grid_runs[jittery], "smooth": grid_runs[smooth]}
actors |= {"motor off": collect(off, starts), "random": collect(noise, draw_starts("test", 100))}
print("weight   " + "".join(f"{name:>11s}" for name in actors))
for weight in (0, 0.5, 2, 10, 50):
    reward = shaped(RewardWeights(continuity=weight))
    earned = [returns(run, reward).mean() for run in actors.values()]
    print(f"{weight:6g}   " + "".join(f"{points:11.0f}" for points in earned))

# %% [markdown]
# Weight 2 does not forbid success: the smooth policy would earn more than a motor that is off even
# then, and far beyond. But it has to be *found*, by trial and error, and trying is expensive: with
# a large weight a lively beginner is fined long before the first success. Go back to the grey
# curves of *How it comes about*: their noise dies away while the pendulum still hangs. These agents
# learned to be quiet first, and had to find the swing-up on tiptoe; at the end they are still at
# it. Start with a small weight, or raise it in the course of the training.
#
# **Exhibit two: judged by its own return.** Somebody trains with weight 1, looks at the curve of
# the return, and finds that the cost made the policy worse. Look at all three columns:

# %%
print("weight   task return   its own return   what weight 1 would pay")
for each in lists["full, history 1"]:
    bill = 400 * each.change
    own, alike = each.task_return - each.weight * bill, each.task_return - bill
    print(f"{each.weight:6g} {each.task_return:13.1f} {own:16.1f} {alike:25.1f}")

# %% [markdown]
# (Medians over the seeds; 400 steps in an episode.) The middle column compares apples with the
# price of apples. Only the first one is the same question to all.
#
# **Exhibit three: measured with the noise on.** While it learns, PPO adds noise to its actions, and
# the figures of a training curve contain it. The live runs of this lesson, at the end of their
# training, and the same policies without noise:

# %%
figure, axes = plt.subplots(figsize=(8, 3.2))
for (name, each), folder in zip(judged.items(), sweep.run_folders(), strict=True):
    curve = Run(folder).progress()
    exploring = curve["exploration_continuity"]
    colour = "#4c6ef5" if name.startswith("weight 0,") else "#e8590c"
    axes.plot(curve["steps"], exploring, color=colour, label=name)
    axes.plot(curve["steps"][-1], each.continuity, "D", color=colour)
    print(f"{name}: C {exploring[-1]:5.2f} with noise, {each.continuity:5.3f} without")
axes.set(xlabel="steps of practice", ylabel="C", title="lines: in training; diamonds: evaluated")
axes.set_yscale("log")
_ = axes.legend(fontsize=9)

# %% [markdown]
# The lines say how the *noise* develops, the diamonds how the *policy* moves. Both matter, but to
# different people: who trains in simulation and takes the finished policy to the robot cares for
# the diamonds. Who trains **on the robot** sends the lines to the motor.
#
# ## On the robot
#
# > This lesson tells you how a *finished* policy behaves, in simulation, with its exploration
# > switched off. It does not tell you what an agent that **learns on the robot** does to the gears
# > meanwhile. The engineer of our story took the same agent, with the same continuity cost, to the
# > robot, and there it failed. Why, and what to do about it, is lesson 05.
# >
# > And a figure without its conditions is worth nothing: say the control rate (here 50 Hz), whether
# > exploration was on, and whether it is from training or from evaluation.

# %% [markdown]
# ## What you learned
#
# - Smoothness has many figures. Squares see jumps, total variation sees trembling, a spectrum sees
#   rhythm; none of them sees whether the task is done.
# - A continuity cost is one term and one weight. What it brings and costs is in the table above,
#   over seeds, with intervals; and the seed matters more than most stories admit.
# - Judge by the task return without the cost, at equal success.
# - The motor's low-pass protects the arm from the jitter, and your eyes, but not the gears.
# - The smoothest policy does nothing.
#
# **Next:** lesson 05 looks at the noise with which an agent explores, and at what a motor makes of
# it.

# %% [markdown]
# ## Further reading
#
# - S. Mysore and others, *Regularizing Action Policies for Smooth Control with Reinforcement
#   Learning* (CAPS), ICRA 2021: the spectral smoothness, and another way to regularise.
# - A. Raffin, J. Kober and F. Stulp, *Smooth Exploration for Robotic Reinforcement Learning*
#   (gSDE), CoRL 2021: the measure C.
# - R. Agarwal and others, *Deep Reinforcement Learning at the Edge of the Statistical Precipice*,
#   NeurIPS 2021: what a handful of seeds can say.
# - B. Efron and R. Tibshirani, *An Introduction to the Bootstrap*, 1993.
