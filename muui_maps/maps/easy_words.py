"""A route in easy words: one instruction at a time, short polite sentences, everyday words.

The sentences follow the steps of `narrate`, so that they say the same: endings become requests, signs become words.
The rules are those of easy-read guides: one thing a sentence, no brackets, no abbreviations, the person addressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.maps import summary, words
from muui_maps.maps.tactile import level_words
from muui_maps.maps.words import with_particle
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.maps.steps import Step, StepLine
    from muui_maps.model import Route, Station


@dataclass(frozen=True, slots=True)
class Instruction:
    """One thing to do or to know.

    Parameters
    ----------
    icon
        A pictogram of `icons.py`.
    text
        A sentence or two; `**…**` around what to look for.
    say
        What to say aloud to staff, if anything.
    leg
        The leg of the route it belongs to; None for what is said of the whole.
    hazard
        Something that can hurt.
    button
        What to press in a lift.
    """

    icon: str
    text: Text
    say: Text | None = None
    leg: int | None = None
    hazard: bool = False
    button: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """The instructions of one step, under where one is: `지금 3층이에요`."""

    n: int
    level: str
    place: Text
    instructions: tuple[Instruction, ...]


def stages(steps: Sequence[Step]) -> tuple[Stage, ...]:
    """The steps in easy words, in their order."""
    return tuple(
        Stage(step.n, step.level, step.title, tuple(_ride(step) if step.kind == "ride" else _walk(step)))
        for step in steps
    )


def _walk(step: Step) -> Iterator[Instruction]:
    pending: Instruction | None = None
    for line in step.lines:
        if line.quote and pending is not None:
            pending = Instruction(pending.icon, pending.text, line.text, step.leg)
            continue
        if pending is not None:
            yield from _one_by_one(pending)
        pending = Instruction(line.icon or "walk", _easy(line), None, step.leg, line.hazard)
    if pending is not None:
        yield from _one_by_one(pending)
    if step.length_m is not None:
        metres = f"{step.length_m:.0f}"
        text = Text(f"모두 **{metres}미터**쯤 가요.", f"It is about **{metres} metres** in all.")
        yield Instruction("walk", text, leg=step.leg)


_STOP = re.compile(r"(?<=\.) ")


def _one_by_one(told: Instruction) -> Iterator[Instruction]:
    """An instruction for each sentence. At a gate the button or the card comes first, then the gate opens."""
    ko, en = _STOP.split(told.text.ko), _STOP.split(told.text.en)
    if told.hazard or len(ko) != len(en):
        yield told
        return
    each = [replace(told, text=Text(*pair), say=None) for pair in zip(ko, en, strict=True)]
    if told.icon.startswith("gate"):
        each.reverse()
        each[1:] = [replace(last, icon="exit") for last in each[1:]]
    at = 0 if told.icon.startswith("gate") else -1
    each[at] = replace(each[at], say=told.say)
    yield from each


def _ride(step: Step) -> Iterator[Instruction]:
    icon = step.ride_icon
    if icon != "stairs":
        yield Instruction(icon, _take(step.title), leg=step.leg)
    told = [line for line in step.lines if not line.quote and not (line.icon == "lift" and step.button)]
    warned = [line for line in told if line.icon == "warning"]
    for line in warned:
        yield Instruction("warning", _easy(line), leg=step.leg, hazard=line.hazard)
    if step.button is not None:
        pressed, to = level_words(f":{step.button}"), level_words(step.to_level)
        text = Text(f"**{pressed.ko}** 버튼을 누르세요.", f"Press the button **{step.button}**.")
        yield Instruction(icon, text, leg=step.leg, button=step.button)
    for line in told:
        if line not in warned:
            yield Instruction(line.icon or icon, _easy(line), leg=step.leg)
    if step.button is not None:
        yield Instruction("exit", Text(f"**{to.ko}**에서 내리세요.", f"Get out at **{to.en}**."), leg=step.leg)


def _take(name: Text) -> Text:
    """`엘리베이터 내부 1을 타세요` / `Take lift Inside 1`; a lift without a number of its own has an article."""
    en = name.en[:1].lower() + name.en[1:]
    article = "" if re.match(r"(?:wheelchair lift|lift|escalator|moving walk) (?:\d|Inside|Outside)", en) else "the "
    particle = with_particle(name.ko, "을")[len(name.ko) :]
    return Text(f"**{name.ko}**{particle} 타세요.", f"Take {article}**{en}**.")


# ── endings ──────────────────────────────────────────────────────────────────

_ENDINGS = (
    ("내리기", "내리세요"),
    ("누르기", "누르세요"),
    ("부르기", "부르세요"),
    ("올라가기", "올라가세요"),
    ("내려가기", "내려가세요"),
    ("나가기", "나가세요"),
    ("들어가기", "들어가세요"),
    ("가기", "가세요"),
    ("지나기", "지나가세요"),
    ("타기", "타세요"),
    ("찍기", "찍으세요"),
    ("돌기", "도세요"),
    ("건너기", "건너세요"),
    ("도는 곳", "길이 꺾여요"),
    ("출발", "출발하세요"),
    ("도착", "도착이에요"),
)
_WAYS = ((r"요$", "{}."), (r"(?:으로|로|까지)$", "{} 가세요."), (r"앞$", "{}을 지나가세요."))
_BRACKETS = re.compile(r"\s*\([^)]*\)")


def _easy(line: StepLine) -> Text:
    return Text(easy_ko(line.marked.ko, hazard=line.hazard), easy_en(line.marked.en, hazard=line.hazard))


def easy_ko(marked: str, *, hazard: bool = False) -> str:
    """A line of a step as a polite sentence: `**10-1 문**에서 내리기` becomes `**10-1 문**에서 내리세요.`."""
    text = _BRACKETS.sub("", marked).strip()
    if hazard:
        what = text.replace("**", "").removesuffix("주의").strip()
        particle = with_particle(what, "이")[len(what) :]
        return f"조심하세요. **{what}**{particle} 있어요." if what else "**조심하세요.**"
    text = re.sub(r"^조사 때는 (\*\*.+?\*\*) 엘리베이터를 탔어요$", r"\1에도 엘리베이터가 있어요", text)
    for gate, request in _GATES:
        text = text.replace(gate, request)
    text = re.sub(r"승강장 틈 (\*\*\d+ mm\*\*) .등급", r"열차와 승강장 사이 틈은 \1예요", text)
    text = re.sub(r"높이 차 (\*\*\d+ mm\*\*) .등급", r"열차와 승강장의 높이 차는 \1예요", text)
    text = re.sub(r"횡단보도( \d+번| 몇 번)\*\*", r"횡단보도를\1** 건너기", text)
    text = text.replace("호출 버튼** 누르기", "호출 버튼**을 누르기").replace("카드** 찍기", "카드**를 찍기")
    text = text.replace("방면** 타기", "방면** 열차를 타기").replace("옆에 내려 ", "옆에 내려요. ")
    text = text.replace("쪽으로, ", "쪽으로 ")
    return " ".join(_polite(part) for part in _sentences(text))


_GATES = (
    ("나가는 개찰구, ", "개찰구를 나가기. "),
    ("들어가는 개찰구, ", "개찰구로 들어가기. "),
    ("개찰구, ", "개찰구를 지나가기. "),
)


def _sentences(text: str) -> list[str]:
    """The parts of a text between stops and commas; what is bold stays whole."""
    parts = [""]
    for n, run in enumerate(text.split("**")):
        if n % 2:
            parts[-1] += f"**{run}**"
            continue
        first, *rest = re.split(r"[,.] ", run)
        parts[-1] += first
        parts += rest
    return [part.strip().rstrip(".") for part in parts if part.strip(" .")]


def _polite(part: str) -> str:
    """A part that ends in a noun or in the way somewhere, as a request."""
    bare = part.rstrip("*")
    tail = part[len(bare) :]
    request = next((pair for pair in _ENDINGS if bare.endswith(pair[0])), None)
    if request is not None:
        return f"{bare.removesuffix(request[0])}{request[1]}{tail}."
    for pattern, sentence in _WAYS:
        if re.search(pattern, bare):
            return sentence.format(part)
    particle = with_particle(bare, "이")[len(bare) :]
    return f"{part}{particle} 있어요."


def easy_en(marked: str, *, hazard: bool = False) -> str:
    """The same in English: no brackets, no colons, a full stop."""
    text = _BRACKETS.sub("", marked).strip()
    if hazard:
        what = text.replace("**", "").removeprefix("Careful:").removeprefix("Take care").strip()
        return f"Be careful: **{what}**." if what else "**Be careful.**"
    text = re.sub(r"^The survey took the lift of (\*\*.+?\*\*)$", r"There is a lift in \1 too", text)
    text = text.replace("Gate out:", "Go out through the gate.").replace("Gate in:", "Go in through the gate.")
    text = text.replace("Gate:", "Go through the gate.").replace(" · ", ", ")
    text = re.sub(r"^Gap (\*\*\d+ mm\*\*) class .(?:, )?", r"The gap to the train is \1. ", text).strip()
    text = re.sub(r"[Ss]tep (\*\*\d+ mm\*\*) class .", r"The step to the train is \1.", text)
    text = re.sub(r"^Board at (\*\*.+?\*\*), \*\*for (.+?)\*\*", r"At \1, take the train for **\2**", text)
    text = re.sub(r"^Board \*\*for (.+?)\*\*", r"Take the train for **\1**", text)
    text = re.sub(r"(crossings?\*\*|without signals\*\*), past ", r"\1. Go past ", text)
    parts = [part.strip() for part in re.split(r"(?<=\.) |; ", text) if part.strip()]
    return " ".join(f"{_capital(_begun(part)).rstrip('.')}." for part in parts)


_BEGINNINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"^To (?=the |\*\*|\S)", "Go to "),
    (r"^[Tt]owards ", "Go towards "),
    (r"^(Up|Down) to ", lambda found: f"Go {found[1].lower()} to "),
    (r"^On to ", "Go on to "),
    (r"^\*\*(\d+ crossings?)\*\*", r"Cross the road at **\1**"),
    (r"^\*\*Some crossings\*\*", "Cross the road **some times**"),
    (r"^Past ", "Go past "),
    (r"^Over ", "Go over "),
)


def _begun(sentence: str) -> str:
    for pattern, new in _BEGINNINGS:
        sentence = re.sub(pattern, new, sentence)
    return sentence


def _capital(text: str) -> str:
    at = next((n for n, char in enumerate(text) if char.isalpha()), 0)
    return text[:at] + text[at].upper() + text[at + 1 :]


# ── the whole ────────────────────────────────────────────────────────────────


def introduction(station: Station, route: Route) -> tuple[Text, ...]:
    """Where it leads, how long it takes, and what to know before."""
    of = summary.totals(route)
    told = [_where_to(station, route)]
    low, high = (max(1, each) for each in words.whole_minutes(route.seconds))
    if of.surveyed_min is not None:
        minutes = f"{of.surveyed_min:.0f}"
        told.append(Text(f"{minutes}분쯤 걸려요.", f"It takes about {minutes} minutes."))
    elif low == high:
        told.append(Text(f"{low}분쯤 걸려요.", f"It takes about {low} minute{'s' if low > 1 else ''}."))
    else:
        told.append(Text(f"{low}분에서 {high}분쯤 걸려요.", f"It takes {low} to {high} minutes."))
    if of.lifts:
        told.append(Text(f"엘리베이터를 {of.lifts}번 타요.", f"You take {of.lifts} lift{'s' if of.lifts > 1 else ''}."))
    if route.goes_outside:
        told.append(Text("역 밖으로 나가요.", "You go outside of the station."))
    return tuple(told)


def _where_to(station: Station, route: Route) -> Text:
    if route.start.line is not None and route.end.line is not None:
        a, b = words.line_text(route.start.line), words.line_text(route.end.line)
        to = words.with_particle(b.ko, "로")
        return Text(f"{a.ko}에서 {to} 갈아타요.", f"You change from {a.en} to {b.en}.")
    start, end = summary.endpoint_text(station, route.start), summary.endpoint_text(station, route.end)
    return Text(f"{start.ko}에서 {with_particle(end.ko, '로')} 가요.", f"You go from {start.en} to {end.en}.")


def if_lost(station: Station, route: Route) -> tuple[Text, ...]:
    """Whom to ask, with the numbers that are known."""
    told = [
        Text("모르면 역무원에게 물어보세요.", "If you are not sure, ask the staff."),
        Text("엘리베이터가 멈추면 역무원에게 물어보세요.", "If a lift does not work, ask the staff."),
    ]
    lines = dict.fromkeys(e.line for e in (route.start, route.end) if e.line)
    for line in lines:
        if phone := station.phones.get(line):
            name = words.line_text(line)
            told.append(Text(f"{name.ko} 전화: **{phone}**", f"{name.en}, phone: **{phone}**"))
    return tuple(told)
