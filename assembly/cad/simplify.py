"""Meshes of fewer triangles: edges are contracted where the surface changes least.

Garland and Heckbert's quadrics: every corner knows the planes of the triangles that it stands for,
and an edge becomes the point with the least sum of squared distances to the planes of both ends.
Only numpy is needed. `python -m assembly.cad.simplify` writes assembly/low, the parts that the
lessons' scenes show.
"""

import heapq
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.cad.meshes import Mesh, read_stl, write_stl

ASSEMBLY = Path(__file__).resolve().parents[1]
TRIANGLES = {
    "base": 220,
    "arm": 260,
    "bearing-cap": 120,
    "slip-ring-mount": 100,
    "pendulum-encoder": 80,
    "slip-ring": 60,
    "bearing-608": 48,
    "pendulum-rod": 56,
    "pendulum-joint": 110,
    "weight-holder": 80,
    "nut-m10": 28,
}
"""How many triangles a part has in the scenes of the lessons; what is not named is not shown.

The shaft is left out: it runs inside the arm, and the painter tells bodies apart as wholes."""

_FLIPPED = 0.2  # cosine of the largest turn of a triangle's normal
Vector = NDArray[np.float64]


class Simplifier:
    """A closed mesh that loses one edge after the other."""

    def __init__(self, mesh: Mesh) -> None:
        self.points = [point.astype(float) for point in mesh[0]]
        self.triangles: dict[int, tuple[int, ...]] = {
            number: tuple(corners) for number, corners in enumerate(mesh[1].tolist())
        }
        self.around: list[set[int]] = [set() for _ in self.points]
        for number, corners in self.triangles.items():
            for corner in corners:
                self.around[corner].add(number)
        self.quadrics = [self._quadric(each) for each in self.around]
        self.age = [0] * len(self.points)
        self.heap: list[tuple[float, int, int, int, int]] = []
        for corners in self.triangles.values():
            for a, b in _edges(corners):
                if a < b:
                    self._offer(a, b)

    def reduce(self, triangles: int) -> None:
        """Contract edges until so few triangles are left, or none can go."""
        while len(self.triangles) > triangles and self.heap:
            _, a, b, age_a, age_b = heapq.heappop(self.heap)
            if (self.age[a], self.age[b]) == (age_a, age_b):
                self._contract(a, b)

    def mesh(self) -> Mesh:
        """What is left."""
        used = sorted({corner for corners in self.triangles.values() for corner in corners})
        place = {corner: number for number, corner in enumerate(used)}
        triangles = [[place[c] for c in corners] for corners in self.triangles.values()]
        return np.array([self.points[c] for c in used]), np.array(triangles, np.int64)

    def _quadric(self, triangles: set[int]) -> NDArray[np.float64]:
        total = np.zeros((4, 4))
        for number in triangles:
            normal = self._normal(self.triangles[number])
            area = float(np.linalg.norm(normal))
            if area > 0:
                unit = normal / area
                plane = np.append(unit, -unit @ self.points[self.triangles[number][0]])
                total += area * np.outer(plane, plane)
        return total

    def _normal(self, corners: tuple[int, ...]) -> Vector:
        a, b, c = (self.points[corner] for corner in corners)
        return np.cross(b - a, c - a)

    def _best(self, a: int, b: int) -> tuple[float, Vector]:
        quadric = self.quadrics[a] + self.quadrics[b]
        choices = [self.points[a], self.points[b], (self.points[a] + self.points[b]) / 2]
        if abs(np.linalg.det(quadric[:3, :3])) > 1e-6:
            choices.append(np.linalg.solve(quadric[:3, :3], -quadric[:3, 3]))
        homogeneous = [np.append(point, 1.0) for point in choices]
        costs = [float(point @ quadric @ point) for point in homogeneous]
        best = int(np.argmin(costs))
        return max(costs[best], 0.0), choices[best]

    def _offer(self, a: int, b: int) -> None:
        cost, _ = self._best(a, b)
        # among equals the short edges first: large flat faces keep their outline
        short = 1e-6 * float(np.sum((self.points[a] - self.points[b]) ** 2))
        heapq.heappush(self.heap, (cost + short, a, b, self.age[a], self.age[b]))

    def _contract(self, a: int, b: int) -> None:
        shared = self.around[a] & self.around[b]
        if len(shared) != 2 or len(self._near(a) & self._near(b)) != 2:
            return  # the surface would pinch
        _, point = self._best(a, b)
        kept = (self.around[a] | self.around[b]) - shared
        if any(self._flips(self.triangles[number], (a, b), point) for number in kept):
            return
        self.quadrics[a] = self.quadrics[a] + self.quadrics[b]
        self.points[a] = point
        for number in shared:
            for corner in self.triangles.pop(number):
                self.around[corner].discard(number)
        for number in self.around[b]:
            self.triangles[number] = tuple(a if c == b else c for c in self.triangles[number])
        self.around[a] |= self.around[b]
        self.around[b] = set()
        self.age[a] += 1
        self.age[b] += 1
        for other in self._near(a):
            self._offer(a, other)

    def _near(self, a: int) -> set[int]:
        return {corner for number in self.around[a] for corner in self.triangles[number]} - {a}

    def _flips(self, corners: tuple[int, ...], ends: tuple[int, int], point: Vector) -> bool:
        before = self._normal(corners)
        a, b, c = (point if corner in ends else self.points[corner] for corner in corners)
        after = np.cross(b - a, c - a)
        return float(before @ after) < _FLIPPED * float(
            np.linalg.norm(before) * np.linalg.norm(after)
        )


def simplified(mesh: Mesh, triangles: int) -> Mesh:
    """The mesh with at most so many triangles, if that can be done without a hole or a fold."""
    work = Simplifier(mesh)
    work.reduce(triangles)
    return work.mesh()


def main() -> int:
    """Write assembly/low anew."""
    target = ASSEMBLY / "low"
    target.mkdir(exist_ok=True)
    for old in target.glob("*.stl"):
        old.unlink()
    for part, triangles in TRIANGLES.items():
        files = [ASSEMBLY / place / f"{part}.stl" for place in ("scene", "bought")]
        source = next(file for file in files if file.is_file())
        write_stl(target / f"{part}.stl", simplified(read_stl(source), triangles))
    return 0


def _edges(corners: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    yield from zip(corners, (*corners[1:], corners[0]), strict=True)


if __name__ == "__main__":
    sys.exit(main())
