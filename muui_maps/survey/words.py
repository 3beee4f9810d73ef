"""Facts of the ledger in words: values with their units, features with their lines, verdicts and rules."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text
from muui_maps.survey.fields import FIELDS, KINDS, Cautious
from muui_maps.survey.match import Feature, Matcher
from muui_maps.survey.observations import Answer, Value
from muui_maps.survey.view import Rule, Settled, Standing, Verdict
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNITS: Mapping[str, Text] = MappingProxyType(
    {
        "mm": Text(" mm", " mm"),
        "m": Text(" m", " m"),
        "s": Text("초", " s"),
        "percent": Text(" %", " %"),
        "steps": Text("개", ""),
    }
)

RULES: Mapping[Rule, Text] = MappingProxyType(
    {
        Rule.OVERRIDE: Text("검토자가 정한 값이에요", "a reviewer set it"),
        Rule.KEEP: Text("검토자가 조사 전의 값을 지켰어요", "a reviewer kept what held before the surveys"),
        Rule.ACCEPTED: Text("검토자가 받아들인 답만 셌어요", "only what a reviewer accepted counts"),
        Rule.NEWEST: Text("가장 새로운 답이에요", "the newest answer counts"),
        Rule.EXPIRED: Text("조사한 지 오래돼 지금은 몰라요", "too long ago to tell how it is now"),
        Rule.SAMPLE: Text("모든 답을 범위로 셌어요", "all answers count, as a range"),
        Rule.SINGLE: Text("답이 하나예요", "there is one answer"),
        Rule.AGREE: Text("모든 답이 맞아요", "all answers agree"),
        Rule.CONFLICT: Text("답이 서로 달라요", "answers differ"),
        Rule.NOTHING: Text("셀 수 있는 답이 없어요", "no answer counts"),
        Rule.BASE: Text("조사 전의 값 그대로예요", "as it was before the surveys"),
    }
)
"""Why a fact is what it is."""

VERDICTS: Mapping[Verdict, Text] = MappingProxyType(
    {
        Verdict.USED: Text("쓰임", "used"),
        Verdict.AGREES: Text("맞음", "agrees"),
        Verdict.DIFFERS: Text("다름", "differs"),
        Verdict.OLDER: Text("지난 것", "older"),
        Verdict.EXPIRED: Text("오래됨", "expired"),
        Verdict.OVERRULED: Text("결정에 밀림", "overruled"),
        Verdict.REJECTED: Text("거절", "rejected"),
        Verdict.SUPERSEDED: Text("옛 판", "superseded"),
        Verdict.NOT_YET: Text("아직 아님", "not yet"),
        Verdict.OVER: Text("기간 지남", "over"),
        Verdict.OUTLIER: Text("드문 값, 검토 전", "unusual, to be reviewed"),
        Verdict.SAYS_UNKNOWN: Text("모른다고 함", "says unknown"),
    }
)
"""What became of a claim."""

_CAREFUL: Mapping[Cautious, Text] = MappingProxyType(
    {
        Cautious.LOW: Text("작은 쪽으로 셌어요", "the smaller counts"),
        Cautious.HIGH: Text("큰 쪽으로 셌어요", "the greater counts"),
        Cautious.LAST: Text("조심스러운 쪽으로 셌어요", "the more careful one counts"),
        Cautious.NONE: Text("확인할 때까지 모르는 것으로 두었어요", "unknown until somebody checks"),
    }
)


def value_text(name: str, value: Value | None) -> Text:
    """An answer as people read it: `820 mm`, `고장`, `B2, B1`; what is unknown or none says so."""
    if value is None or value.answer is Answer.UNKNOWN:
        return Text("모름", "unknown")
    if value.answer is Answer.NONE:
        return Text("없음", "none")
    labels = {choice.name: choice.label for choice in FIELDS[name].choices}
    if isinstance(value.value, tuple):
        parts = [labels.get(each, Text(each, each)) for each in value.value]
        return Text(", ".join(part.ko for part in parts), ", ".join(part.en for part in parts))
    if isinstance(value.value, str):
        return labels.get(value.value, Text(value.value, value.value))
    unit = _UNITS.get(value.unit or FIELDS[name].unit or "", Text("", ""))
    number = f"{value.value:g}" if value.low is None or value.high is None else f"{value.low:g}–{value.high:g}"
    return Text(number + unit.ko, number + unit.en)


def feature_text(feature_id: str, matcher: Matcher) -> Text:
    """A feature as people call it: `4호선 엘리베이터 외부 1` / `Line 4 lift Outside 1`."""
    feature = matcher.features.get(feature_id)
    if feature is None:
        return _unknown_feature(feature_id)
    lines = [line_text(line) for line in sorted(feature.lines)]
    ko, en = [line.ko for line in lines], [line.en for line in lines]
    name = _own_name(feature)
    if any(word in name.ko for word in ko):
        return name
    return Text(" ".join([*ko, name.ko]), " ".join([*en, name.en]))


def _own_name(feature: Feature) -> Text:
    if feature.kind in {"elevator", "escalator", "moving_walk", "wheelchair_lift"}:
        label = KINDS[feature.kind].label
        return Text(f"{label.ko} {feature.name.ko}", f"{label.en} {feature.name.en}")
    if feature.id.startswith(("walk:", "stairs:")):
        return Text(f"{feature.name.ko} {feature.id}", f"{feature.name.en} {feature.id}")
    return feature.name


def _unknown_feature(feature_id: str) -> Text:
    if match := re.fullmatch(r"route:(.+)#(.+)", feature_id):
        return Text(f"경로 {match.group(1)}의 {match.group(2)}번째 걸음", f"step {match.group(2)} of {match.group(1)}")
    if match := re.fullmatch(r"new:([^:]+):([^:]+):(\w+)", feature_id):
        kind = KINDS[match.group(2)].label
        line = line_text(match.group(1)) if match.group(1) != "-" else Text("", "")
        return Text(
            f"새로운 {line.ko} {kind.ko} ({feature_id})".replace("  ", " "),
            f"new {line.en} {kind.en} ({feature_id})".replace("  ", " "),
        )
    return Text(feature_id, feature_id)


def source_text(standing: Standing) -> Text:
    """Who says so, and of when: `조사 2026-05-01`, `공식 자료 2025-10-01`."""
    date = standing.date[:10]
    if standing.claim is not None:
        return Text(f"조사 {date}", f"survey {date}")
    surveyed = standing.base is not None and any(each.dataset.startswith("survey:") for each in standing.base.evidence)
    ko, en = ("먼저 한 조사", "earlier survey") if surveyed else ("공식 자료", "official data")
    return Text(f"{ko} {date}".strip(), f"{en} {date}".strip())


def conflict_text(settled: Settled, matcher: Matcher) -> Text:
    """A conflict in a sentence: what differs, who says what, and what is done about it."""
    name, label = feature_text(settled.feature, matcher), FIELDS[settled.prop].label
    told = [each for each in settled.standings if each.verdict in {Verdict.USED, Verdict.AGREES, Verdict.DIFFERS}]
    said = [(source_text(each), value_text(settled.prop, each.value)) for each in told]
    careful = _CAREFUL[FIELDS[settled.prop].cautious]
    ko = ", ".join(f"{source.ko} {value.ko}" for source, value in said)
    en = ", ".join(f"{source.en} {value.en}" for source, value in said)
    return Text(f"{name.ko} {label.ko}: {ko}. {careful.ko}.", f"{name.en}, {label.en}: {en}; {careful.en}.")
