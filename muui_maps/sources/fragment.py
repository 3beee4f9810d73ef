"""What a set of indoor layers says, once read: floors of polygons, facilities and the network its publisher delivered.

A Fragment is a source's own word, checked and named but joined with nothing. Coordinates are metres (east, north) in a
plane about the fragment's `origin`; ids are unique inside one fragment and sorted. Whatever the files did not say is
None, and whatever could not be read is among `findings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely import Geometry, LineString, Polygon

    from muui_maps.model import Finding


@dataclass(frozen=True, slots=True)
class FragmentLevel:
    """A floor of the layers.

    Parameters
    ----------
    id
        As all other nouns here name it: `B1`, `2F`, `L1` (a lobby).
    code
        As the source writes it: `B01`, `F02`, `L01`.
    order
        Bottom to top; only the order means anything, never the distance between two numbers.
    elevation_m
        None where the source states none: the official schema has no room for it.
    """

    id: str
    code: str
    order: float
    elevation_m: float | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A space of a floor.

    Parameters
    ----------
    kind
        `walkable`, `closed` (shops, offices, plant: not walked through), `track`, `stairs`, `escalator`, `elevator`,
        `ramp`, `outdoor` (walkable, under the sky) or `unknown`: the values of `indoor_codes.AREA_KINDS`.
    division
        Official division code (`MV`, `CV`, `TP` …) or None.
    paid_area
        True inside the fare gates, False outside, None where the source does not say.
    record
        `layer#row`, where the row of the first record is 1.
    label
        The source's own word for the kind (`대합실`), None where it gives none.
    original
        The outline as delivered, where it was not valid and `polygon` is a copy repaired by `make_valid`.
    """

    id: str
    level: str
    kind: str
    division: str | None
    name: str | None
    polygon: Polygon
    paid_area: bool | None
    record: str
    label: str | None = None
    original: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way on a floor: `wall`, `column`, `window`, `fence`, `kiosk` or `fixture`."""

    id: str
    level: str
    kind: str
    geometry: Geometry
    record: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A door or another way through a wall, as a line, a point or a polygon."""

    id: str
    level: str
    geometry: Geometry
    name: str | None
    record: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A thing of use on a floor.

    Parameters
    ----------
    kind
        `elevator`, `escalator`, `moving_walk`, `stairs`, `ramp`, `wheelchair_lift`, `gate`, `platform_door`, `fence`,
        `tactile_paving`, `safety_line`, `exit`, `toilet`, `info` or `other`.
    geometry
        A Point; a Polygon where the source draws its outline.
    code
        The source's own code (`MV04`), None where it gives none.
    direction
        `up`, `down` or `both`; None where the source does not say.
    label
        The source's own word for the kind (`에스컬레이터`), None where it gives none.
    """

    id: str
    level: str
    kind: str
    geometry: Geometry
    name: str | None
    code: str | None
    record: str
    direction: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class NetPoint:
    """A node of the delivered network. `kind` is `node`, `entrance`, `gate` or a kind of Facility."""

    id: str
    level: str
    x_m: float
    y_m: float
    kind: str
    record: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class NetLine:
    """A link of the delivered network.

    Parameters
    ----------
    start, end
        Ids of NetPoints. With `oneway` it is walked from start to end alone.
    kind
        `walkway`, `stairs`, `escalator`, `moving_walk`, `ramp`, `elevator`, `wheelchair_lift` or `unknown`.
    level
        None for a link between floors.
    length_m
        In the plane, along the geometry.
    handicap
        Whether a wheelchair passes: True for HCP000 and HCP001, False for HCP002, None where it is not stated.
    only_reduced_mobility
        HCP001: for people with reduced mobility alone.
    """

    id: str
    start: str
    end: str
    kind: str
    level: str | None
    length_m: float
    geometry: LineString
    oneway: bool
    handicap: bool | None
    record: str = ""
    only_reduced_mobility: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """Everything read from one delivery, each tuple sorted by id.

    Parameters
    ----------
    source
        Name of the file or folder, as the person gave it, without its path.
    crs
        Of the delivery: `EPSG:5186`, or the name in its `.prj`.
    origin
        WGS84 latitude and longitude of the point (0, 0).
    """

    source: str
    crs: str
    levels: tuple[FragmentLevel, ...]
    areas: tuple[Area, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    openings: tuple[Opening, ...] = ()
    facilities: tuple[Facility, ...] = ()
    points: tuple[NetPoint, ...] = ()
    lines: tuple[NetLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    origin: tuple[float, float] | None = None
