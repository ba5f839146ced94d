"""Scenes: their kinematics agree with MuJoCo's, and bad descriptions are refused."""

import json

import mujoco
import numpy as np
import pytest
from small_assembly import make_assembly

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning import scene as scene_module
from furutalib.learning.bodies import Arrow, Body, Coordinate, Shape, Trail
from furutalib.learning.scene import Camera, Scene, cartpole_scene, furuta_scene

SIMPLE = {"cylinder", "box", "sphere"}
CAMERA = Camera(0.0, 0.0, (0.0, 0.0, 0.0), 1.0, (1.0, 1.0))

# Two trees, one of them free, with turned frames and skew axes.
BODIES = (
    Body("rail", (), position=(0.1, -0.2, 0.3), rotation=(0.5, 0.5, -0.5, 0.5)),
    Body("cart", (), "rail", (0.0, 0.1, 0.0), joint="prismatic", axis=(0.6, 0.0, 0.8)),
    Body("crank", (), "cart", (0.2, 0.0, 0.1), (0.6, 0.8, 0.0, 0.0), "revolute", (0.0, 0.6, 0.8)),
    Body("torso", (), joint="free"),
    Body("leg", (), "torso", (0.0, 0.3, -0.1), (0.8, 0.0, 0.0, 0.6), "revolute", (1.0, 0.0, 0.0)),
    Body("foot", (), "leg", (0.0, 0.0, -0.4), (0.0, 0.0, 1.0, 0.0)),
)


def scene_of(*bodies, **changes):
    joints = {"revolute": 1, "prismatic": 1, "free": 7}
    count = sum(joints.get(body.joint, 0) for body in bodies)
    coordinates = tuple(Coordinate(f"q{i}", "") for i in range(count))
    return Scene("test", bodies, **{"coordinates": coordinates, "camera": CAMERA, **changes})


def mujoco_model(bodies):
    """The same tree for MuJoCo, which moves the joints by itself."""
    spec = mujoco.MjSpec()
    made = {"": spec.worldbody}
    kinds = {
        "revolute": mujoco.mjtJoint.mjJNT_HINGE,
        "prismatic": mujoco.mjtJoint.mjJNT_SLIDE,
        "free": mujoco.mjtJoint.mjJNT_FREE,
    }
    for body in bodies:
        made[body.name] = made[body.parent].add_body(
            name=body.name, pos=body.position, quat=body.rotation, mass=1.0, inertia=[1, 1, 1]
        )
        if body.joint in kinds:
            made[body.name].add_joint(type=kinds[body.joint], axis=body.axis)
    return spec.compile()


@pytest.mark.parametrize(
    "bodies",
    [BODIES, furuta_scene().bodies, cartpole_scene().bodies],
    ids=["two", "furuta", "cart"],
)
def test_kinematics_agree_with_mujoco(bodies):
    scene, model = scene_of(*bodies), mujoco_model(bodies)
    data, generator = mujoco.MjData(model), np.random.default_rng(5)
    for _ in range(20):
        data.qpos[:] = generator.normal(0, 2, model.nq)  # the quaternion of any length, too
        poses = scene.poses(data.qpos)
        mujoco.mj_kinematics(model, data)
        for body in bodies:
            seen = data.body(body.name)
            position, rotation = poses[body.name]
            np.testing.assert_allclose(position, seen.xpos, atol=1e-12)
            np.testing.assert_allclose(rotation.ravel(), seen.xmat, atol=1e-12)


@pytest.mark.parametrize("robot", [None, "course-original", "qube"])
def test_the_tip_of_the_furuta_pendulum_is_where_the_signs_say(robot):
    description = None if robot is None else load_robot(robot)
    arm_m, pendulum_m = (
        (description.arm.length_m, description.pendulum.length_m) if description else (0.085, 0.12)
    )
    arm, pendulum = 0.7, 2.1
    scene = furuta_scene(description)
    across = pendulum_m * np.sin(pendulum)
    expected = (
        arm_m * np.cos(arm) - across * np.sin(arm),
        arm_m * np.sin(arm) + across * np.cos(arm),
        scene.bodies[1].position[2] - pendulum_m * np.cos(pendulum),
    )
    np.testing.assert_allclose(scene.path([(arm, pendulum)]), [expected], atol=1e-12)


def test_the_limit_of_the_arm_is_on_the_floor_if_there_is_one():
    assert furuta_scene(load_robot("course")).floor.limit_rad == 2.5
    free = load_robot("course").with_values({"limits.arm_angle_rad": 100.0})
    assert furuta_scene(free).floor.limit_rad is None


def test_the_pole_of_cartpole_falls_to_the_right():
    [upright, right] = cartpole_scene().path([(0.0, 0.0), (1.0, 0.3)])
    np.testing.assert_allclose(right - upright, (0.0, 1 + np.sin(0.3), np.cos(0.3) - 1), atol=1e-12)


def test_a_scene_as_plain_values():
    plain = json.loads(json.dumps(furuta_scene().to_dict()))
    assert [body["name"] for body in plain["bodies"]] == ["base", "arm", "pendulum"]
    assert plain["bodies"][2]["parent"] == "arm"
    assert plain["coordinates"] == [
        {"name": "arm", "unit": "rad"},
        {"name": "pendulum", "unit": "rad"},
    ]
    assert plain["trail"] == {"body": "pendulum", "position": [0.0, 0.0, -0.12]}


def test_the_course_robot_is_drawn_with_its_real_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(scene_module, "assembly_folder", lambda: make_assembly(tmp_path))
    base, arm, _ = furuta_scene().bodies
    assert {shape.kind for shape in (*base.shapes, *arm.shapes)} == {"mesh"}
    assert arm.position == (0.0, 0.0, 0.16)
    course = furuta_scene(load_robot("course"))
    assert course.bodies == furuta_scene().bodies
    assert course.arrow.position == (0.0, 0.0, 0.16)
    qube = furuta_scene(load_robot("qube"))
    assert {shape.kind for body in qube.bodies for shape in body.shapes} == SIMPLE
    monkeypatch.setattr(scene_module, "assembly_folder", lambda: tmp_path / "empty")
    assert {shape.kind for body in furuta_scene().bodies for shape in body.shapes} == SIMPLE


@pytest.mark.parametrize(
    ("bodies", "problem"),
    [
        ([Body("a", (), "b")], r"body 'a': parent = 'b'; use one of none yet"),
        ([Body("a", (), "b"), Body("b", ())], "parent = 'b'"),
        ([Body("b", ()), Body("a", (), "c")], "parent = 'c'; use one of 'b'"),
        ([Body("a", ()), Body("a", ())], "'a' cannot name a further body"),
        ([Body("", ())], "'' cannot name a further body"),
    ],
)
def test_refuses_bad_trees(bodies, problem):
    with pytest.raises(ConfigurationError, match=problem):
        scene_of(*bodies)


def test_refuses_what_does_not_fit():
    body = Body("a", (Shape("sphere", (1.0,)),), joint="revolute")
    with pytest.raises(ConfigurationError, match="names 0 coordinates; its joints need 1"):
        scene_of(body, coordinates=())
    with pytest.raises(ConfigurationError, match="body of the trail = 'b'; use one of 'a'"):
        scene_of(body, trail=Trail("b", (0.0, 0.0, 0.0)))
    arrow = Arrow("b", (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), "turn", 1.0)
    with pytest.raises(ConfigurationError, match="body of the arrow = 'b'"):
        scene_of(body, arrow=arrow)
    with pytest.raises(ConfigurationError, match="has no trail"):
        scene_of(body).path([[0.0]])


@pytest.mark.parametrize("values", [[], [0.0], [0.0, 0.0, 0.0], 0.0, [[0.0, 0.0]], [0.0, np.nan]])
def test_refuses_coordinates_that_do_not_fit(values):
    with pytest.raises(ConfigurationError, match="give 2 finite numbers: arm, pendulum"):
        furuta_scene().poses(values)


def test_refuses_a_free_body_without_a_direction():
    with pytest.raises(ConfigurationError, match="body 'torso': its quaternion is 0"):
        scene_of(Body("torso", (), joint="free")).poses(np.zeros(7))
