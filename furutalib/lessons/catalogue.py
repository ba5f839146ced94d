"""The lessons of the course: their numbers, names, questions and minutes, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """One lesson. Minutes are for a first reading with FAST = True."""

    name: str
    title: str
    question: str
    read_min: int = 0
    do_min: int = 0
    train_min: int = 0
    needs: str = "a laptop"
    without_robot: bool = True

    @property
    def number(self) -> str:
        """Two digits, as in the file name."""
        return self.name[:2]

    @property
    def minutes(self) -> int:
        """All minutes together; 0 while the lesson is not written."""
        return self.read_min + self.do_min + self.train_min

    @property
    def written(self) -> bool:
        """Whether the lesson can be opened already."""
        return self.minutes > 0


LESSONS = (
    Lesson("00_welcome", "Welcome", "Is everything here, and how do I use this course?", 9, 5, 1),
    Lesson("01_cartpole", "Cartpole", "What is an agent, a reward, a policy?", 20, 20, 5),
    Lesson(
        "02_furuta_simulation",
        "The Furuta pendulum in simulation",
        "What is the plant, and can I trust the simulator?",
        33,
        42,
    ),
    Lesson(
        "03_swing_up",
        "Swing-up",
        "How far does classical control get, and what does RL add?",
        35,
        45,
        10,
    ),
    Lesson("04_smooth", "Smooth or jittery", "What does a continuity cost do?", 30, 35, 5),
    Lesson(
        "05_exploration",
        "Exploration that a motor can follow",
        "Why does Gaussian noise fail on a robot, and what does gSDE change?",
        35,
        40,
        10,
    ),
    Lesson(
        "06_build_it",
        "Build it",
        "Which parts, how printed, how wired, how checked before power?",
        35,
        45,
    ),
    Lesson(
        "07_bring_up",
        "Bring it up",
        "Do the sensors count the right way, what does the motor do, what stops it?",
        40,
        45,
    ),
    Lesson(
        "08_know_your_robot",
        "Know your robot",
        "How do I identify its parameters, and how far is the simulator from it?",
        35,
        40,
    ),
    Lesson(
        "09_train_on_the_robot",
        "Train on the robot",
        "Can it learn from zero, and what does simulation give it?",
        35,
        40,
        10,
    ),
    Lesson(
        "10_deploy_and_share",
        "Deploy and share",
        "How does a policy run on a small board, and how do others read my results?",
        30,
        40,
    ),
    Lesson("11_legs", "Legs", "Do the same ideas make a small four-legged robot walk?"),
)


def lesson(name: str) -> Lesson:
    """The lesson of this name, such as "01_cartpole".

    Raises:
        KeyError: no such lesson.
    """
    for candidate in LESSONS:
        if candidate.name == name:
            return candidate
    known = ", ".join(each.name for each in LESSONS)
    raise KeyError(f"no lesson is called {name!r}; there are {known}")


def title_card(name: str) -> str:
    """The heading, the minutes and the question that open a lesson, as Markdown."""
    this = lesson(name)
    robot = "yes" if this.without_robot else "no"
    return (
        f"# {this.number} · {this.title}\n\n"
        f"**{this.minutes} minutes** "
        f"(read {this.read_min}, do {this.do_min}, train {this.train_min}) · "
        f"needs {this.needs} · works without a robot: {robot}\n\n"
        f"**{this.question}**"
    )


def map_line(name: str) -> str:
    """Where the reader is on the map, as one line of Markdown with links to the neighbours."""
    stops = []
    for each in LESSONS:
        if each.name == name:
            stops.append(f"**{each.number} {each.title}**")
        elif each.written:
            stops.append(f"[{each.number}]({each.name}.ipynb)")
        else:
            stops.append(each.number)
    return "**Where you are:** " + " → ".join(stops)


def map_table() -> str:
    """All lessons with question and minutes, as a Markdown table."""
    rows = [
        f"| {_number_cell(each)} | {each.title} | {each.question} "
        f"| {each.minutes if each.written else 'to come'} |"
        for each in LESSONS
    ]
    return "\n".join(["| # | lesson | question | minutes |", "| --- | --- | --- | --- |", *rows])


def _number_cell(each: Lesson) -> str:
    return f"[{each.number}]({each.name}.ipynb)" if each.written else each.number
