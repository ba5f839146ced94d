# %% [markdown] tags=["title"]
# A pole stands on a cart. Every 0.02 s you push the cart to the left or to the right, always with
# the same force. Nobody tells you the laws of physics; you only get one point for every step that
# the pole stays up. Can a program find out by itself how to push?
#
# After this lesson you can
#
# - say what an agent, an observation, an action, a reward, an episode and a policy are,
# - compute a discounted return, and say what the discount is for,
# - write a rule by hand that balances the pole,
# - train a policy with PPO, and judge it over several seeds rather than by one lucky run.

# %% [markdown] tags=["map"]
# **Last lesson** you checked the installation and saw how notebooks, predictions, checks and hints
# work. Two questions to warm up; answer them in your head, then unfold.
#
# <details><summary>What does FAST change, and where?</summary>
#
# Only how long trainings take. It is a variable in the setup cell below, and you may change it.
# </details>
# <details><summary>You break a notebook in the folder work. How do you get a new one?</summary>
#
# <code>furuta lesson 01 --fresh</code> in a terminal. Your old copy is kept.
# </details>

# %% tags=["setup"]
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)

# %% [markdown]
# ## A player without a plan
#
# Here is CartPole, a small world that comes with the library
# [gymnasium](https://gymnasium.farama.org). The player below tosses a coin at every step. When the
# pole leans too far, the game is over. Here are five games over one another, in slow motion; where
# one is over, its picture stands still and fades.

# %%
import numpy as np

from furutalib.lessons.cartpole import play

coin = np.random.default_rng(0)


def random_policy(observation):
    """Push left (0) or right (1), whatever the pole does."""
    return int(coin.integers(2))


games = {f"game {seed + 1}": play(random_policy, seed) for seed in range(5)}
show(games, plots=False, speed=0.25)

# %% [markdown]
# ## Who is who
#
# The **agent** is the part that decides. The **environment** is everything else. They take turns:

# %%
from furutalib.lessons.figures import agent_loop

agent_loop()

# %% [markdown]
# | word | meaning | in CartPole |
# | --- | --- | --- |
# | observation | what the agent gets to see | four numbers, see below |
# | action | what the agent may do | 0: push left, 1: push right |
# | reward | one number per step: how good was that? | 1 for every step |
# | episode | one game, from start to end | ends at 12° of lean, 2.4 m off centre, or 500 steps |
# | **policy** | the rule that turns an observation into an action | what we are looking for |
#
# That is the whole interface. Any game, robot or plant that can be described this way can be
# handed to the same learning program. Here is one turn of the loop in plain gymnasium:

# %%
import gymnasium

environment = gymnasium.make("CartPole-v1")
observation, info = environment.reset(seed=1)
print("before:", observation)
observation, reward, terminated, truncated, info = environment.step(1)
print("after: ", observation)
print(f"reward: {reward}, terminated: {terminated}, truncated: {truncated}")

# %% [markdown]
# The four numbers are, in this order, the position of the cart (m), its speed (m/s), the angle of
# the pole (rad, positive to the right, 0 is upright) and its angular speed (rad/s). We pushed to
# the right (1): the cart gained speed to the right, and the pole began to turn to the left.
#
# *Terminated* and *truncated* both end an episode, but they mean different things. Terminated: the
# pole has fallen, nothing good can follow. Truncated: we stopped looking, though the pole still
# stands. A learner that mixes them up believes that balancing for 500 steps is as bad as falling.

# %% [markdown]
# ## Predict: how far does a coin get?
#
# Commit to a guess before you run the cell after it. A wrong guess teaches more than none.

# %%
coin_guess = predict("How many steps does the coin tosser last, on average?", 0, 150, unit="steps")

# %%
import matplotlib.pyplot as plt

random_steps = np.array([play(random_policy, seed).steps for seed in range(300)])
random_mean = random_steps.mean()
figure, axes = plt.subplots()
axes.hist(random_steps, bins=40, color="#868e96")
axes.axvline(random_mean, color="black", label=f"mean: {random_mean:.1f} steps")
axes.set(xlabel="steps until the pole has fallen", ylabel="episodes", title="300 random episodes")
axes.legend()
coin_guess.mark(axes)
coin_guess.reveal(random_mean)

# %% [markdown]
# Keep this number in mind. **Whatever we train must beat it**, and by far, or it has learned
# nothing. Note the spread too: some random episodes last several times longer than others. One
# good episode proves nothing.

# %% [markdown]
# ## The return: adding up rewards
#
# A policy should not grab the next reward, but collect much over time. So we add up. The
# **return** from step $t$ on is
#
# $$G_t = r_t + \gamma\, r_{t+1} + \gamma^2 r_{t+2} + \dots$$
#
# The **discount** $\gamma$ (gamma), a number between 0 and 1, makes a reward count less the longer
# one has to wait for it. Two reasons: sums without an end stay finite, and what happens in a
# thousand steps has little to do with the push of this moment, so it would only add noise.

# %%
wait = np.arange(200)
figure, axes = plt.subplots()
for discount in (0.5, 0.9, 0.98, 0.995):
    axes.plot(wait, discount**wait, label=f"discount {discount}")
axes.set(xlabel="steps to wait for a reward", ylabel="how much it counts")
_ = axes.legend()

# %% [markdown]
# A rule of thumb: an agent with discount $\gamma$ looks about $1/(1-\gamma)$ steps ahead. With 0.98
# that is 50 steps, one second of CartPole, long enough to see the pole fall.
#
# ### Exercise 01-a (5 minutes)
# Write the function that adds up a list of rewards with a discount. For the rewards 2, 3, 5 and
# the discount 0.5 it must give $2 + 0.5 \cdot 3 + 0.25 \cdot 5 = 4.75$.


# %%
def discounted_return(rewards, discount):
    """The return of a list of rewards: a later reward counts less, by `discount` per step."""
    # solution
    total = 0.0
    for reward in reversed(rewards):
        total = reward + discount * total
    return total
    # end


# %% [markdown] tags=["hints"]
# - The reward at place `k` of the list (the first one has `k = 0`) counts `discount**k`.
# - `for k, reward in enumerate(rewards):` gives you `k` and the reward together. Begin with
#   `total = 0.0` and add to it in the loop.
# - There is an elegant way without powers: go through the list from its end. The return from a step
#   on is its reward plus the discount times the return from the next step on.

# %%
check("01-a", discounted_return)

# %% [markdown]
# ## A rule by hand
#
# Before a machine learns, let us try ourselves. You know more than the machine does: you have
# balanced a broomstick on your hand.
#
# ### Exercise 01-b (10 minutes)
# Write a policy that keeps the pole up for 400 steps on average over ten starts. One line is
# enough. If it only lasts about 40 steps, you are on the right way: `check` tells you what is
# missing.


# %%
def my_rule(observation):
    """0 to push left, 1 to push right; `observation` is position, speed, angle, angle speed."""
    # solution
    _position, _speed, angle, angle_speed = observation
    return int(angle + angle_speed > 0)
    # end


# %% [markdown] tags=["hints"]
# - `position, speed, angle, angle_speed = observation` gives the four numbers names. Then: the hand
#   goes where the broomstick falls to. The pole falls to the right: push right.
# - A comparison is True or False; `int(...)` makes 1 or 0 of it.
# - The angle alone comes too late: push until it is zero, and the pole still turns and falls over
#   to the other side. A pole that leans right but turns left quickly needs no push to the right.
# - Add the two up: the angle and the speed with which it changes.

# %%
check("01-b", my_rule)

# %% [markdown]
# From here on we use the rule of the library, so that the lesson goes on whatever you wrote. This
# is what it reaches, and what you should see in your own picture when yours passes:

# %%
from furutalib.lessons.cartpole import hand_rule, steps_held

hand_steps = steps_held(hand_rule)
print(f"hand rule: {hand_steps.mean():.0f} steps on average, from {hand_steps.min()} upwards")
show({"hand rule": play(hand_rule, 1000), "tossing a coin": play(random_policy, 1000)})

# %% [markdown]
# ## Explore: four weights
#
# Your rule is a weighted sum: push right when
# $w_1 \cdot \text{position} + w_2 \cdot \text{speed} + w_3 \cdot \text{angle} +
# w_4 \cdot \text{angle speed} > 0$.
# Move the sliders (drag, let go, and look). Each bar is one start; the dashed line is 500 steps.
#
# **The challenge, "ten quiet carts":** hold all ten poles for 500 steps *and* leave every cart
# within 0.2 m of the centre. Nobody pays the cart for staying in the middle, so it drifts away
# unless the first two weights see to it. Their sign may surprise you.

# %%
from furutalib.lessons.cartpole import explore_rule

explore_rule()

# %% [markdown]
# <details><summary>One way to win the challenge, and why the sign is right</summary>
#
# position 0.1, speed 0.25, angle 1, angle speed 0.4. A cart that stands too far to the right is
# pushed to the *right*: that tips the pole to the left, and catching the pole then brings the
# cart back. To go left you must first go right, as on a bicycle.
# </details>

# %% [markdown]
# ## Learning: nobody writes the rule
#
# Four weights can be found by hand. A policy for a robot has thousands. **PPO** (proximal policy
# optimisation) finds them by trying:
#
# 1. **Play** a few hundred steps. The policy gives a *probability* for left and right, so it tries
#    both.
# 2. **Judge:** which actions led to a larger return than expected? A second network, the *critic*,
#    learns what to expect.
# 3. **Nudge** the weights so that the good actions become more probable and the bad ones less,
#    but never by much at once. That "not much" is the *proximal* in the name.
# 4. Throw the played steps away, and begin again at 1.

# %% [markdown]
# We use the PPO of [stable-baselines3](https://stable-baselines3.readthedocs.io), a library that
# many researchers use. Eight environments play at the same time. The policy is a neural network
# that takes the four observations, has two layers of 64 units, and gives two numbers: how much it
# favours left, and right. `gamma` is the discount from above.

# %%
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

from furutalib.lessons.episode_log import EpisodeLog

torch.set_num_threads(1)  # for a network this small, more threads only get in each other's way


# %%
def train_ppo(title, seed, steps, gamma=0.98, wrapper=None):
    """Train a policy from nothing; return it, and the length of every episode on the way."""
    environments = make_vec_env("CartPole-v1", n_envs=8, seed=seed, wrapper_class=wrapper)
    learning = {"n_steps": 32, "batch_size": 256, "n_epochs": 20, "learning_rate": 0.001}
    model = PPO("MlpPolicy", environments, gamma=gamma, gae_lambda=0.8, seed=seed, **learning)
    log = EpisodeLog(title)
    return model.learn(steps, callback=log), log


# %%
question = "How many steps of practice until an episode lasts 200 steps?"
practice_guess = predict(question, 0, 20_000, unit="steps of practice")

# %%
seeds, steps = (range(3), 20_000) if FAST else (range(5), 100_000)
trainings = [train_ppo(f"seed {seed}", seed, steps) for seed in seeds]

# %% [markdown]
# Learning is a matter of luck too: the first weights and all the tries are random. So we never
# look at one run. Every line below is one **seed**, that is, one choice of all the random numbers.

# %%
figure, axes = plt.subplots()
for seed, (_, log) in zip(seeds, trainings, strict=True):
    axes.plot(*log.smoothed(10), label=f"PPO, seed {seed}")
axes.axhline(random_mean, color="#868e96", linestyle=":", label="random")
axes.axhline(hand_steps.mean(), color="black", linestyle=":", label="hand rule")
axes.set(xlabel="steps of practice", ylabel="episode length, mean of 10", title="Learning curves")
axes.legend()
practice_guess.mark(axes)

# %%
curves = [log.smoothed(10) for _, log in trainings]
reached = [practice[mean >= 200][0] for practice, mean in curves if mean.max() >= 200]
print(f"{len(reached)} of {len(curves)} runs reached a mean of 200 steps")
for seed, (_, log) in zip(seeds, trainings, strict=True):
    minutes = log.practice[-1] * 0.02 / 60
    print(f"seed {seed}: {len(log.lengths)} episodes, {minutes:.1f} minutes of a real cart")
practice_guess.reveal(np.median(reached) if reached else "not within this training")

# %% [markdown]
# ## Look: what did it learn?
#
# A curve during training contains the random tries. To judge a policy, let it play from starts
# that no training has seen, always with its most probable action:

# %%
from furutalib.lessons.cartpole import greedy

trained = [steps_held(greedy(model)).mean() for model, _ in trainings]
print(f"random:    {random_mean:5.0f} steps")
print(f"hand rule: {hand_steps.mean():5.0f} steps")
for seed, mean_steps in zip(seeds, trained, strict=True):
    print(f"PPO, seed {seed}: {mean_steps:.0f} steps after {steps} steps of practice")

# %%
best = greedy(trainings[int(np.argmax(trained))][0])
show({"PPO, best seed": play(best, 1000), "hand rule": play(hand_rule, 1000)})

# %% [markdown]
# Nobody told the program that there is a pole, which way is up, or that a push to the right moves
# the cart to the right. It got four numbers and a point per step. But look at the list under the
# learning curves: nearly every episode there ended with a fall, and somebody would have had to put
# the pole up again each time. That is why we train in simulation, and why lesson 09, where the real
# robot learns, is about every trick that saves steps.
#
# The hand rule needed no practice at all. **If you know a good rule, use it.** Learning pays where
# nobody can write the rule down.

# %% [markdown]
# ## Failure museum
#
# An agent does what it is paid for, not what you meant. Three exhibits, each of them trained like
# the ones above, but for half as long; one more thing differs:
#
# - **The fine:** "time is money", thought someone, and paid −1 for every step instead of 1.
# - **The jackpot:** "only the result counts", so nothing is paid until the pole has stood for 500
#   steps. Then there is 1 point.
# - **The short sight:** the right reward, but with the discount 0.5.

# %%
fine_guess = predict(
    "What will the agent learn that pays a fine of 1 for every step?",
    choices=["to balance quickly", "nothing, it stays random", "to fall as fast as it can"],
)

# %%
from gymnasium.wrappers import TransformReward


class Jackpot(gymnasium.Wrapper):
    """Pays one point when the time is up, and nothing before."""

    def step(self, action):
        """The same step, but with another reward."""
        observation, _, terminated, truncated, info = self.env.step(action)
        return observation, float(truncated), terminated, truncated, info


def fine(environment):
    """Pays -1 where the environment pays 1."""
    return TransformReward(environment, lambda reward: -reward)


# %%
museum_steps = 10_000 if FAST else 50_000
exhibits = {
    "paid as usual": train_ppo("as usual", 0, museum_steps),
    "the fine": train_ppo("fine", 0, museum_steps, wrapper=fine),
    "the jackpot": train_ppo("jackpot", 0, museum_steps, wrapper=Jackpot),
    "the short sight": train_ppo("short sight", 0, museum_steps, gamma=0.5),
}

# %%
held = {name: steps_held(greedy(model)).mean() for name, (model, _) in exhibits.items()}
print(f"{'tossing a coin':15s} {random_mean:4.0f} steps")
for name, mean_steps in held.items():
    print(f"{name:15s} {mean_steps:4.0f} steps")
quick = held["the fine"] < random_mean / 2
fine_guess.reveal("to fall as fast as it can" if quick else "nothing, it stays random")

# %%
show({name: play(greedy(model), 1001) for name, (model, _) in exhibits.items()})

# %% [markdown]
# - **The fine** taught it to end the misery: falling at once costs least. It lasts *shorter* than
#   the coin, and that takes skill. Signs of rewards deserve a test.
# - **The jackpot** is never won by chance, so every episode is worth the same: nothing. There is
#   no better or worse to learn from, and it stays no better than a coin. A reward must be
#   within reach of a beginner.
# - **The short sight** looks two steps ahead. A fall takes longer than that, so a bad push costs
#   it next to nothing *now*.
#
# None of these programs has a bug. Each did what its reward and its discount asked for, and that is
# how most failures in reinforcement learning look. In lesson 03 a pendulum will spin like a
# propeller because spinning pays.

# %% [markdown]
# ## What you learned
#
# - A **policy** turns observations into actions. The **environment** answers with the next
#   observation and a **reward**; an **episode** is one game.
# - The **return** adds up rewards, and the **discount** says how far ahead the agent looks.
# - **PPO** tries, judges, and changes the policy a little, again and again.
# - Compare with random *and* with a simple rule, on starts never trained on, over several seeds.
# - The agent maximises what you pay for. Check what that is.
#
# **Next:** [lesson 02](02_furuta_simulation.ipynb) looks at the machine of this course, the Furuta
# pendulum: a pendulum on an arm that turns. You will write down its motion and find out whether to
# trust the simulator.

# %% [markdown]
# ## Further reading
#
# - R. Sutton and A. Barto, *Reinforcement Learning: An Introduction*, second edition, chapters 1
#   and 3. Free on the authors' pages.
# - J. Schulman and others, *Proximal Policy Optimization Algorithms*, arXiv 1707.06347.
# - Costa Huang's video series on PPO and its 37 implementation details, which builds PPO line by
#   line.
# - Antonin Raffin's talks and his documentation of stable-baselines3, with tips for your own
#   environments.
