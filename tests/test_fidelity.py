"""How a fidelity is written."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS, parse_fidelity


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("ideal", set()),
        ("full", set(EFFECTS)),
        ("latency", {"latency"}),
        ("backlash + latency", {"backlash", "latency"}),
        ("full-backlash-latency", set(EFFECTS) - {"backlash", "latency"}),
        (["coulomb", "viscous"], {"coulomb", "viscous"}),
        (frozenset(), set()),
    ],
)
def test_a_fidelity_names_the_effects_that_are_on(spec, expected):
    assert parse_fidelity(spec) == expected


@pytest.mark.parametrize("spec", ["fool", "full-wind", ["latency", "wind"], "full+latency"])
def test_an_unknown_effect_is_refused_with_the_known_ones(spec):
    with pytest.raises(ConfigurationError, match=r"unknown effect.*backlash"):
        parse_fidelity(spec)
