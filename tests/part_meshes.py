"""What the tests ask of a printable mesh, with nothing but its triangles."""

import numpy as np
import trimesh
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RAYS = 800
ON_BED_MM = 0.02


def distances_through(mesh: trimesh.Trimesh, origins: Floats, directions: Floats) -> Floats:
    """How far each ray goes until it leaves the solid through a wall that faces it.

    Walls that the ray meets at a slant (of more than 40 degrees) do not count: there the solid
    ends in an edge, which is no thin wall.
    """
    corner, one, two = (mesh.triangles[:, k] for k in range(3))
    one, two = one - corner, two - corner
    found = np.full(len(origins), np.inf)
    for index, (origin, direction) in enumerate(zip(origins, directions, strict=True)):
        facing = mesh.face_normals @ direction > np.cos(np.radians(40.0))
        a, b, start = one[facing], two[facing], origin - corner[facing]
        side = np.cross(np.broadcast_to(direction, b.shape), b)
        area = (a * side).sum(axis=1)
        u = (start * side).sum(axis=1) / area
        other = np.cross(start, a)
        v = (other @ direction) / area
        far = (b * other).sum(axis=1) / area
        hit = (u >= 0) & (v >= 0) & (u + v <= 1) & (far > 1e-4)
        if hit.any():
            found[index] = far[hit].min()
    return found


def thinnest_wall_mm(mesh: trimesh.Trimesh, seed: int = 0) -> float:
    """The thinnest of many walls, measured straight through from random places of the surface."""
    points, faces = trimesh.sample.sample_surface(mesh, RAYS, seed=seed)
    inward = -mesh.face_normals[faces]
    return float(distances_through(mesh, points + 1e-5 * inward, inward).min())


def widest_overhang_mm(mesh: trimesh.Trimesh, steepest_deg: float) -> float:
    """How far the widest ceiling spans that leans more than so many degrees from the vertical.

    The span of a ceiling is the least width of its outline, since that is the way a printer
    bridges it. What lies on the bed is no ceiling.
    """
    leaning = mesh.face_normals[:, 2] < -np.sin(np.radians(steepest_deg) + 1e-3)
    lying = (mesh.triangles[:, :, 2] < ON_BED_MM).all(axis=1)
    faces = np.flatnonzero(leaning & ~lying)
    if len(faces) == 0:
        return 0.0
    edges = mesh.face_adjacency[np.isin(mesh.face_adjacency, faces).all(axis=1)]
    regions = trimesh.graph.connected_components(edges, nodes=faces, min_len=1)
    return max(_least_width(mesh.triangles[region][:, :, :2].reshape(-1, 2)) for region in regions)


def _least_width(points: Floats) -> float:
    angles = np.radians(np.arange(0.0, 180.0, 3.0))
    along = points @ np.array([np.cos(angles), np.sin(angles)])
    return float((along.max(axis=0) - along.min(axis=0)).min())
