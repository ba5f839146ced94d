"""STL files, written here by hand as the format says."""

import struct

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.stl import read_stl

CORNERS = (0.0, 0.0, 0.0, 85.0, 0.0, 0.0, 0.0, -12.5, 3.0)
METRES = (0.0, 0.0, 0.0, 0.085, 0.0, 0.0, 0.0, -0.0125, 0.003)
NORMAL = (0.0, 0.0, 1.0)

TEXT = """solid part
  facet normal 0 0 1
    outer loop
      vertex 0 0 0
      vertex 8.5e1 0 0
      vertex 0 -12.5 3
    endloop
  endfacet
endsolid part
"""


def binary(triangles, header=b""):
    body = b"".join(struct.pack("<12fH", *NORMAL, *corners, 0) for corners in triangles)
    return header.ljust(80, b" ") + struct.pack("<I", len(triangles)) + body


@pytest.fixture
def file(tmp_path):
    return tmp_path / "arm.stl"


def test_text(file):
    file.write_text(TEXT)
    assert read_stl(file) == pytest.approx(METRES)


@pytest.mark.parametrize("header", [b"part", b"solid part"])
def test_binary_whatever_its_header_says(file, header):
    file.write_bytes(binary([CORNERS, CORNERS], header))
    assert read_stl(file) == pytest.approx(METRES * 2, abs=1e-6)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no part at all",
        binary([]),
        binary([CORNERS])[:-7],
        binary([(*CORNERS[:-1], float("nan"))]),
        TEXT.replace("      vertex 0 0 0\n", "").encode(),
    ],
)
def test_refuses_damaged_files(file, content):
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"arm\.stl holds .*export the part again"):
        read_stl(file)


def test_refuses_words_for_numbers(file):
    file.write_text(TEXT.replace("8.5e1", "wide"))
    with pytest.raises(ConfigurationError, match=r"arm\.stl is not an STL file"):
        read_stl(file)
