"""Where the parts are: read, chosen, and brought to their places."""

import json

import numpy as np
import pytest
from small_assembly import make_assembly, placement

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.placement import chosen, load_placement, triangles


@pytest.fixture
def folder(tmp_path):
    return make_assembly(tmp_path)


def test_every_instance_is_read_in_order(folder):
    instances = load_placement(folder)
    assert [each.name for each in instances] == [each["instance"] for each in placement()]
    motor = instances[1]
    assert (motor.part, motor.kind, motor.group) == ("motor", "bought", "base")
    assert motor.matrix[11] == -45
    assert motor.explode == (0.0, 0.0, 40.0)


def test_a_mesh_is_brought_to_its_place_in_metres(folder):
    turned = placement()
    # a quarter turn about z: x becomes y
    turned[3]["matrix"] = [[0, -1, 0, 35], [1, 0, 0, 0], [0, 0, 1, 7], [0, 0, 0, 1]]
    (folder / "placement.json").write_text(json.dumps(turned))
    arm = load_placement(folder)[3]
    corners = triangles(arm, folder / arm.mesh)
    assert corners.shape == (12, 3, 3)
    np.testing.assert_allclose(corners.min(axis=(0, 1)), (0.025, -0.05, 0.002), atol=1e-9)
    np.testing.assert_allclose(corners.max(axis=(0, 1)), (0.045, 0.05, 0.012), atol=1e-9)


def test_a_selector_is_an_instance_a_part_or_a_group(folder):
    instances = load_placement(folder)
    assert chosen(instances, ["bearing-608-2", "base"]) == ("base-1", "bearing-608-2")
    assert chosen(instances, ["bearing-608"]) == ("bearing-608-1", "bearing-608-2")
    assert chosen(instances, ["group:pendulum"]) == ("pendulum-joint-1",)
    assert chosen(instances, []) == ()
    with pytest.raises(ConfigurationError, match=r"'armm' is no instance.*arm, base, bearing"):
        chosen(instances, ["armm"])


def test_says_what_is_missing_or_damaged(tmp_path):
    with pytest.raises(ConfigurationError, match=r"placement.json is missing; `make parts`"):
        load_placement(tmp_path)
    file = tmp_path / "placement.json"
    for text, problem in (
        ("[{", "is no JSON"),
        ("{}", "no list of instances"),
        ("[]", "no list of instances"),
        ("[1]", "entry 0 is no table"),
        ('[{"instance": "a"}]', "entry 0 has no 'part'"),
    ):
        file.write_text(text)
        with pytest.raises(ConfigurationError, match=problem):
            load_placement(tmp_path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "found"}, "kind = 'found'; use one of printed, bought"),
        ({"group": "leg"}, "group = 'leg'; use one of base"),
        ({"matrix": [[1, 2], [3, 4]]}, "matrix = .*shape"),
        ({"matrix": "none"}, "matrix = 'none'"),
        ({"explode": [0, float("nan"), 0]}, "explode = .*finite"),
        ({"instance": "motor-1"}, "two instances are called 'motor-1'"),
    ],
)
def test_refuses_an_entry_that_cannot_be(folder, change, problem):
    entries = placement()
    entries[0] |= change
    (folder / "placement.json").write_text(json.dumps(entries))
    with pytest.raises(ConfigurationError, match=problem):
        load_placement(folder)
