"""An invented station for tests of assembly: 가온, where line 4 (나래 ↔ 다온) meets line 7 (라온 ↔ 마루).

    4:3F   나래 ══ side platforms ══ 다온
             │ 내부1 (8-4)              (no lift in the register)
    4:2F   concourse, inside ─ gate ─ outside
                                        │ 외부1, exit 2
    street                          ────┴──── exit 3
                                                │ 2
    7:B1            concourse, inside ─ gate ─ outside
                                 │ 1 (라온 4-4, 마루 5-1)
    7:B3            ══ island: 라온, 마루 ══

`Gaon()` has lines, stations and nothing else; `two_lines()` has the lifts above and one text each way. Acts are written
one step a line: `ride elevator place=concourse`; a line that begins with `+` belongs to the step before it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from muui_maps.assemble.station import assemble
from muui_maps.definition import Definition, LineCode, Override
from muui_maps.facts import (
    ActFact,
    EscalatorFact,
    LiftPointFact,
    LineStationFact,
    OfficialRouteFact,
    Origin,
    PlatformFact,
    SegmentFact,
    StationPointFact,
    ToiletFact,
    TransferDistanceFact,
    UnitFact,
    UnitHeightFact,
    WheelchairLiftFact,
)
from muui_maps.model import (
    Evidence,
    Finding,
    Link,
    LinkKind,
    Method,
    Place,
    PlaceKind,
    Station,
    StationName,
    SurveyItem,
    SurveyLeg,
    SurveyRun,
    Unit,
)
from muui_maps.tables import write_table

OUT = """
    alight platform level=3F line=4 direction=나래
    ride elevator place=concourse line=4
    go concourse level=2F
    gate side=out
    ride elevator line=4 exit=2
    go outside level=1F
    go elevator level=1F line=7 exit=3
    ride elevator line=7
    go concourse level=B1
    gate side=in
    ride elevator place=platform line=7 direction=마루
    go platform level=B3 line=7 direction=마루
    board wheelchair_space
"""
"""나래 → 마루, with both gates."""

BACK = """
    alight platform level=B3 line=7 direction=마루
    ride elevator place=concourse line=7
    go concourse level=B1
    ride elevator line=7 exit=3
    go outside level=1F
    go elevator level=1F line=4 exit=2
    ride elevator line=4
    go concourse level=2F
    gate side=in
    ride elevator place=platform line=4 direction=나래
    go platform level=3F line=4 direction=나래
    board wheelchair_space
"""
"""마루 → 나래; it leaves out the gate of line 7."""


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _doors(text: str) -> tuple[tuple[str, int, int | None], ...]:
    doors = []
    for item in _items(text):
        direction, _, at = item.partition(":")
        car, _, door = at.partition("-")
        doors.append((direction, int(car), int(door) if door else None))
    return tuple(doors)


def acts_of(route_id: str, text: str) -> list[ActFact]:
    """The acts that lines of `kind [means or place] [field=value …]` write."""
    acts: list[ActFact] = []
    step = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        same = line.startswith("+")
        step += not same
        n = acts[-1].n + 1 if same else 1
        words = line.removeprefix("+").split()
        fields: dict[str, str] = dict(word.split("=", 1) for word in words[1:] if "=" in word)
        for word in words[1:]:
            if "=" not in word:
                fields["means" if words[0] == "ride" else "place"] = word
        acts.append(_act(route_id, step, n, words[0], fields))
    return acts


def _act(route_id: str, step: int, n: int, kind: str, fields: dict[str, str]) -> ActFact:
    return ActFact(
        **_origin("texts", f"{route_id}.{step}.{n}", "2025-08-11"),
        route_id=route_id,
        step=step,
        n=n,
        kind=kind,
        means=fields.get("means"),
        place=fields.get("place"),
        level=fields.get("level"),
        line=fields.get("line"),
        direction=fields.get("direction"),
        exit=fields.get("exit"),
        car=int(fields["car"]) if "car" in fields else None,
        door=int(fields["door"]) if "door" in fields else None,
        side=fields.get("side"),
        staff_call=True if "staff" in fields else None,
        length_m=float(fields["m"]) if "m" in fields else None,
        heading=fields.get("heading"),
    )


def route_of(ways: str, *, record: str = "2", route_id: str | None = None) -> OfficialRouteFact:
    """The head of a route: `4:나래 > 7:마루`."""
    start, end = (end.strip().split(":") for end in ways.split(">"))
    return OfficialRouteFact(
        **_origin("texts", record, "2025-08-11"),
        route_id=route_id or f"S1:{ways.replace(' ', '')}",
        operator="S1",
        line=start[0],
        station="가온",
        from_line=start[0],
        from_direction=start[1],
        to_line=end[0],
        to_direction=end[1],
        steps=0,
    )


def _origin(dataset: str, record: str, as_of: str) -> dict[str, str]:
    return {"dataset": dataset, "publisher": "P", "licence": "L", "as_of": as_of, "record": record}


def leg(where: str, *items: str) -> SurveyLeg:
    """A leg of a run: `4:2F:concourse` or `street`; items `20`, `20 ramp`, `- crossing x3`, `50 gate staff_call`."""
    line, label, place = (None, "1F", "street") if where == "street" else where.split(":")
    read = []
    for item in items:
        metres, _, rest = item.partition(" ")
        code, _, note = rest.partition(" ")
        count: int | None = 1
        if note.startswith("x"):
            count, note = int(note[1:]), ""
        if note == "some":
            count, note = None, ""
        read.append(SurveyItem(None if metres == "-" else float(metres), code or None, note or None, count))
    return SurveyLeg(str(label), line, PlaceKind(place), None, tuple(read))


def run_of(
    ways: str,
    *legs: SurveyLeg,
    date: str = "2016",
    run_id: str | None = None,
    doors: str = "|",
    incomplete: bool = False,
) -> SurveyRun:
    """A surveyed transfer: `4:나래 > 7:마루`; doors as `10-1|4-2`."""
    start, end = (end.strip().split(":") for end in ways.split(">"))
    alight, board = ((int(d[0]), int(d.split("-")[1])) if d else None for d in doors.split("|"))
    return SurveyRun(
        run_id or f"run-{date}",
        "gaon",
        date,
        "S",
        start[0],
        start[1],
        end[0],
        end[1],
        alight,
        board,
        20.0,
        legs,
        incomplete,
    )


@dataclass
class Gaon:
    """The facts of the station, and the Station they make."""

    lines: tuple[str, ...] = ("4", "7")
    tables: dict[str, list[Origin]] = field(default_factory=dict)
    runs: list[SurveyRun] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    also_known_as: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line, before, after in (("4", "나래", "다온"), ("7", "라온", "마루")):
            self.segment(line, before, "가온")
            self.segment(line, "가온", after)
        self.place("4", {"나래": (37.51, 127.0), "가온": (37.5, 127.0), "다온": (37.49, 127.0)})
        self.place("7", {"라온": (37.5, 127.01), "가온": (37.5, 127.0), "마루": (37.5, 126.99)})

    def _add(self, table: str, *rows: Origin) -> None:
        self.tables.setdefault(table, []).extend(rows)

    def _next(self, table: str) -> str:
        return str(len(self.tables.get(table, [])) + 2)

    def segment(self, line: str, before: str, after: str) -> None:
        """Two neighbouring stations of a line."""
        seq = 1 + sum(getattr(row, "line", None) == line for row in self.tables.get("segments", ()))
        origin = _origin("order", f"{line}.{seq}", "<=2025-10-01")
        fact = SegmentFact(**origin, line=line, from_station=before, to_station=after, seq=seq, length_m=None)
        self._add("segments", fact)

    def place(self, line: str, points: dict[str, tuple[float, float]]) -> None:
        """Points of stations of a line. English names are the Korean ones, in capitals as signs have them."""
        latin = {"가온": "Gaon", "나래": "Narae", "다온": "Daon", "라온": "Raon", "마루": "Maru"}
        for station, (lat, lon) in points.items():
            self._add(
                "line_stations",
                LineStationFact(
                    **_origin("names", self._next("line_stations"), "<=2025-10-01"),
                    line=line,
                    station=station,
                    name_en=latin.get(station),
                    name_ja=None,
                    name_zh=None,
                    code="1",
                    station_code="1",
                    lat=lat,
                    lon=lon,
                ),
            )

    def operators_point(self, line: str, lat: float, lon: float) -> None:
        self._add(
            "station_points",
            StationPointFact(**_origin("points", line, "2025-08-14"), line=line, station="가온", lat=lat, lon=lon),
        )

    def street_point(self, lat: float, lon: float) -> None:
        self._add(
            "lift_points",
            LiftPointFact(
                **_origin("street", self._next("lift_points"), "2020"), kind="EV", station="가온", lat=lat, lon=lon
            ),
        )

    def unit(
        self,
        unit_id: str,
        levels: str,
        *,
        doors: str = "",
        exits: str = "",
        toward_line: str | None = None,
        directions: str = "",
        status: str = "working",
        place: str = "unknown",
        station: str = "가온",
    ) -> None:
        """A row of the register: `4:EV:내부1`, `2F|3F`."""
        line, kind, number = unit_id.split(":")
        self._add(
            "units",
            UnitFact(
                **_origin("seoulmetro-lift-status", self._next("units"), "<=2025-10-01"),
                line=line,
                station=station,
                kind=kind,
                number=number,
                status=status,
                levels=_items(levels),
                doors=_doors(doors),
                exits=_items(exits),
                toward_line=toward_line,
                place=place,
                directions=_items(directions),
            ),
        )

    def height(self, unit_id: str, levels: str, rise_m: float, *, upward: bool | None = None) -> None:
        line, kind, number = unit_id.split(":")
        self._add(
            "unit_heights",
            UnitHeightFact(
                **_origin("seoulmetro-lift-heights", f"{kind}:{self._next('unit_heights')}", "2026-02-11"),
                line=line,
                station="가온",
                kind=kind,
                number=number,
                serial="",
                levels=_items(levels),
                upward=upward,
                rise_m=rise_m,
                slope_length_m=None,
                run_length_m=None,
            ),
        )

    def width(self, unit_id: str, levels: str, width_mm: int) -> None:
        line, kind, number = unit_id.split(":")
        low, high = _items(levels)
        common = {
            "line": line, "station": "가온", "number": number, "from_level": low, "to_level": high, "doors": (),
            "exits": (), "toward_line": None, "width_mm": width_mm, "serial": "",
        }  # fmt: skip
        if kind == "WL":
            origin = _origin("seoulmetro-wheelchair-lifts", self._next("wheelchair_lifts"), "2025-03-10")
            self._add("wheelchair_lifts", WheelchairLiftFact(**origin, **common, length_m=None, load_kg=None))  # type: ignore[arg-type]
        else:
            origin = _origin("seoulmetro-escalators", self._next("escalators"), "2025-03-10")
            self._add("escalators", EscalatorFact(**origin, **common, upward=None))  # type: ignore[arg-type]

    def platform(self, line: str, level: str | None, *, shape: str | None = None, depth_m: float | None = None) -> None:
        self._add(
            "platforms",
            PlatformFact(
                **_origin("seoulmetro-station-depth", self._next("platforms"), "2024-11-04"),
                line=line,
                station="가온",
                level=level,
                elevated=False,
                shape=shape,
                ground_elevation_m=None,
                rail_elevation_m=None,
                depth_m=depth_m,
            ),
        )

    def distance(self, line: str, to_line: str, metres: float) -> None:
        self._add(
            "transfer_distances",
            TransferDistanceFact(
                **_origin("distances", self._next("transfer_distances"), "2025-03-31"),
                line=line,
                station="가온",
                to_line=to_line,
                length_m=metres,
            ),
        )

    def toilet(self, line: str, level: str, *, phone: str | None = None) -> None:
        self._add(
            "toilets",
            ToiletFact(
                **_origin("toilets", self._next("toilets"), "2024-11-27"),
                line=line,
                station="가온",
                level=level,
                paid_area=True,
                exits=(),
                lat=None,
                lon=None,
                phone=phone or f"02-000-000{line}",
                hours=None,
            ),
        )

    def route(self, ways: str, text: str, *, route_id: str | None = None) -> None:
        """An official route and its acts."""
        route = route_of(ways, record=self._next("official_acts"), route_id=route_id)
        self._add("official_routes", route)
        self._add("official_acts", *acts_of(route.route_id, text))

    def survey(self, ways: str, *legs: SurveyLeg, **options: str | bool) -> None:
        self.runs.append(run_of(ways, *legs, **options))  # type: ignore[arg-type]

    def override(self, unit: str, field_name: str, value: str | float | tuple[str, ...]) -> None:
        evidence = Evidence("site-visit", "photo 1", "2026-05-03", Method.SURVEYED)
        self.overrides.append(Override(unit, field_name, value, evidence))

    def station(self, folder: Path, *, shuffle: int | None = None) -> Station:
        """Write the tables (in a random order if `shuffle` seeds one) and assemble the station."""
        chance = random.Random(shuffle)  # noqa: S311 - a seeded order, no secret
        runs = list(self.runs)
        for name, rows in self.tables.items():
            given = list(rows)
            if shuffle is not None:
                chance.shuffle(given)
            write_table(name, given, folder)
        if shuffle is not None:
            chance.shuffle(runs)
        if self.renamed:
            lines = [f"{old},{new},a test" for old, new in self.renamed.items()]
            (folder / "renamed_stations.csv").write_text(
                "\n".join(["old,new,evidence", *lines]) + "\n", encoding="utf-8"
            )
        definition = Definition(
            id="gaon",
            name=StationName("가온", "Gaon"),
            lines=tuple(LineCode(line) for line in self.lines),
            folder=folder,
            also_known_as=self.also_known_as,
            overrides=tuple(self.overrides),
        )
        return assemble(definition, data=folder, runs=runs)


def two_lines() -> Gaon:
    """The station drawn above."""
    gaon = Gaon()
    gaon.platform("4", "3F", shape="side", depth_m=-12.0)
    gaon.platform("7", "B3", shape="island", depth_m=23.0)
    gaon.unit("4:EV:내부1", "2F|3F", doors="나래:8-4", place="platform")
    gaon.unit("4:EV:외부1", "1F|2F", exits="2", place="exit")
    gaon.unit("7:EV:1", "B3|B1", doors="라온:4-4|마루:5-1", place="platform")
    gaon.unit("7:EV:2", "B1|1F", exits="3", place="exit")
    gaon.height("4:EV:내부1", "2F|3F", 6.0)
    gaon.height("4:EV:외부1", "1F|2F", 6.0)
    gaon.height("7:EV:1", "B3|B1", 10.5)
    gaon.height("7:EV:2", "B1|1F", 12.5)
    gaon.route("4:나래 > 7:마루", OUT)
    gaon.route("7:마루 > 4:나래", BACK)
    return gaon


# ── asking a station ─────────────────────────────────────────────────────────


def findings(station: Station, code: str) -> list[Finding]:
    """The station's Findings of one code."""
    return [finding for finding in station.findings if finding.code == code]


def unit(station: Station, unit_id: str) -> Unit:
    return next(each for each in station.units if each.id == unit_id)


def place_of(station: Station, node: str) -> Place:
    places = {place.id: place for place in station.places}
    return places[next(each.place for each in station.nodes if each.id == node)]


def links(station: Station, kind: LinkKind | None = None, *, of: str | None = None) -> list[Link]:
    """Links of one kind, or of one unit."""
    return [link for link in station.links if (kind is None or link.kind is kind) and (of is None or link.unit == of)]


def between(station: Station, first: str, second: str) -> list[Link]:
    """Links that join two nodes."""
    return [link for link in station.links if {link.start, link.end} == {first, second}]
