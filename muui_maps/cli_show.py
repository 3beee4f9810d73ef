"""What the commands print for people: tables on a terminal, plain lines elsewhere, in the reader's language."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from muui_maps.cli_base import language, print_table, say
from muui_maps.cli_errors import place, tell_findings
from muui_maps.model import Severity, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from muui_maps.api import LoadedRoute, LoadedStation
    from muui_maps.built import Built, Failed
    from muui_maps.comparison import Comparison
    from muui_maps.insight.agreement import Group
    from muui_maps.insight.compare import Ours, Platform, SurveyComparison
    from muui_maps.insight.walking import WalkingDistance
    from muui_maps.model import Endpoint, Finding, Station
    from muui_maps.newstation import NewStation
    from muui_maps.sources.open_data import ImportReport


def stations(rows: Sequence[Mapping[str, Any]]) -> None:
    headings = (
        "id",
        say(Text("역", "station")),
        say(Text("노선", "lines")),
        say(Text("자치구", "district")),
        say(Text("환승", "transfers")),
        say(Text("묶음", "sets")),
    )
    print_table(
        headings,
        [
            (
                str(each["id"]),
                f"{each['name_ko']} {each['name_en'] or ''}".strip(),
                " ".join(each["lines"]),
                " ".join(each["districts"]) or "?",
                str(each["transfers"]),
                " ".join(each["sets"]),
            )
            for each in rows
        ],
    )
    if unknown := sum(not each["districts"] for each in rows):
        click.echo(
            say(
                Text(
                    f"? 자치구를 모르는 역 {unknown}개: 서울 밖이거나, 서울시가 위치를 공개한 엘리베이터가 없어요.",
                    f"? {unknown} stations of no known district: outside Seoul, or Seoul publishes the place of none "
                    "of their lifts.",
                )
            )
        )


def new_stations(done: Sequence[NewStation]) -> None:
    derived = Text("영문 이름이 없어서 id를 로마자로 지었어요.", "No English name is published: the id is romanised.")
    for each in done:
        name, file = each.definition.name.ko, str(each.file)
        wrote = Text(f"{name}: {file}에 썼어요", f"{name}: wrote {file}")
        kept = Text(f"{name}: 이미 있어서 그대로 뒀어요: {file}", f"{name}: exists, left as it is: {file}")
        click.echo(say(wrote if each.written else kept))
        for remark in (*([derived] if each.derived_id else []), *each.missing):
            click.echo(f"  {say(remark)}")


def transfers(loaded: LoadedStation) -> None:
    print_table(
        (say(Text("출발", "from")), say(Text("도착", "to")), say(Text("방면", "directions"))),
        [
            (start.key, end.key, f"{_towards(loaded.model, start)} → {_towards(loaded.model, end)}")
            for start, end in loaded.transfers
        ],
    )


def _towards(station: Station, endpoint: Endpoint) -> str:
    """A platform in the reader's language, the next station first: `상계 방면 (불암산행)`."""
    from muui_maps.maps import words

    end = words.terminus(station, endpoint.line, endpoint.direction)
    return say(words.towards(station, endpoint.line, endpoint.direction)) + (f" ({say(end)})" if end else "")


def route(found: LoadedRoute) -> None:
    from muui_maps.maps.summary import transfer_title
    from muui_maps.maps.words import minutes

    model = found.model
    time = minutes(found.seconds)
    length = say(Text("거리 모름", "unknown length")) if found.length_m is None else f"{found.length_m:.0f} m"
    click.echo(f"{say(transfer_title(found.station, model))} · {say(model.profile.name)}")
    click.echo(
        say(
            Text(
                f"{time.ko} · {length} · 탈것 {len(found.rides)}번 · 개찰구 {found.gates}번",
                f"{time.en} · {length} · {_counted(len(found.rides), 'ride')} · {_counted(found.gates, 'gate')}",
            )
        )
    )
    for step in found.narration:
        marks = " ".join(f"{badge.mark} {say(badge.text)}{_dated(badge.date)}" for badge in step.evidence)
        click.echo(f"\n{step.n:2}. {say(step.text)}")
        click.echo(f"    {step.level} · {say(minutes(step.seconds))} · {marks}".rstrip(" ·"))
    if found.doubts:
        click.echo()
    for message in dict.fromkeys(say(doubt.message) for doubt in found.doubts):  # two legs may share one
        click.echo(f"⚠ {message}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _dated(date: str | None) -> str:
    return f" ({date})" if date else ""


def findings(found: Sequence[Finding]) -> None:
    for each in found:
        station = f"{each.station} " if each.station and each.file else ""
        click.echo(f"{each.severity.value:7} {each.code}  {station}{place(each)}")
        click.echo(f"        {say(each.message)} → {say(each.fix)}")
    tally = Counter(each.severity.value for each in found)
    counts = ", ".join(f"{severity} {tally[severity]}" for severity in sorted(tally))
    click.echo(say(Text(f"{len(found)}건", f"{len(found)} findings")) + (f": {counts}" if counts else ""))


# ── comparing ────────────────────────────────────────────────────────────────


def comparison(result: Comparison, *, apply_status: bool) -> None:
    from muui_maps.insight.reasons import REASON_TEXTS

    for each in result.official(apply_status=apply_status):
        sign = "=" if each.equal else "≠"
        head = f"{sign} {each.station} {_platform(each.start)} → {_platform(each.end)} · {each.operator}"
        click.echo(f"{head} · {_rides(each.ours)}" if each.equal else head)
        if not each.equal:
            theirs = [
                f"{ride.kind.value} {ride.from_level or '?'}→{ride.to_level or '?'}" for ride in each.theirs.rides
            ]
            click.echo(f"    {say(Text('안내', 'theirs'))}: {', '.join(theirs) or '-'}")
            click.echo(f"    {say(Text('우리', 'ours'))}: {_rides(each.ours)}")
        for reason in each.reasons:
            click.echo(f"    {say(REASON_TEXTS[reason])} [{reason.value}]")
    for survey in result.surveys:
        _survey(survey)
    click.echo()
    for line in result.figures.lines(language()):
        click.echo(line)


def agreement(groups: Sequence[Group]) -> None:
    """Shares by operator and line; those of the stations are on the page."""
    columns = (
        Text("어디", "where"),
        Text("공식 경로", "official"),
        Text("같은 길", "reproduced"),
        Text("같거나 까닭을 앎", "or accounted for"),
        Text("글 없이 같은 길", "reproduced unseen"),
        Text("글 없이 같거나 까닭을 앎", "or accounted for, unseen"),
    )
    rows = [
        (
            say(each.name),
            str(each.official),
            *(
                "" if part is None else f"{part} ({100 * part / each.official:.1f} %)"
                for part in (each.reproduced, each.accounted, each.reproduced_unseen, each.accounted_unseen)
            ),
        )
        for each in groups
        if each.kind != "station"
    ]
    click.echo()
    print_table([say(each) for each in columns], rows)


def surveys_unseen(found: Sequence[SurveyComparison]) -> None:
    """How far the minutes of surveyed transfers are off where their station's survey had no say."""
    from muui_maps.insight.compare import survey_error

    told = survey_error(found)
    if told is None:
        return
    click.echo()
    click.echo(
        say(
            Text(
                f"조사한 환승 {len(found)}건 가운데 {told.known}건의 보통 시간을 그 역의 조사 없이 셈하면: "
                f"평균 {told.minutes:.2f}분 어긋나고, {told.covered}건이 범위 안이에요.",
                f"{told.known} of {len(found)} surveyed transfers, typical minutes without their station's survey: off "
                f"by {told.minutes:.2f} minutes on average, {told.covered} within the range.",
            )
        )
    )


def walking(found: Sequence[WalkingDistance], beside: Sequence[Finding]) -> None:
    """The median error of the walkers' metres, and the rows that are furthest off."""
    from muui_maps.insight.walking import walking_figures

    told = walking_figures(found)
    click.echo()
    if told is None:
        click.echo(say(Text("견줄 수 있는 거리가 없어요.", "No distance could be compared.")))
    else:
        click.echo(
            say(
                Text(
                    f"환승 거리 {told.rows}행 가운데 좌표가 있는 {told.with_points}행: 오차의 중앙값 "
                    f"{100 * told.median_error:.0f} % (중앙값 하나로 답하면 {100 * told.constant_error:.0f} %)",
                    f"{told.with_points} of {told.rows} transfer distances have points: median error "
                    f"{100 * told.median_error:.0f} % (one median for all: {100 * told.constant_error:.0f} %)",
                )
            )
        )
        for each in told.worst:
            ours, error = f"{each.ours_m or 0:.0f}", 100 * (each.error or 0)
            click.echo(
                f"  {each.station} {each.from_line} → {each.to_line}: {each.official_m:g} m, "
                f"{say(Text('우리', 'ours'))} {ours} m ({error:.0f} %)"
            )
    for finding in beside:
        click.echo(f"  {say(finding.message)} → {say(finding.fix)}")


def _platform(platform: Platform) -> str:
    return f"{platform.line}:{platform.direction}"


def _rides(ours: Ours) -> str:
    rides = [f"{ride.kind.value} {ride.from_level}→{ride.to_level}" for ride in ours.rides]
    return ", ".join(rides) or say(Text("탈것 없음", "no rides"))


def _survey(each: SurveyComparison) -> None:
    from muui_maps.maps.words import minutes

    ours = minutes(each.ours.seconds) if each.ours.seconds else Text("-", "-")
    sign = "=" if each.in_range else "≠"
    click.echo(
        say(
            Text(
                f"{sign} {each.run_id} {_platform(each.start)} → {_platform(each.end)} · "
                f"조사 {each.minutes:g}분, 우리 {ours.ko}",
                f"{sign} {each.run_id} {_platform(each.start)} → {_platform(each.end)} · "
                f"surveyed {each.minutes:g} min, ours {ours.en}",
            )
        )
    )
    for note in each.notes:
        click.echo(f"    {say(note.message)} [{note.code}]")


# ── building and importing ───────────────────────────────────────────────────


def built(result: Built, out: Path) -> None:
    click.echo(
        say(
            Text(
                f"환승 {len(result.built)}개, 파일 {result.files}개를 {out}에 만들었어요.",
                f"Made {len(result.built)} transfers, {result.files} files, in {out}.",
            )
        )
    )
    if result.unchanged:
        kept = len(result.unchanged)
        click.echo(
            say(
                Text(
                    f"그 가운데 역 {kept}개는 바뀐 것이 없어 그대로 두었어요(다시 만들려면 --again).",
                    f"Of these, {kept} stations had not changed and were kept (--again makes them anew).",
                )
            )
        )
    click.echo(say(Text("여기를 열어 보세요:", "Open this:")))
    click.echo(f"  {out / ('index.ko.html' if language() == 'ko' else 'index.en.html')}")


def failures(failed: Sequence[Failed]) -> None:
    for each in failed:
        click.echo(f"✗ {each.station}: {each.reason.ko} / {each.reason.en}", err=True)
        tell_findings(each.findings)


def imported(report: ImportReport, folder: Path) -> None:
    rows = [
        (
            each.file,
            each.dataset or say(Text("모르는 파일", "not recognised")),
            each.as_of,
            str(each.records),
            str(each.used),
            str(each.set_aside),
        )
        for each in report.files
    ]
    headings = (
        say(Text("파일", "file")),
        say(Text("자료", "dataset")),
        say(Text("기준일", "as of")),
        say(Text("행", "records")),
        say(Text("쓴 행", "used")),
        say(Text("따로 둔 행", "set aside")),
    )
    print_table(headings, rows)
    warnings = [each for each in report.findings if each.severity is Severity.WARNING]
    tell_findings([each for each in warnings if each.row is None and each.station is None])  # of files as a whole
    changed, found = len(report.changed), len(report.findings)
    click.echo(
        say(
            Text(
                f"{folder}에 썼어요. 바뀐 파일 {changed}개, 알림 {found}건(--json에 모두 있어요).",
                f"Wrote to {folder}: {changed} files changed, {found} findings (--json lists them all).",
            )
        )
    )
