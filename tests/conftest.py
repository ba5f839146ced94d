"""What every test starts from: no display, no account, no colours."""

import os

os.environ["MPLBACKEND"] = "Agg"
os.environ["CI"] = "1"
os.environ["NO_COLOR"] = "1"
for name in ("WANDB_API_KEY", "WANDB_MODE", "WANDB_DIR"):
    os.environ.pop(name, None)
