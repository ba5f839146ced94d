import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.bodies import Body, Shape
from furutalib.learning.rollout import Rollout
from furutalib.learning.scene import (
    GHOST_COLOURS,
    Camera,
    Coordinate,
    Floor,
    Scene,
    Trail,
    furuta_scene,
)
from furutalib.view.scene_view import Live, Player, play
from furutalib.view.tracks import ARM, COMMAND, FROM_UPRIGHT, Track, furuta_track

TIMES = np.arange(1, 11) / 50


def swing(name="swing", rate=1.0, **options):
    return furuta_track(name, TIMES, rate * TIMES, 3 + TIMES, np.sin(TIMES), **options)


def numbers(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def walker():
    """A made-up robot: a trunk that moves freely, four legs with two joints each."""
    bodies = [Body("trunk", (Shape("box", (0.3, 0.2, 0.05)),), joint="free")]
    for i, (x, y) in enumerate([(0.15, 0.1), (0.15, -0.1), (-0.15, 0.1), (-0.15, -0.1)]):
        limb = (Shape("capsule", (0.01, 0.1), (0.0, 0.0, -0.05)),)
        hip, knee = f"hip {i}", f"knee {i}"
        bodies.append(Body(hip, limb, "trunk", (x, y, 0.0), joint="revolute", axis=(0, 1, 0)))
        bodies.append(Body(knee, limb, hip, (0, 0, -0.1), joint="revolute", axis=(0, 1, 0)))
    names = ["x", "y", "z", "qw", "qx", "qy", "qz"]
    free = [Coordinate(name, "m" if len(name) == 1 else "") for name in names]
    joints = [Coordinate(body.name, "rad") for body in bodies[1:]]
    camera = Camera(30, 20, (0, 0, 0.1), 1.5, (0.6, 0.5))
    trail = Trail("knee 0", (0, 0, -0.1))
    return Scene("walker", tuple(bodies), (*free, *joints), camera, Floor(0.5), None, trail)


def walk():
    coordinates = np.zeros((10, 15))
    coordinates[:, :4] = [0, 0, 0.2, 1]
    coordinates[:, 0] = TIMES
    coordinates[:, 7:] = 0.3 * np.sin(10 * TIMES)[:, np.newaxis]
    return Track("trot", TIMES, coordinates, signals={"x (m)": coordinates[:, 0]})


def test_a_player_sends_whole_motions_once():
    payload = Player(furuta_scene(), [swing()]).payload
    (track,) = payload["tracks"]
    assert numbers(track["times"]) == pytest.approx(TIMES, abs=1e-6)
    sent = numbers(track["coordinates"]).reshape(-1, 2)
    assert sent == pytest.approx(np.stack([TIMES, 3 + TIMES], axis=1), abs=1e-6)
    assert numbers(track["command"]) == pytest.approx(np.sin(TIMES), abs=1e-6)
    assert track["colour"] is None
    assert payload["scene"] == furuta_scene().to_dict()
    json.dumps(payload)


def test_ghosts_get_colours_of_their_own_unless_they_have_one():
    tracks = [swing("a"), swing("b"), swing("c", colour="#123456"), swing("d")]
    sent = Player(furuta_scene(), tracks).payload["tracks"]
    assert [track["name"] for track in sent] == list("abcd")
    colours = [track["colour"] for track in sent]
    assert colours == [None, GHOST_COLOURS[0], "#123456", GHOST_COLOURS[2]]


def test_a_plot_has_the_tracks_that_know_its_signal():
    bare = Track("bare", TIMES, np.zeros((10, 2)))
    player = Player(furuta_scene(), [bare, swing()], plots=[ARM, "heat", COMMAND])
    plots = player.payload["plots"]
    assert [plot["title"] for plot in plots] == [ARM, COMMAND]
    assert [series["track"] for series in plots[0]["series"]] == [1]
    assert numbers(plots[0]["series"][0]["values"]) == pytest.approx(np.degrees(TIMES), abs=1e-4)


def test_an_update_shows_other_motions_of_the_same_scene():
    player = Player(furuta_scene(), [swing("old")], height=200)
    player.update([swing("new", rate=2.0)], label="now faster")
    assert player.payload["label"] == "now faster"
    assert player.payload["height"] == 200
    assert [track["name"] for track in player.payload["tracks"]] == ["new"]
    assert player.tracks[0].name == "new"


def test_the_label_says_what_is_shown():
    label = Player(furuta_scene(), [swing("measured"), swing("predicted")]).payload["label"]
    assert re.search(r"0\.2 s.*measured, predicted", label)


def test_the_still_picture_shows_the_pose_half_way():
    up, down = (
        furuta_track("x", TIMES, 0 * TIMES, np.where(TIMES > 0.1, angle, 0.0), TIMES)
        for angle in (np.pi, 0.0)
    )
    pictures = []
    for track in (up, down):
        html = Player(furuta_scene(), [track], label='"odd" <label>').still_html()
        assert 'alt="&quot;odd&quot; &lt;label&gt;"' in html
        data = re.search(r"base64,([^\"]+)", html)[1]
        pictures.append(np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), int))
    assert pictures[0].shape == (360, 480, 3)
    assert np.abs(pictures[0] - pictures[1]).max() > 100


def test_a_motion_that_ended_stands_still_in_the_picture():
    ended = swing().coordinates.copy()
    ended[2:] = np.nan
    assert "<img" in Player(furuta_scene(), [Track("ended", TIMES, ended)]).still_html()


def test_a_walking_robot_needs_no_special_case(tmp_path):
    player = Player(walker(), [walk(), walk()], plots=["x (m)"])
    assert numbers(player.payload["tracks"][0]["coordinates"]).shape == (150,)
    assert len(player.payload["plots"][0]["series"]) == 2
    assert "<img" in player.still_html()
    with Image.open(player.save(tmp_path / "walk.webp")) as film:
        assert film.n_frames > 2
    live = Live(walker())
    live.send = lambda message: None
    live.show(0.0, walk().coordinates[0])


def test_what_does_not_fit_the_scene_is_refused():
    with pytest.raises(ConfigurationError, match=r"'trot' has 15 coordinates.* has 2"):
        Player(furuta_scene(), [walk()])
    with pytest.raises(ConfigurationError, match="nothing to play"):
        Player(furuta_scene(), [])
    with pytest.raises(ConfigurationError, match="nothing to play"):
        play()


def test_play_takes_rollouts_and_tracks_with_or_without_names():
    arm = np.array([[0.0, 0.1], [0.0, 0.2]])
    nobody = np.zeros(2, bool)
    rollout = Rollout(load_robot("course"), 50.0, 1, (), (), arm, arm, arm, arm, arm, nobody)
    player = play({"ideal": rollout}, swing("own name"), plots=[FROM_UPRIGHT])
    assert [track.name for track in player.tracks] == ["ideal", "own name"]
    assert player.tracks[0].coordinates[:, 0] == pytest.approx(arm[0])
    robot = load_robot("course").with_values({"arm.length_m": 0.2})
    assert play(rollout, robot=robot).scene.to_dict() == furuta_scene(robot).to_dict()


def live_view(**options):
    view = Live(furuta_scene(), **options)
    sent = []
    view.send = sent.append
    return view, sent


def test_states_of_a_live_view_are_numbered():
    view, sent = live_view(plots=["angle"])
    view.show(0.0, [0.1, 3.0], 0.5, [12.0])
    view.show(0.02, np.array([0.2, 3.1]), values=np.array([13.0]))
    assert sent[0] == {"states": [[0, 0.0, [0.1, 3.0], 0.5, [12.0]]]}
    assert sent[1] == {"states": [[1, 0.02, [0.2, 3.1], None, [13.0]]]}
    assert view.sent == 2
    json.dumps(sent)


def test_a_state_that_does_not_fit_is_not_sent():
    view, sent = live_view(plots=["angle"])
    with pytest.raises(ConfigurationError, match=r"3 coordinates and 1 values.* has 2"):
        view.show(0.0, [0.1, 3.0, 1.0], values=[1.0])
    with pytest.raises(ConfigurationError, match="2 coordinates and 0 values"):
        view.show(0.0, [0.1, 3.0])
    assert sent == []
    assert view.sent == 0


def test_keys_reach_every_listener():
    view, _ = live_view(keys=["ArrowLeft"])
    heard = []
    view.on_key(lambda key, down: heard.append((key, down)))
    view.on_key(lambda key, down: heard.append(down))
    for down in (True, False):
        message = {"kind": "key", "key": "ArrowLeft", "down": down, "stamp": 1}
        view._handle_custom_msg(message, [])
    view._handle_custom_msg({"kind": "other"}, [])
    assert heard == [("ArrowLeft", True), True, ("ArrowLeft", False), False]
    assert view.payload["keys"] == ["ArrowLeft"]
