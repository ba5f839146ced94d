"""The settings and the copies that opening the course brings, against a real JupyterLab."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from traitlets.config import Config

from furutalib.lessons import jupyter_extension

LESSONS = ("00_welcome", "01_cartpole")


def make_course(folder: Path) -> Path:
    (folder / "furutalib").mkdir(parents=True)
    (folder / "notebooks" / "source").mkdir(parents=True)
    for name in LESSONS:
        (folder / "notebooks" / f"{name}.ipynb").write_text("{}")
    return folder


def link(root: Path, config: Config | None = None) -> Any:
    server = SimpleNamespace(root_dir=str(root), config=config or Config())
    jupyter_extension._link_jupyter_server_extension(server)
    return server.config


def test_copies_are_there_and_the_first_lesson_opens(tmp_path: Path) -> None:
    config = link(make_course(tmp_path))
    assert sorted(path.stem for path in (tmp_path / "work").iterdir()) == list(LESSONS)
    assert config.LabApp.default_url == "/lab/tree/work/00_welcome.ipynb"


def test_a_server_started_above_the_clone_opens_the_lesson_by_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(tmp_path / "desk" / "course")
    monkeypatch.setattr("furutalib.lessons.workspace.course_folder", lambda: course)
    config = link(tmp_path / "desk")
    assert config.LabApp.default_url == "/lab/tree/course/work/00_welcome.ipynb"


def test_a_server_started_elsewhere_keeps_its_own_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = make_course(tmp_path / "course")
    monkeypatch.setattr("furutalib.lessons.workspace.course_folder", lambda: course)
    (tmp_path / "elsewhere").mkdir()
    config = link(tmp_path / "elsewhere")
    assert "default_url" not in config.LabApp
    assert config.LabApp.news_url is None
    assert (course / "work" / "00_welcome.ipynb").is_file()


def test_what_a_person_chose_stays(tmp_path: Path) -> None:
    chosen = Config(
        {"LabApp": {"news_url": "https://example.org"}, "ServerApp": {"default_url": "/tree"}}
    )
    config = link(make_course(tmp_path), chosen)
    assert config.LabApp.news_url == "https://example.org"
    assert "default_url" not in config.LabApp


def test_a_folder_that_cannot_be_written_is_one_line_and_the_server_starts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_course(tmp_path)
    (tmp_path / "work").write_text("a file where the folder should be")
    config = link(tmp_path)
    assert "default_url" not in config.LabApp
    assert config.LabApp.extension_manager == "readonly"
    [record] = caplog.records
    assert "work" in record.message
    assert "\n" not in record.message


@dataclass(frozen=True)
class Lab:
    url: str
    token: str

    def get(self, path: str) -> str:
        request = urllib.request.Request(
            f"{self.url}{path}", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(answer.read().decode())

    def setting(self, plugin: str) -> dict[str, Any]:
        schema = json.loads(self.get(f"lab/api/settings/{plugin}"))["schema"]
        return {key: value.get("default") for key, value in schema["properties"].items()}

    def page_config(self) -> dict[str, Any]:
        page = self.get("lab")
        found = re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)
        assert found is not None
        return dict(json.loads(found[1]))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A plain `jupyter lab` in a course, as a person with conda would start it."""
    course = make_course(tmp_path_factory.mktemp("course"))
    home = tmp_path_factory.mktemp("home")
    outside = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    flags = [
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
        "--IdentityProvider.token=secret",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *flags],
        cwd=course,
        env=outside | {"HOME": str(home), "USERPROFILE": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = threading.Timer(120, process.kill)
    deadline.start()
    try:
        yield Lab(_address(process), "secret")
    finally:
        deadline.cancel()
        process.kill()
        process.communicate()


def _address(process: "subprocess.Popen[str]") -> str:
    """The server's address, which it prints once it listens."""
    printed = []
    assert process.stderr is not None
    for line in process.stderr:
        printed.append(line)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/(\S*)", line)
        if found:
            assert found[2].startswith("lab/tree/work/00_welcome.ipynb")
            threading.Thread(target=process.stderr.read, daemon=True).start()
            _wait_until_it_answers(process, int(found[1]))
            return f"http://127.0.0.1:{found[1]}/"
    raise RuntimeError("JupyterLab did not start:\n" + "".join(printed))


def _wait_until_it_answers(process: "subprocess.Popen[str]", port: int) -> None:
    """JupyterLab prints its address a moment before it listens there."""
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return


def test_plain_jupyter_lab_serves_the_copies(lab: Lab) -> None:
    names = [item["name"] for item in json.loads(lab.get("api/contents/work"))["content"]]
    assert sorted(names) == [f"{name}.ipynb" for name in LESSONS]


def test_plain_jupyter_lab_has_no_windowed_notebooks_and_no_news(lab: Lab) -> None:
    assert lab.setting("@jupyterlab/notebook-extension:tracker")["windowingMode"] == "none"
    news = lab.setting("@jupyterlab/apputils-extension:notification")
    assert (news["fetchNews"], news["checkForUpdates"]) == ("false", False)
    assert lab.setting("@jupyterlab/extensionmanager-extension:plugin")["enabled"] is False


def test_plain_jupyter_lab_asks_no_server_far_away(lab: Lab) -> None:
    page = lab.page_config()
    assert page["news"] == {"disabled": True}
    assert json.loads(lab.get("lab/api/news"))["news"] == []
    assert json.loads(lab.get("lab/api/update"))["notification"] is None
