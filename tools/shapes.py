"""Write the shapes of the world that comes along: ``src/trigpoint/report/world.json``.

They are made from Natural Earth's countries (1:50m, public domain) as the package ``world-atlas`` of npm carries them:
projected once (Equal Earth: Šavrič, Patterson and Jenny 2018, doi:10.1080/13658816.2018.1504949), borders simplified
so that neighbours keep them in common (Visvalingam and Whyatt 1993, doi:10.1179/000870493786962263), and a dot kept for
each country that would vanish::

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/shapes.py package/countries-50m.json
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry

FILE = Path(__file__).resolve().parents[1] / "src" / "trigpoint" / "report" / "world.json"
LARGEST = 120_000
"""Bytes that the file may have."""
WIDTH = 860
"""Pixels of the map."""
PARTS = 5
"""Coordinates are whole numbers of this part of a pixel."""
TRIANGLE = 0.45
"""Square pixels: a point whose triangle with its neighbours is smaller is left out."""
ISLAND = 1.2
"""Square pixels: a ring that is smaller is left out."""
DOT = 9.0
"""Square pixels: a country that is smaller is a dot."""
MIDDLE = 11.5
"""Degrees: the meridian in the middle, so that the map is cut where only the Bering Strait is."""
LEFT_OUT = {"AQ"}
CODES = {"Kosovo": "XK"}  # user-assigned, as the project's list of countries has it
NOBODYS = {"Somaliland", "N. Cyprus", "Siachen Glacier"}  # the source gives them no code; they are drawn without figure

Point = tuple[float, float]
Line = list[Point]
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_SCALE = WIDTH / 2 / 2.7066297  # half the width of the projection, radians


def projected(away: float, latitude: float) -> Point:
    """Project degrees, from the middle and from the equator, to pixels from the top left corner."""
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = _A[0] + 3 * _A[1] * square + sixth * (7 * _A[2] + 9 * _A[3] * square)
    x = 2 * math.radians(away) * math.cos(angle) / (math.sqrt(3) * slope)
    y = angle * (_A[0] + _A[1] * square + sixth * (_A[2] + _A[3] * square))
    return WIDTH / 2 + x * _SCALE, (1.3173627 - y) * _SCALE


def decoded(topology: dict[str, Any]) -> list[Line]:
    """Give the arcs of a TopoJSON file as projected lines; an island that the edge would cut stays whole."""
    (scale_x, scale_y), (x_0, y_0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line_away = 0.0
        line: Line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            away = x * scale_x + x_0 - MIDDLE
            line_away += (away - line_away + 180) % 360 - 180
            line.append(projected(line_away, y * scale_y + y_0))
        arcs.append(line)
    return arcs


def area(ring: Line) -> float:
    """Give the area of a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def simplified(line: Line) -> Line:
    """Leave out points, the one of the smallest triangle first; the ends stay, so that neighbours still meet there."""
    before, after = {at: at - 1 for at in range(len(line))}, {at: at + 1 for at in range(len(line))}
    gone: set[int] = set()

    def triangle(at: int) -> float:
        return area([line[before[at]], line[at], line[after[at]]])

    heap = [(triangle(at), at) for at in range(1, len(line) - 1)]
    heapq.heapify(heap)
    while heap:
        size, at = heapq.heappop(heap)
        if at in gone or size != triangle(at):
            continue
        if size >= TRIANGLE:
            break
        gone.add(at)
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for near in (left, right):
            if 0 < near < len(line) - 1:
                heapq.heappush(heap, (triangle(near), near))
    return [point for at, point in enumerate(line) if at not in gone]


def joined(numbers: list[int], arcs: list[Line]) -> Line:
    """Join arcs to a ring; a number below nought is the complement of an arc to be walked backwards."""
    points: Line = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += line[1:] if points else line
    return points


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    """Give the polygons of a geometry: rings of numbers of arcs."""
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def centre(ring: Line) -> Point:
    """Give the middle of a ring's points."""
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def countries(topology: dict[str, Any]) -> dict[str, list[list[list[int]]]]:
    """Give the polygons by ISO 3166-1 alpha-2; those of nobody's code by an empty one."""
    found: dict[str, list[list[list[int]]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        entry = pycountry.countries.get(numeric=geometry.get("id", ""))
        code = entry.alpha_2 if entry else CODES.get(name, "" if name in NOBODYS else None)
        if code is not None and code not in LEFT_OUT:
            found.setdefault(code, []).extend(polygons(geometry))
    return dict(sorted(found.items()))


def encoded(line: Line) -> list[list[int]]:
    """Write a line as whole numbers, each point but the first as the step from the one before."""
    whole = [(round(x * PARTS), round(y * PARTS)) for x, y in line]
    whole = [whole[0], *(b for a, b in pairwise(whole) if a != b)]
    return [list(whole[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(whole))]


def content(topology: dict[str, Any]) -> dict[str, Any]:
    """Make the content of the file."""
    exact = decoded(topology)
    simple = [simplified(line) for line in exact]
    shapes: list[dict[str, Any]] = []
    dots: dict[str, list[int]] = {}
    used: dict[int, int] = {}
    for code, parts in countries(topology).items():
        sizes = [area(joined(part[0], exact)) for part in parts]
        if code and sum(sizes) < DOT:
            x, y = centre(joined(parts[sizes.index(max(sizes))][0], exact))
            dots[code] = [round(x * PARTS), round(y * PARTS)]
            continue
        kept = [[ring for ring in part if area(joined(ring, simple)) >= ISLAND] for part in parts]
        arcs = [[[renamed(number, used) for number in ring] for ring in part] for part in kept if part]
        shapes.append({"type": "MultiPolygon", "id": code, "arcs": arcs})
    lines = [encoded(simple[number]) for number in used]
    return {
        "type": "Topology",
        "objects": {"countries": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": lines,
        "transform": {"scale": [1 / PARTS, 1 / PARTS], "translate": [0, 0]},
    } | {"dots": {code: [x / PARTS, y / PARTS] for code, (x, y) in dots.items()}}


def renamed(number: int, used: dict[int, int]) -> int:
    """Number the arcs anew that are used, in the order in which they are met."""
    arc = number if number >= 0 else ~number
    new = used.setdefault(arc, len(used))
    return new if number >= 0 else ~new


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("countries", type=Path, help="countries-50m.json of world-atlas 2.0.2")
    made = content(json.loads(parser.parse_args().countries.read_bytes()))
    head = {
        "organisation": "Natural Earth",
        "series": "Admin 0 countries, 1:50m, version 4.1.0, by way of world-atlas 2.0.2",
        "url": "https://www.naturalearthdata.com/",
        "licence": "public domain",
        "changes": "projected (Equal Earth), simplified, small countries made dots, Antarctica left out",
        "width": WIDTH,
    }
    text = json.dumps(head | made, separators=(",", ":")) + "\n"
    if len(text) > LARGEST:
        parser.error(f"{len(text)} bytes are more than {LARGEST}")
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE.name}: {len(text)} bytes, {len(made['dots'])} dots")


if __name__ == "__main__":
    main()
