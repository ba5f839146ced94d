"""`furuta bench view`: how fast the views are, in a real JupyterLab in a real browser."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import course_folder
from furutalib.lessons.bench import Figure
from furutalib.view.build import BUNDLE

LIVE_MINUTES = 10.0
WATCH_S = 10.0
_ROUNDS = 40
_SCENE = "document.querySelector('.furuta-scene')?.dataset"
_STATES = 500
_SETUP = """
import time
import numpy as np
from furutalib.learning.scene import furuta_scene
from furutalib.view.scene_view import Live, Player
from furutalib.view.tracks import furuta_track
"""
_LIVE = """
live = Live(furuta_scene(), plots=("arm",))
display(live)
begin = time.perf_counter()
for n in range({states}):
    live.show(n / 50, [n / 100, 3.0], command=0.5, values=[n])
    time.sleep(max(0.0, begin + n / {rate} - time.perf_counter()))
"""
_PLAYER = """
times = np.linspace(0, 8, 401)
Player(furuta_scene(), [
    furuta_track(str(n), times, np.sin(n + times), 3 + n * times, np.sin(times)) for n in range(5)
], height=360)
"""
_KEYS = """
live = Live(furuta_scene(), keys=("a",))
live.on_key(lambda key, down: live.show(time.time(), [float(down), 3.0]))
live
"""
_TRAINING = """
import furutalib
run = furutalib.train("run", fidelity="ideal", watch=True, wandb="disabled",
                      total_steps=50_000_000, stop_at_success=False, evaluate_every=8_000)
"""
_SLIDER = """
from furutalib import load_robot
from furutalib.lessons.plant_playground import plant_playground
ground = plant_playground(load_robot("course"))
slider = next(iter(ground.sliders.values()))
took = []
for n in range({rounds}):
    begin = time.perf_counter()
    slider.value += slider.step
    took.append(time.perf_counter() - begin)
print(np.median(took) * 1000)
"""


def measure_view(minutes: float = LIVE_MINUTES) -> list[Figure]:
    """The views in JupyterLab in Chromium, with OpenGL in software; takes a quarter of an hour.

    Args:
        minutes: how long live updates go on while the page's memory is watched.

    Raises:
        ConfigurationError: Playwright or Chromium is missing, or the lessons are.
    """
    course = course_folder()
    if course is None:
        raise ConfigurationError("the lessons are not here: run it in a clone of the course")
    with _bench() as bench:
        return [
            Figure("bundle of the views", BUNDLE.stat().st_size / 1000, "kB", "below 700"),
            *bench.live(),
            bench.player(),
            bench.key(),
            bench.slider(),
            bench.stop(),
            bench.first_picture(course),
            bench.memory(minutes),
        ]


@contextmanager
def _bench() -> Iterator["_Bench"]:
    try:
        from furutalib.lessons import browser
    except ImportError as error:
        raise ConfigurationError(
            f"{error.name} is not installed; pip install playwright nbformat"
        ) from error
    if browser.chromium_path() is None:
        raise ConfigurationError("there is no Chromium; Debian: apt install chromium")
    with tempfile.TemporaryDirectory() as folder:
        served = Path(folder) / "served"
        served.mkdir()
        with browser.jupyter_lab(served, Path(folder) / "state") as lab, browser.chromium() as page:
            yield _Bench(browser, lab, page)


class _Bench:
    """Each method opens a notebook of its own and measures one thing."""

    def __init__(self, module: Any, lab: Any, program: Any) -> None:
        self._module, self._lab, self._program = module, lab, program

    @contextmanager
    def _notebook(self, name: str, *cells: str) -> Iterator[Any]:
        self._lab.write(name, cells)
        with self._opened(f"{name}.ipynb") as notebook:
            yield notebook

    @contextmanager
    def _opened(self, path: str) -> Iterator[Any]:
        watch = self._module.Watch(self._program, self._lab.url)
        watch.page.set_viewport_size({"width": 1366, "height": 900})
        try:
            notebook = self._module.Notebook(watch.page, self._lab, path)
            yield notebook
            notebook.close()
        finally:
            watch.close()

    def live(self) -> list[Figure]:
        """States sent as fast as a busy loop can at 100 Hz."""
        with self._notebook("live", _SETUP, _LIVE.format(states=_STATES, rate=100)) as notebook:
            notebook.start()
            notebook.until(f"{_SCENE}?.received > 0")
            begin, first = time.perf_counter(), int(notebook.data(".furuta-scene")["received"])
            notebook.until(f"Number({_SCENE}.received) + Number({_SCENE}.lost) >= {_STATES}")
            rate = (_STATES - first) / (time.perf_counter() - begin)
            lost = int(notebook.data(".furuta-scene")["lost"])
        return [
            Figure("live updates from a busy cell, in order", rate, "1/s", "50"),
            Figure("... lost", lost, f"of {_STATES}", "0"),
        ]

    def player(self) -> Figure:
        """Frames drawn while an episode plays."""
        with self._notebook("player", _SETUP, _PLAYER) as notebook:
            notebook.run()
            notebook.until(f"{_SCENE}?.ready === 'true'")
            notebook.page.eval_on_selector(
                ".furuta-stage", "(e) => { e.style.width = '640px'; e.style.flex = 'none'; }"
            )
            notebook.until(f"{_SCENE}?.frames > 20")
            frames, seconds = notebook.page.evaluate(
                f"(wait) => new Promise((done) => {{ const [begin, old] = [performance.now(),"
                f" Number({_SCENE}.frames)]; setTimeout(() => done([{_SCENE}.frames - old,"
                " (performance.now() - begin) / 1000]), wait); })",
                WATCH_S * 1000,
            )
            size = notebook.page.locator(".furuta-picture").bounding_box()
        remark = f"8 s at 50 Hz, 4 ghosts, {size['width']:.0f} x {size['height']:.0f} pixels"
        return Figure("player", frames / seconds, "frames/s", "15", "30", remark)

    def key(self) -> Figure:
        """From a key press in the page to the state that the kernel shows in answer."""
        with self._notebook("keys", _SETUP, _KEYS) as notebook:
            notebook.run()
            notebook.until(f"{_SCENE}?.ready === 'true'")
            notebook.page.focus(".furuta-picture")
            took: list[float] = notebook.page.evaluate(_PRESSES, _ROUNDS)
        return Figure("key press to answer, median", statistics.median(took), "ms", "below 60")

    def slider(self) -> Figure:
        """The kernel's part of a slider's way to the picture."""
        with self._notebook("slider", "") as notebook:
            took = float(notebook.tell(_SETUP + _SLIDER.format(rounds=_ROUNDS)))
        return Figure("plant playground: slider to picture in the kernel", took, "ms", "below 100")

    def stop(self) -> Figure:
        """From the button Stop to the end of a training."""
        with self._notebook("stop", _TRAINING) as notebook:
            notebook.run()
            notebook.until("/^[1-9]/.test(document.querySelector('.furuta-steps')?.innerText)")
            begin = time.perf_counter()
            notebook.page.click(".furuta-dashboard button:has-text('Stop')")
            notebook.until("document.querySelector('.furuta-state').innerText === 'stopped'")
            return Figure("Stop to stopped", time.perf_counter() - begin, "s", "below 5")

    def first_picture(self, course: Path) -> Figure:
        """From the address of lesson 01 over Run All to something that moves."""
        lesson = next((course / "notebooks").glob("01_*.ipynb"))
        (self._lab.folder / lesson.name).write_bytes(lesson.read_bytes())
        begin = time.perf_counter()
        with self._opened(lesson.name) as notebook:
            notebook.start()
            notebook.until(f"{_SCENE}?.ready === 'true'", 600)
            # Run All goes to the last cell at once; what is out of sight is not drawn.
            notebook.page.eval_on_selector(".furuta-scene", "(scene) => scene.scrollIntoView()")
            notebook.until(f"{_SCENE}.frames > 1", 600)
            return Figure(
                "opening lesson 01 to its first moving picture",
                time.perf_counter() - begin,
                "s",
                "below 60",
            )

    def memory(self, minutes: float) -> Figure:
        """How much the page's memory grows while live updates go on."""
        states = round(minutes * 60 * 50)
        with self._notebook("memory", _SETUP, _LIVE.format(states=states, rate=50)) as notebook:
            notebook.start()
            notebook.until(f"Number({_SCENE}?.received) >= {states // 10}", minutes * 60)
            before = _heap_mb(notebook.page)
            notebook.wait(minutes * 60 + 60)
            after = _heap_mb(notebook.page)
        remark = f"{before:.0f} MB after a tenth of the time, {after:.0f} MB after {minutes:g} min"
        growth = 100 * (after / before - 1)
        return Figure("memory of the page, growth by live updates", growth, "%", "10", "", remark)


# Presses the key again and again, each time when the answer to the one before has arrived.
_PRESSES = """async (rounds) => {
  const root = document.querySelector('.furuta-scene');
  const took = [];
  for (let n = 0; n < rounds; n++) {
    const before = root.dataset.received;
    const begin = performance.now();
    const type = n % 2 ? 'keyup' : 'keydown';
    document.activeElement.dispatchEvent(new KeyboardEvent(type, { key: 'a', bubbles: true }));
    await new Promise((done) => {
      const look = () => (root.dataset.received === before ? setTimeout(look, 1) : done());
      look();
    });
    took.push(performance.now() - begin);
  }
  return took;
}"""


def _heap_mb(page: Any) -> float:
    """JavaScript memory in use after collecting garbage."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used) / 1e6
