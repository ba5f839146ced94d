"""A real JupyterLab in a real Chromium: what the browser tests and `furuta bench view` drive.

The server gets folders of its own, so nothing that a person has set up matters, but the settings
that the course ships do. Needs Playwright (the extra "dev") and Chromium.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from playwright.sync_api import Error as PageError

START_S = 120.0
PAGE_S = 120.0  # for one step in the page; the computer may be busy with other things

# As root there is no sandbox; OpenGL in software is there on every computer. Debian's start script
# has even the text of a page drawn by OpenGL; without a graphics card browsers leave that alone.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu-rasterization",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LAB_FLAGS = (
    "--no-browser",
    "--allow-root",
    "--expose-app-in-browser",
    "--ServerApp.port=0",
    "--ServerApp.disable_check_xsrf=True",
    "--IdentityProvider.token=",
)
# JupyterLab's own words when a page is loaded anew while it still asks its debugger something.
_HARMLESS = "Could not restore the debugger state"
# JupyterLab's own too, now and then while it changes its theme; our code never removes a child.
_THEME_CHANGE = "'removeChild'"
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def chromium_path() -> str | None:
    """The program, or None where there is none."""
    return shutil.which("/usr/bin/chromium") or shutil.which("chromium")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window, with OpenGL in software.

    Raises:
        FileNotFoundError: there is no Chromium.
    """
    path = chromium_path()
    if path is None:
        raise FileNotFoundError("no Chromium on the path; Debian: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, the folder that it serves, and what it printed."""

    url: str
    folder: Path
    log: Path

    def write(self, name: str, cells: Sequence[str]) -> str:
        """Put a notebook of code cells there; returns its path below the folder."""
        untyped: Any = nbformat
        made = [untyped.v4.new_code_cell(source) for source in cells]
        notebook = untyped.v4.new_notebook(cells=made, metadata={"kernelspec": _KERNEL})
        untyped.write(notebook, self.folder / f"{name}.ipynb")
        return f"{name}.ipynb"


@contextmanager
def jupyter_lab(
    folder: Path, state: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Lab]:
    """Serve `folder` on a free port; configuration, settings and log go into the folder `state`.

    Raises:
        RuntimeError: the server did not start; the message holds what it printed.
    """
    state.mkdir(parents=True, exist_ok=True)
    own = {
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    folders = {name: str(state / below) for name, below in own.items()}
    # Whatever draws here, the kernels draw into their notebooks.
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    log = state / "log"
    with log.open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *LAB_FLAGS],
            cwd=folder,
            env={**inherited, **folders, **(environment or {})},
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Lab(_address(process, log), folder, log)
        finally:
            process.terminate()
            process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """The server's address, which it prints once it listens."""
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


class Watch:
    """A page that notes what must not happen: errors, and requests to any host but one."""

    def __init__(self, browser: Browser, home: str, **options: Any) -> None:
        """Open an empty page. `home` is how the addresses begin that it may ask for."""
        self.home = home
        self.foreign: list[str] = []
        self.errors: list[str] = []
        context = browser.new_context(service_workers="block", **options)
        context.set_default_timeout(PAGE_S * 1000)
        context.route(re.compile(f"^(?!{re.escape(home)})"), self._refuse)
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._page_error)
        self.page.on("websocket", lambda socket: self._socket(socket.url))
        self.page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"

    def close(self) -> None:
        """Close the page."""
        self.page.context.close()

    def _refuse(self, route: Route) -> None:
        self.foreign.append(route.request.url)
        route.abort()

    def _socket(self, url: str) -> None:
        if not url.startswith(self.home.replace("http", "ws", 1)):
            self.foreign.append(url)

    def _page_error(self, error: PageError) -> None:
        theirs = _THEME_CHANGE in str(error) and "/static/lab/" in (error.stack or "")
        if not theirs:
            self.errors.append(str(error))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_HARMLESS):
            self.errors.append(f"{message.text} ({message.location['url']})")


class Notebook:
    """One notebook, open in the page, with its kernel."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        """Open the notebook with this path below the served folder and wait for its kernel."""
        self.page = page
        self.path = name
        # A workspace of its own, or JupyterLab opens what was open before as well.
        workspace = re.sub(r"\W", "-", name)
        page.goto(f"{lab.url}lab/workspaces/{workspace}/tree/{name}")
        self._attach()

    def start(self) -> None:
        """Run all cells, and do not wait."""
        self.page.evaluate(
            "() => { furuta.ran = false;"
            " jupyterapp.commands.execute('notebook:run-all-cells')"
            ".finally(() => { furuta.ran = true; }); }"
        )

    def wait(self, timeout_s: float = PAGE_S) -> None:
        """Wait until all cells ran and the kernel has nothing to do."""
        self.until("furuta.ran && furuta.kernel().status === 'idle'", timeout_s)

    def run(self, timeout_s: float = PAGE_S) -> None:
        """Run all cells and wait."""
        self.start()
        self.wait(timeout_s)

    def until(self, expression: str, timeout_s: float = PAGE_S) -> None:
        """Wait until a JavaScript expression is true in the page."""
        self.page.wait_for_function(expression, timeout=timeout_s * 1000)

    def tell(self, code: str) -> str:
        """Run code in the kernel, in no cell; returns what it printed."""
        return str(self.page.evaluate("(code) => furuta.tell(code)", code))

    def data(self, selector: str) -> dict[str, str]:
        """The `data-` values of the first element that matches."""
        values: dict[str, str] = self.page.eval_on_selector(selector, "(e) => ({...e.dataset})")
        return values

    def errors(self) -> list[str]:
        """Tracebacks, of cells and of widget callbacks, and widgets that could not be shown."""
        return [_COLOURS.sub("", text) for text in self.page.evaluate("() => furuta.errors()")]

    def reload(self) -> None:
        """Save, and load the page anew; the kernel lives on."""
        self.save()
        self.page.reload()
        self._attach()

    def save(self) -> None:
        """Save the notebook, outputs included."""
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def restart_kernel(self) -> None:
        """A new kernel that knows nothing; the page stays."""
        self.page.evaluate("() => furuta.kernel().restart()")
        self.until("furuta.kernel().status === 'idle'")

    def close(self) -> None:
        """End the kernel; the page stays."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def show_theme(self, dark: bool) -> None:
        """Change the colours of the whole page."""
        theme = f"JupyterLab {'Dark' if dark else 'Light'}"
        change = "(theme) => jupyterapp.commands.execute('apputils:change-theme', {theme})"
        self.page.evaluate(change, theme)
        self.until(f"document.body.dataset.jpThemeLight === '{json.dumps(not dark)}'")

    def _attach(self) -> None:
        current = "globalThis.jupyterapp?.shell?.currentWidget"
        self.until(f"{current}?.context?.path === {json.dumps(self.path)}")
        self.until(f"{current}.context.isReady && {current}.sessionContext.isReady")
        self.page.evaluate(_ATTACH)
        self.until("furuta.kernel()?.status === 'idle'")


# What the methods above use in the page. Errors of widget callbacks reach the page as messages
# that belong to no cell, so they are collected as they arrive.
_ATTACH = """() => {
  const panel = jupyterapp.shell.currentWidget;
  const session = panel.sessionContext;
  const raised = [];
  session.iopubMessage.connect((_, message) => {
    const { msg_type: kind } = message.header;
    const text = kind === 'error' ? message.content.traceback.join('\\n') : message.content.text;
    const bad = kind === 'error' || (kind === 'stream' && text.includes('Traceback (most recent'));
    if (bad) raised.push(text);
  });
  globalThis.furuta = {
    ran: true,
    kernel: () => session.session?.kernel,
    errors: () => [
      ...raised,
      ...[...panel.node.querySelectorAll(
        '[data-mime-type="application/vnd.jupyter.error"], .furuta-error')]
        .map((element) => element.innerText),
      ...[...panel.node.querySelectorAll('.jp-OutputArea-output')]
        .map((output) => output.innerText)
        .filter((text) => /Error (displaying|creating) widget|Traceback \\(most/.test(text)),
    ],
    counts: () => panel.content.widgets
      .filter(({ model }) => model.type === 'code' && model.sharedModel.source.trim())
      .map(({ model }) => model.executionCount),
    tell: async (code) => {
      const future = session.session.kernel.requestExecute({ code, store_history: false });
      const said = [];
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === 'stream') said.push(content.text);
        if (header.msg_type === 'error') said.push(content.traceback.join('\\n'));
      };
      await future.done;
      return said.join('');
    },
  };
}"""
