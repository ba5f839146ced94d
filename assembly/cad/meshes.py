"""Triangle meshes on disk: binary STL, and 3MF that comes out the same on every run."""

import struct
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Mesh = tuple[NDArray[np.float64], NDArray[np.int64]]
"""Corners (n, 3) in mm and triangles (m, 3), counter-clockwise seen from outside."""

_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])

_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
</Types>
"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Target="/3D/3dmodel.model" Id="model"
 Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>
</Relationships>
"""
_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xml:lang="en"
 xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
<resources><object id="1" type="model" name="{name}"><mesh>
<vertices>
{vertices}
</vertices>
<triangles>
{triangles}
</triangles>
</mesh></object></resources>
<build><item objectid="1"/></build>
</model>
"""


def write_stl(path: Path, mesh: Mesh) -> None:
    """Write a binary STL."""
    corners = mesh[0][mesh[1]]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    records = np.zeros(len(corners), _RECORD)
    records["normal"], records["corners"] = normals, corners
    path.write_bytes(bytes(80) + struct.pack("<I", len(records)) + records.tobytes())


def read_stl(path: Path) -> Mesh:
    """Read a binary STL; corners that coincide become one."""
    data = path.read_bytes()
    (count,) = struct.unpack_from("<I", data, 80)
    records = np.frombuffer(data, _RECORD, count, 84)
    return merged(records["corners"].reshape(-1, 3).astype(float))


def merged(corners: NDArray[np.float64]) -> Mesh:
    """A mesh of triangles given corner by corner (3 m, 3); those without area are dropped."""
    rounded = np.round(corners.astype(np.float32), 4)
    unique, index = np.unique(rounded, axis=0, return_inverse=True)
    triangles = index.reshape(-1, 3)
    a, b, c = triangles.T
    return unique.astype(float), triangles[(a != b) & (b != c) & (c != a)].astype(np.int64)


def write_3mf(path: Path, mesh: Mesh, name: str) -> None:
    """Write a 3MF with one object."""
    vertices = "\n".join(f'<vertex x="{x:.4f}" y="{y:.4f}" z="{z:.4f}"/>' for x, y, z in mesh[0])
    triangles = "\n".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh[1])
    model = _MODEL.format(name=name, vertices=vertices, triangles=triangles)
    files = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "3D/3dmodel.model": model}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, text in files.items():
            info = zipfile.ZipInfo(inside, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
