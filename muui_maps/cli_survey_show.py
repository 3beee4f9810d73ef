"""What the commands for field research print for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import print_table, say
from muui_maps.model import Text
from muui_maps.wording import english

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.fieldwork import Explanation, Fieldwork, ReviewItem
    from muui_maps.survey.decide import Decision
    from muui_maps.survey.importing import ImportReport, StationImport
    from muui_maps.survey.view import Settled

SHOWN = 15
"""How many things to review a person gets on the screen; `--json` lists all."""


def imports(reports: Sequence[ImportReport], names: Mapping[str, Text]) -> None:
    """What became of each file; `names` of stations by their ids."""
    for report in reports:
        read = report.read
        kind = f"{read.described.format}{', ' + read.described.encoding if read.described.encoding else ''}"
        click.echo(say(Text(f"{read.file} ({kind}): {read.rows}행", f"{read.file} ({kind}): {read.rows} rows")))
        for sheet in read.described.sheets:
            if sheet.name is not None:
                click.echo(f"  {sheet.name}: {sheet.rows} · {say(_USED_AS[sheet.used_as])}")
        for each in report.stations:
            name = say(names.get(each.station, Text("역을 모르는 행", "rows of no known station")))
            click.echo(f"  {name}: {say(_counts(each))}{f'  → {each.import_id}.jsonl' if each.import_id else ''}")
        matched = report.total("stored") - report.total("unmatched")
        counts = f"{read.rows} = {matched} + {report.total('duplicates')} + {report.total('quarantined')}"
        click.echo(
            say(Text(f"  행 = 저장 + 중복 + 격리: {counts}", f"  rows = stored + duplicates + quarantined: {counts}"))
        )
        for remark in report.remarks:
            click.echo(f"  · {say(remark.message)}")
        if report.dry_run:
            click.echo(say(Text("  시험만 했어요. 저장하지 않았어요.", "  A dry run: nothing was stored.")))


def _counts(found: StationImport) -> Text:
    """What became of a station's rows: each is counted once, as in the sum below."""
    why = [
        Text(f"{what.ko} {count}", f"{count} {what.en}")
        for count, what in (
            (found.held, Text("못 읽음", "unreadable")),
            (found.unmatched, Text("시설 모름", "unmatched")),
        )
        if count
    ]
    ko = f" ({', '.join(each.ko for each in why)})" if why else ""
    en = f" ({', '.join(each.en for each in why)})" if why else ""
    stored = found.stored - found.unmatched
    return Text(
        f"저장 {stored}행(새 답 {found.claims}개, 환승 조사 {found.runs}건), 중복 {found.duplicates}행, "
        f"격리 {found.quarantined}행{ko}",
        f"stored {stored} rows ({found.claims} new answers, {found.runs} transfers), duplicates {found.duplicates}, "
        f"quarantined {found.quarantined}{en}",
    )


_USED_AS = {
    "observations": Text("관찰", "observations"),
    "runs": Text("환승 조사", "surveyed transfers"),
    "repeats": Text("반복 문항", "repeats"),
    "ignored": Text("읽지 않음", "not read"),
}


def stations(works: Sequence[Fieldwork], lost: Sequence[ReviewItem]) -> None:
    headings = [
        say(Text(ko, en))
        for ko, en in (("역", "station"), ("답", "answers"), ("행", "rows"), ("검토할 것", "to review"))
    ]
    rows = [
        (
            work.home.station,
            str(sum(len(each.standings) for each in work.view.facts.values())),
            str(len(work.ledger.entries) + len(work.ledger.held)),
            str(len(work.review())),
        )
        for work in works
    ]
    print_table(headings, rows)
    for item in lost:
        click.echo(f"{item.id}  {say(item.message)}")


_KINDS = {
    "new": Text("새 시설", "new"),
    "conflict": Text("서로 다름", "conflict"),
    "outlier": Text("드문 값", "unusual"),
    "decisions": Text("결정이 다름", "decisions"),
    "versions": Text("판이 여럿", "versions"),
    "unmatched": Text("시설 모름", "unmatched"),
    "unreadable": Text("못 읽음", "unreadable"),
}


def review(work: Fieldwork, items: Sequence[ReviewItem], made: Sequence[Decision]) -> None:
    for each in made:
        click.echo(
            say(
                Text(
                    f"{each.id} {each.act.value} {each.subject} (되돌리려면: muui-maps survey undo {each.id})",
                    f"{each.id} {each.act.value} {each.subject} (to undo: muui-maps survey undo {each.id})",
                )
            )
        )
    rows = work.view.rows
    entries, runs, aside = len(work.ledger.entries), len(work.view.runs), rows["held"] + rows["unmatched"]
    name, day = work.base.name, work.view.as_of
    click.echo(
        say(
            Text(
                f"{name.ko} ({day} 기준): 관찰 {entries}행, 환승 조사 {runs}건, "
                f"격리 {aside}행, 검토할 것 {len(items)}건",
                f"{english(name)} (as of {day}): {entries} observations, {runs} transfers, "
                f"{aside} rows quarantined, {len(items)} things to review",
            )
        )
    )
    if items:
        command = f"muui-maps survey review {work.home.station} …"
        click.echo(
            say(Text(f"결정하려면: {command} --by 이름 --reason 까닭", f"To decide: {command} --by NAME --reason WHY"))
        )
    for item in items[:SHOWN]:
        click.echo(f"\n[{say(_KINDS[item.kind])}] {item.id}")
        click.echo(f"  {say(item.message)}")
        for key, text in item.claims:
            click.echo(f"    {key}  {say(text)}")
        for command in item.commands[:6]:
            click.echo(f"    $ {command}")
    if len(items) > SHOWN:
        more = len(items) - SHOWN
        click.echo(
            say(
                Text(
                    f"\n… {more}건 더 있어요. 모두 보려면 --json을 쓰세요.", f"\n… {more} more; --json lists them all."
                )
            )
        )


def explanations(work: Fieldwork, found: Sequence[Explanation]) -> None:
    from muui_maps.survey.fields import FIELDS
    from muui_maps.survey.words import RULES, VERDICTS, feature_text, source_text, value_text

    if not found:
        click.echo(say(Text("이것에 대한 답이 없어요.", "Nobody has said anything about it.")))
    for each in found:
        settled = each.settled
        name, label = feature_text(settled.feature, work.matcher), FIELDS[settled.prop].label
        value, rule = value_text(settled.prop, settled.value), RULES[settled.rule]
        span = f" ({settled.low:g}–{settled.high:g})" if settled.low is not None and settled.high is not None else ""
        click.echo(say(Text(f"{name.ko} · {label.ko}: {value.ko}{span}", f"{name.en} · {label.en}: {value.en}{span}")))
        day = say(Text(f", 기준일 {work.as_of}", f", as of {work.as_of}")) if _is_volatile(settled) else ""
        click.echo(f"  {say(rule)} [{settled.rule.value}]{day}")
        for standing in settled.standings:
            source, told = source_text(standing), value_text(settled.prop, standing.value)
            raw = f" ‘{standing.value.raw}’" if standing.value.raw and standing.claim else ""
            key = standing.claim.id if standing.claim else "-"
            until = say(Text(f" ({standing.until}까지)", f" (until {standing.until})")) if standing.until else ""
            click.echo(f"  {key:<15}{say(source)}: {say(told)}{raw} → {say(VERDICTS[standing.verdict])}{until}")
            if standing.claim is None:
                continue
            for entry in each.entries.values():
                if any(claim.id == standing.claim.id for claim in entry.claims):
                    sheet = f" [{entry.sheet}]" if entry.sheet else ""
                    click.echo(f"    {entry.id}  {entry.file}{sheet}:{entry.row}  {entry.surveyor or ''}".rstrip())
                    if entry.note:
                        click.echo(f"      “{_shown(entry.note)}”")
        for lifetime in _lifetimes(settled):
            click.echo(f"  {say(lifetime)}")
        for decision, stands in each.decisions:
            mark = Text("", "") if stands else Text(" (되돌림)", " (undone)")
            head = f"  {decision.id} {decision.act.value} {decision.subject}{say(mark)}"
            click.echo(f"{head}: {decision.by}, {decision.decided_on}, {decision.reason}")


NOTE_SHOWN = 200
"""Characters of a note that the screen shows; `--json` has all of it."""


def _shown(note: str) -> str:
    """A note on one line, without what a terminal would obey."""
    from muui_maps.survey.values import tidy_text

    words = " ".join(tidy_text(note).split())
    return words if len(words) <= NOTE_SHOWN else words[: NOTE_SHOWN - 1] + "…"


def _is_volatile(settled: Settled) -> bool:
    from muui_maps.survey.fields import FIELDS, Nature

    return FIELDS[settled.prop].nature is Nature.VOLATILE


def _lifetimes(settled: Settled) -> list[Text]:
    """For each status that was seen: how long it counts, and why."""
    from muui_maps.survey.effects import LIFETIMES
    from muui_maps.survey.fields import FIELDS

    if not _is_volatile(settled):
        return []
    seen = {each.value.value for each in settled.standings if each.claim is not None}
    labels = {each.name: each.label for each in FIELDS[settled.prop].choices}
    told = []
    for name, each in LIFETIMES.items():
        if name in seen:
            days = (
                Text("새로 본 사람이 있을 때까지", "until somebody says otherwise")
                if each.days is None
                else Text(f"본 날부터 {each.days}일", f"{each.days} days from the day it was seen")
            )
            label = labels[name]
            told.append(
                Text(f"‘{label.ko}’ {days.ko} 세요. {each.why.ko}", f"‘{label.en}’ counts {days.en}. {each.why.en}")
            )
    return told
