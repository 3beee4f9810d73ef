"""The questions of the quality report, and the sentences of what it finds by itself."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely import Geometry

ANNEX_10_LIMIT = 0.01
"""「실내공간정보 구축 작업규정」 annex 10: at most 1 % of objects missing, doubled or miscoded."""

CHECKS: Mapping[str, Text] = MappingProxyType(
    {
        "missing": Text("빠진 객체", "missing objects"),
        "doubled": Text("겹쳐 그린 객체", "doubled objects"),
        "miscoded": Text("코드가 틀린 객체", "miscoded objects"),
        "dangling": Text("끝점이 어긋난 선", "dangling FPOINT/SPOINT"),
        "invalid": Text("바르지 않은 도형", "invalid shapes"),
        "overlapping": Text("서로 겹치는 공간", "overlapping spaces"),
        "unreached": Text("문도 맞닿은 변도 없는 공간", "spaces that no door or touching edge reaches"),
        "lift_landing": Text("서는 층에서 탈 수 없는 엘리베이터", "lifts without a landing on a served floor"),
        "level_connector": Text("다른 층과 이어지지 않는 층", "levels without any connector"),
        "unjoined": Text("바닥에 닿지 않는 문, 이동시설, 개찰구", "doors, connectors and gates that join no floor"),
    }
)
"""Checks by id, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Parameters
    ----------
    object
        Key of the object; a level's id for a level.
    level, x_m, y_m
        Its place; None where the delivery does not tell it.
    shape
        Its outline, for the picture.
    """

    check: str
    finding: Finding
    object: str
    level: str | None = None
    x_m: float | None = None
    y_m: float | None = None
    shape: Geometry | None = None


_SENTENCES: Mapping[str, tuple[Severity, Text, Text]] = MappingProxyType(
    {
        "object_off_spaces": (
            Severity.WARNING,
            Text(
                "{level}: 그려진 공간에서 {metres} m 떨어져 있어요. 공간이 빠진 것 같아요.",
                "{level}: {metres} m from any space drawn; a space seems to be missing.",
            ),
            Text("이 자리의 공간(RM)을 그려 주세요.", "Draw the space (RM) here."),
        ),
        "connector_without_facility": (
            Severity.WARNING,
            Text(
                "{level}: 이동시설 공간({kind_ko})에 시설물이 없어요.",
                "{level}: a space of a connector ({kind_en}) without its facility.",
            ),
            Text("시설물(FC)을 넣어 주세요.", "Add the facility (FC)."),
        ),
        "object_doubled": (
            Severity.WARNING,
            Text("{level}: 같은 자리에 {other}도 있어요.", "{level}: {other} lies in the same place."),
            Text("하나만 남겨 주세요.", "Keep one of them."),
        ),
        "spaces_overlap": (
            Severity.WARNING,
            Text("{level}: {other}와(과) {area} m² 겹쳐요.", "{level}: overlaps {other} by {area} m²."),
            Text("경계를 맞춰 주세요.", "Make their edges meet."),
        ),
        "space_unreached": (
            Severity.WARNING,
            Text(
                "{level}: 문도, 맞닿은 공간도 없어 들어갈 수 없어요.",
                "{level}: no door and no touching space leads into it.",
            ),
            Text("문(DR)을 넣거나 옆 공간과 변을 맞춰 주세요.", "Add its door (DR), or make it meet its neighbour."),
        ),
        "spaces_cut_off": (
            Severity.WARNING,
            Text(
                "{level}: 공간 {count}개({area} m²)가 서로만 닿고 나머지와 떨어져 있어요.",
                "{level}: {count} spaces ({area} m²) touch each other and nothing else.",
            ),
            Text("문이나 이어 주는 공간을 그려 주세요.", "Draw the door or the space that joins them."),
        ),
        "lift_no_landing": (
            Severity.WARNING,
            Text(
                "{level}: 엘리베이터가 서지만 바닥에서 닿을 수 없어요. {name}",
                "{level}: the lift stops here, but can't be reached from the floor. {name}",
            ),
            Text("승강장 앞 공간을 그려 주세요.", "Draw the floor before its door."),
        ),
        "lift_alone": (
            Severity.WARNING,
            Text(
                "{level}: 이 엘리베이터가 서는 다른 층이 없어요.",
                "{level}: this lift stops on no other floor.",
            ),
            Text("다른 층에도 넣거나 LINE으로 이어 주세요.", "Add it to its other floors, or join them by a LINE."),
        ),
        "level_alone": (
            Severity.ERROR,
            Text("{level}: 다른 층으로 가는 길이 없어요.", "{level}: nothing leads to another level."),
            Text(
                "계단, 엘리베이터, 에스컬레이터, 경사로를 넣어 주세요.", "Add its stairs, lifts, escalators or ramps."
            ),
        ),
    }
)


def say(code: str, value: str, *, layer: str | None = None, row: int | None = None, **words: object) -> Finding:
    """A Finding of the report's own, about the object `value`."""
    severity, message, fix = _SENTENCES[code]
    return Finding(
        code=code,
        severity=severity,
        message=Text(message.ko.format(**words).strip(), message.en.format(**words).strip()),
        fix=fix,
        layer=layer,
        row=row,
        field="geometry",
        value=value,
    )


CODES = tuple(sorted(_SENTENCES))
"""All codes that the report itself says."""
