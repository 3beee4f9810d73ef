"""Nouns → plain data for machines. Each shape is a contract: `docs/schemas/*.json`, with a test for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError, MuuiError, NoRouteError, RowsSetAsideError, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from muui_maps.maps.narrate import Step
    from muui_maps.model import Endpoint, Evidence, Finding, Leg, Route, Seconds, Station
    from muui_maps.sources.open_data import ImportReport


def platform_dict(endpoint: Endpoint) -> dict[str, Any]:
    """A platform as `{line, direction}`."""
    return {"line": endpoint.line, "direction": endpoint.direction}


def endpoint_dict(endpoint: Endpoint) -> dict[str, Any]:
    """A platform, an exit (`exit` is its number) or the street (all three are null)."""
    return {**platform_dict(endpoint), "exit": endpoint.exit}


def seconds_dict(seconds: Seconds) -> dict[str, int]:
    """Whole seconds: the table of costs knows none finer."""
    return {"low": round(seconds.low), "typical": round(seconds.typical), "high": round(seconds.high)}


def _order(evidence: Evidence) -> tuple[str, str, str, str]:
    return evidence.dataset, evidence.record, evidence.date or "", evidence.method.value


def evidence_dicts(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {"dataset": each.dataset, "record": each.record, "date": each.date, "method": each.method.value}
        for each in evidence
    ]


def route_dict(station: Station, route: Route, steps: Sequence[Step]) -> dict[str, Any]:
    """A route with its steps in both languages."""
    return {
        "station": station.id,
        "from": endpoint_dict(route.start),
        "to": endpoint_dict(route.end),
        "profile": route.profile.id,
        "length_m": route.length_m,
        "seconds": seconds_dict(route.seconds),
        "rides": [
            {"kind": each.kind.value, "unit": each.unit, "from_level": each.from_level, "to_level": each.to_level}
            for each in route.rides
        ],
        "gates": route.gates,
        "staff_calls": route.staff_calls,
        "reentries": route.reentries,
        "goes_outside": route.goes_outside,
        "unavailable": list(route.unavailable),
        "steps": [step_dict(each, route.legs[each.n - 1]) for each in steps],
        "doubts": [
            {"code": each.code, "message_ko": each.message.ko, "message_en": each.message.en} for each in route.doubts
        ],
    }


def step_dict(step: Step, leg: Leg) -> dict[str, Any]:
    """A step with everything that vouches for its leg: for the links, what is met on them, and the unit."""
    links = [each.link for each in leg.traversals]
    evidence = {each for link in links for found in link.evidence.values() for each in found}
    evidence |= {met.evidence for link in links for met in link.met}
    evidence |= set(leg.unit.evidence) if leg.unit else set()
    return {
        "n": step.n,
        "text_ko": step.text.ko,
        "text_en": step.text.en,
        "level": step.level,
        "length_m": step.length_m,
        "seconds": seconds_dict(step.seconds),
        "evidence": evidence_dicts(sorted(evidence, key=_order)),
    }


def finding_dict(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "station": finding.station,
        "file": finding.file,
        "layer": finding.layer,
        "row": finding.row,
        "field": finding.field,
        "value": finding.value,
        "message_ko": finding.message.ko,
        "message_en": finding.message.en,
        "fix_ko": finding.fix.ko,
        "fix_en": finding.fix.en,
    }


def import_dict(report: ImportReport, folder: Path) -> dict[str, Any]:
    """What an import did: every file, and every Finding."""
    return {
        "folder": str(folder),
        "changed": sorted(file.name for file in report.changed),
        "files": [
            {
                "file": each.file,
                "dataset": each.dataset,
                "as_of": each.as_of or None,
                "records": each.records,
                "used": each.used,
                "set_aside": each.set_aside,
                "tables": dict(sorted(each.tables.items())),
            }
            for each in report.files
        ],
        "findings": [finding_dict(each) for each in report.findings],
    }


def error_dict(error: MuuiError) -> dict[str, Any]:
    """What a machine gets instead of an answer."""
    content: dict[str, Any] = {
        "exit_code": error.exit_code,
        "kind": type(error).__name__,
        "message_ko": error.message.ko,
        "message_en": error.message.en,
    }
    if isinstance(error, UnknownNameError):
        content |= {"nearest": list(error.nearest), "existing": list(error.existing)}
    elif isinstance(error, NoRouteError):
        content["blockers"] = [{"message_ko": each.ko, "message_en": each.en} for each in error.blockers]
    elif isinstance(error, InputRefusedError | RowsSetAsideError):
        content["findings"] = [finding_dict(each) for each in error.findings]
    return {"error": content}
