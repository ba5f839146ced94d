"""What one action of a policy costs, with numpy alone and with torch: time, start, memory."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import FurutaError
from furutalib.lessons.bare_python import BarePython, course_python

ACTIONS = 1000
# Each loads the policy in the folder sys.argv[1], from nothing, and calls it `act`.
LOADERS: Mapping[str, str] = MappingProxyType(
    {
        "numpy": """
import numpy as np
from furutalib.learning.policy_folder import load_policy
policy = load_policy(sys.argv[1])
act = policy.act
""",
        "torch": """
import numpy as np, torch
from furutalib.learning.policy_folder import load_policy
policy = load_policy(sys.argv[1])
torch.set_num_threads(1)
*hidden, last = [
    (torch.from_numpy(w), torch.from_numpy(b))
    for w, b in zip(policy.network.weights, policy.network.biases)
]
bend = getattr(torch, policy.network.activation)
@torch.no_grad()
def act(observation):
    values = torch.from_numpy(observation)
    for weight, bias in hidden:
        values = bend(values @ weight + bias)
    mean = values @ last[0] + last[1]
    return (torch.tanh(mean) if policy.network.squash == "tanh" else mean.clamp(-1, 1)).numpy()
""",
    }
)
_MEASURE = """
import resource, sys, time
begun = time.perf_counter()
{load}
observation = np.linspace(-1.0, 1.0, policy.network.inputs, dtype=np.float32)
first = act(observation)
print(time.perf_counter() - begun, first.item())
for _ in range({actions}):
    now = time.perf_counter()
    act(observation)
    print(time.perf_counter() - now)
try:  # what a process inherits from its parent counts in ru_maxrss, but not here
    rows = dict(row.split(":") for row in open("/proc/self/status"))
    print(1024 * int(rows["VmHWM"].split()[0]))
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass(frozen=True, eq=False)
class Costs:
    """What a process that runs a policy costs."""

    start_s: float  # from nothing to the first action
    action_s: NDArray[np.float64]  # each of the following, shape (ACTIONS,)
    memory_mb: float
    action: float  # the first


class CostsError(FurutaError, RuntimeError):
    """The measurement did not come to its end; the message is what the program said."""


def board_costs(policy: str | Path, bare: BarePython) -> Costs:
    """With numpy alone, as on a board.

    Raises:
        CostsError: the program failed.
    """
    return _measured("numpy", policy, bare.run)


def torch_costs(policy: str | Path) -> Costs:
    """The same network in torch; raises as `board_costs`."""
    return _measured("torch", policy, course_python)


def _measured(kind: str, policy: str | Path, run: Callable[..., str]) -> Costs:
    code = _MEASURE.format(load=LOADERS[kind], actions=ACTIONS)
    said = run(code, str(Path(policy).resolve()))
    try:
        start_s, action, *action_s, memory = map(float, said.split())
    except ValueError as error:
        raise CostsError(f"with {kind} it did not work: {said.splitlines()[-1]}") from error
    return Costs(start_s, np.array(action_s), memory / 1e6, action)
