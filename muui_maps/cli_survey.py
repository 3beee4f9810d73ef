"""The commands for field research: bring in what researchers saw, review it, ask why, and undo."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muui_maps import cli_survey_show
from muui_maps.cli_base import Argument, Command, Group, Option, progress, say
from muui_maps.cli_commands import JSON, LANG, MAYBE_A_STATION, ONE_STATION, WORKSPACE, answer
from muui_maps.cli_errors import tell_findings
from muui_maps.cli_survey_forms import COMMANDS as FORMS
from muui_maps.errors import InputRefusedError, UsageError
from muui_maps.model import Text
from muui_maps.wording import name_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from muui_maps.api import Atlas
    from muui_maps.fieldwork import Fieldwork
    from muui_maps.survey.decide import Decision
    from muui_maps.survey.importing import ImportReport
    from muui_maps.survey.match import Matcher
    from muui_maps.survey.observations import FileRead

_NONE_YET = Text("이 역에는 아직 가져온 조사가 없어요.", "Nothing has been imported for this station yet.")

# ── import ───────────────────────────────────────────────────────────────────


def _said_of_all(observed_at: str | None) -> dict[str, str]:
    """What the command line says of rows that leave it out."""
    from muui_maps.survey.values import ValueRefusedError, read_moment

    try:
        return {} if observed_at is None else {"observed_at": read_moment(observed_at)}
    except ValueRefusedError as fault:
        message = Text(
            f"--observed-at: {fault.message.ko}. {fault.fix.ko}", f"--observed-at: {fault.message.en}. {fault.fix.en}"
        )
        raise UsageError(message) from fault


def survey_import(
    files: Sequence[Path],
    station: str | None,
    mapping: Path | None,
    encoding: str | None,
    workspace: Path | None,
    *,
    observed_at: str | None,
    fill_merged: bool,
    dry_run: bool,
    strict: bool,
    as_json: bool,
) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.fieldwork import home_of, import_dict
    from muui_maps.survey.importing import import_file
    from muui_maps.survey.intake import read_survey_files
    from muui_maps.survey.rows import RowContext
    from muui_maps.survey.values import SEOUL

    atlas = open_atlas(workspace)
    default = atlas.definition(station).id if station else None
    # Only an import asks the clock: what was observed later than now can't be true.
    now = datetime.now(SEOUL).strftime("%Y-%m-%dT%H:%M")
    known = _remembered(atlas.station_id)
    csv_of = {each.id: each.survey for each in atlas.definitions}
    matchers = _Matchers(atlas)

    def store(read: FileRead, *, really: bool) -> ImportReport:
        return import_file(
            read,
            home_of=lambda each: home_of(atlas.workspace, each, csv_of.get(each)),
            known_station=known,
            secrets=atlas.workspace.root / "stations" / "_private",
            default_station=default,
            matcher_of=matchers,
            dry_run=not really,
        )

    with progress(say(Text("가져오기", "Importing"))) as tick:
        steps = len(files) + 1
        tick(0, steps, say(Text("읽기", "reading")))
        reads = read_survey_files(
            files,
            context=RowContext(defaults=_said_of_all(observed_at), now=now),
            known_station=known,
            mapping=mapping,
            encoding=encoding,
            mappings=atlas.data / "mappings",
            fill_merged=fill_merged,
        )
        if strict:
            _refuse_if_any(store(each, really=False) for each in reads)
        reports = []
        for number, each in enumerate(reads, start=1):
            tick(number, steps, each.file)
            reports.append(store(each, really=not dry_run))
        tick(steps, steps, say(Text("다 했어요", "done")))
    answer(
        lambda: [import_dict(report) for report in reports],
        lambda: cli_survey_show.imports(reports, {each.id: name_text(each.name) for each in atlas.definitions}),
        as_json=as_json,
    )
    quarantine = [finding for report in reports for finding in report.quarantine]
    if quarantine and not as_json:
        tell_findings(quarantine)
    return 6 if quarantine else 0


def _remembered(known: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """A station is asked for once, not for each of ten thousand rows."""
    found: dict[str, str | None] = {}

    def ask(name: str) -> str | None:
        if name not in found:
            found[name] = known(name)
        return found[name]

    return ask


class _Matchers:
    """What each station has that rows can mean; a station is assembled when the first row asks."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas
        self.known: dict[str, Matcher | None] = {}

    def __call__(self, station: str) -> Matcher | None:
        if station not in self.known:
            from muui_maps.survey.match import Matcher, features_of

            if self.atlas.definition(station) in self.atlas.surveyed:
                work = self.atlas.fieldwork(station)
                self.known[station] = work.matcher.knowing(work.view.known_as)
            else:
                self.known[station] = Matcher(features_of(self.atlas.base(station)))
        return self.known[station]


def _refuse_if_any(reports: Iterable[ImportReport]) -> None:
    findings = [finding for report in reports for finding in report.quarantine]
    if findings:
        message = Text(
            f"{len(findings)}행을 받을 수 없어 아무것도 저장하지 않았어요(--strict).",
            f"{len(findings)} rows can't be taken; nothing was stored (--strict).",
        )
        raise InputRefusedError(message, findings=findings)


# ── review ───────────────────────────────────────────────────────────────────


def survey_review(
    station: str | None,
    *,
    accept: Sequence[str],
    reject: Sequence[str],
    match: Sequence[str],
    keep: Sequence[tuple[str, str]],
    override: Sequence[tuple[str, str, str]],
    by: str | None,
    reason: str | None,
    decided_on: str | None,
    export_quarantine: Path | None,
    workspace: Path | None,
    as_json: bool,
) -> int:
    from muui_maps.api import open_atlas

    atlas = open_atlas(workspace)
    deciding = bool(accept or reject or match or keep or override)
    if station is None:
        if deciding:
            raise UsageError(Text("결정하려면 역을 적어 주세요.", "name the station to decide about."))
        return _review_all(atlas, export_quarantine, as_json=as_json)
    if atlas.definition(station) not in atlas.surveyed:
        answer(lambda: {"decisions": [], "items": []}, lambda: click.echo(say(_NONE_YET)), as_json=as_json)
        return 0
    work = atlas.fieldwork(station)
    made: list[Decision] = []
    if deciding:
        signed: dict[str, Any] = {"by": by or "", "reason": reason or "", "decided_on": _day(decided_on)}
        made = _decide(work, signed, accept=accept, reject=reject, match=match, keep=keep, override=override)
        work = atlas.fieldwork(station)
    items = work.review()
    if export_quarantine is not None:
        _export_quarantine(export_quarantine, [work])
    from muui_maps.survey.decide import decision_dict

    answer(
        lambda: {"decisions": [decision_dict(each) for each in made], "items": [each.as_json() for each in items]},
        lambda: cli_survey_show.review(work, items, made),
        as_json=as_json,
    )
    return 0


def _day(decided_on: str | None) -> str:
    from muui_maps.survey.values import SEOUL, ValueRefusedError, read_moment

    if decided_on is None:
        return datetime.now(SEOUL).strftime("%Y-%m-%d")
    try:
        return read_moment(decided_on)[:10]
    except ValueRefusedError as error:
        raise UsageError(Text(f"--on: {error.message.ko}", f"--on: {error.message.en}")) from error


def _decide(
    work: Fieldwork,
    signed: dict[str, Any],
    *,
    accept: Sequence[str],
    reject: Sequence[str],
    match: Sequence[str],
    keep: Sequence[tuple[str, str]],
    override: Sequence[tuple[str, str, str]],
) -> list[Decision]:
    """Everything is looked up before the first decision is stored."""
    from muui_maps.survey.decide import Act
    from muui_maps.survey.fields import FIELDS
    from muui_maps.survey.values import ValueRefusedError, read_value

    todo: list[tuple[Act, str, dict[str, Any]]] = []
    for act, subjects in ((Act.ACCEPT, accept), (Act.REJECT, reject)):
        for subject in subjects:
            if not subject.startswith("new:"):
                work.record(subject)
            todo.append((act, subject, {}))
    for pair in match:
        row, sign, text = pair.partition("=")
        if not sign:
            raise UsageError(Text(f"--match는 행=시설로 적어 주세요: {pair}", f"--match takes ROW=FEATURE: {pair}"))
        work.record(row)
        feature = text if any(each.id == text for each in work.view.new) else work.feature(text)
        todo.append((Act.MATCH, row, {"feature": feature}))
    todo += [(Act.KEEP, work.feature(feature), {"prop": work.property(prop)}) for feature, prop in keep]
    for feature, prop, text in override:
        name = work.property(prop)
        try:
            value = read_value(FIELDS[name], text)
        except ValueRefusedError as error:
            raise UsageError(
                Text(
                    f"{name} {text}: {error.message.ko}. {error.fix.ko}",
                    f"{name} {text}: {error.message.en}. {error.fix.en}",
                )
            ) from error
        if value is None:
            raise UsageError(Text("--override에는 값이 필요해요.", "--override needs a value."))
        todo.append((Act.OVERRIDE, work.feature(feature), {"prop": name, "value": value}))
    return [made for act, subject, more in todo for made in work.decide(act, subject, **signed, **more)]


def _review_all(atlas: Atlas, export_quarantine: Path | None, *, as_json: bool) -> int:
    """All stations at a glance, and the rows that name none of them."""
    from muui_maps.fieldwork import held_item, unplaced

    works = [atlas.fieldwork(each) for each in atlas.surveyed]
    lost = [held_item(each) for each in unplaced(atlas.workspace).held.values()]
    if export_quarantine is not None:
        _export_quarantine(export_quarantine, works, [*unplaced(atlas.workspace).held.values()])
    answer(
        lambda: {
            "stations": [
                {
                    "station": work.home.station,
                    "rows": dict(work.view.rows),
                    "items": [each.as_json() for each in work.review()],
                }
                for work in works
            ],
            "unplaced": [each.as_json() for each in lost],
        },
        lambda: cli_survey_show.stations(works, lost),
        as_json=as_json,
    )
    return 0


def _export_quarantine(path: Path, works: Sequence[Fieldwork], more: Sequence[Any] = ()) -> None:
    """The quarantined rows as a sheet to mend and import again."""
    from muui_maps.survey.fields import MENDS
    from muui_maps.tables import write_files

    rows: list[tuple[str, str, dict[str, str]]] = []
    for work in works:
        rows += [(each.id, say(each.reason.message), dict(each.raw)) for each in work.view.held]
        rows += [(each.entry.id, say(each.match.message), dict(each.entry.raw)) for each in work.view.unmatched]
    rows += [(each.id, say(each.reason.message), dict(each.raw)) for each in more]
    header = list(dict.fromkeys(name for _, _, raw in rows for name in raw if name not in {MENDS, "quarantine_reason"}))
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([MENDS, "quarantine_reason", *map(_harmless, header)])
    for key, reason, raw in rows:
        writer.writerow([key, _harmless(reason), *(_harmless(raw.get(name, "")) for name in header)])
    write_files({path: "\ufeff" + out.getvalue()})
    click.echo(
        say(Text(f"격리된 {len(rows)}행을 {path}에 썼어요.", f"Wrote {len(rows)} quarantined rows to {path}.")),
        err=True,
    )


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it; plain numbers do not."""
    if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        try:
            float(cell)
        except ValueError:
            return f"'{cell}"
    return cell


# ── explain and undo ─────────────────────────────────────────────────────────


def survey_explain(station: str, feature: str, prop: str | None, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps.api import open_atlas

    work = open_atlas(workspace).fieldwork(station)
    found = work.explain(feature, prop)
    answer(
        lambda: [each.as_json() for each in found], lambda: cli_survey_show.explanations(work, found), as_json=as_json
    )
    return 0


def survey_undo(
    decision: str, by: str, reason: str, decided_on: str | None, workspace: Path | None, *, as_json: bool
) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.errors import UnknownNameError
    from muui_maps.fieldwork import find_decision
    from muui_maps.survey.decide import Act, decision_dict

    atlas = open_atlas(workspace)
    station = find_decision(atlas.workspace, decision, [each.id for each in atlas.definitions])
    if station is None:
        raise UnknownNameError(Text(f"이런 결정은 없어요: {decision}", f"there is no such decision: {decision}"))
    made = atlas.fieldwork(station).undo(decision, by=by, reason=reason, decided_on=_day(decided_on))
    retracted = made.act is Act.RETRACT
    done = Text("되돌렸어요", "is taken back") if retracted else Text("되살렸어요", "stands again")
    answer(
        lambda: {"station": station, "decision": decision_dict(made)},
        lambda: click.echo(
            say(
                Text(
                    f"{made.id}: {made.subject} 결정을 {done.ko}.", f"{made.id}: the decision {made.subject} {done.en}."
                )
            )
        ),
        as_json=as_json,
    )
    return 0


# ── the list ─────────────────────────────────────────────────────────────────

_FILES = Argument(
    ["files"],
    text=Text("조사 파일이에요. 함께 보낸 사진도 같이 적어요.", "Survey files, with the photos that came with them."),
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE...",
)
_BY = Option(["--by"], text=Text("결정한 사람이에요.", "Who decides."), metavar="NAME")
_REASON = Option(["--reason"], text=Text("그렇게 정한 까닭이에요.", "Why."), metavar="TEXT")
_ON = Option(
    ["--on", "decided_on"],
    text=Text("결정한 날이에요. 없으면 오늘이에요.", "Day of the decision; otherwise today."),
    metavar="YYYY-MM-DD",
)


def _command(name: str, run: Callable[..., int], text: Text, example: Sequence[str], *own: click.Parameter) -> Command:
    return Command(name=name, callback=run, text=text, example=example, params=[*own, WORKSPACE, LANG])


def _decision_option(flag: str, metavar: str, text: Text, nargs: int = 1) -> Option:
    return Option([flag], text=text, multiple=True, metavar=metavar, nargs=nargs)


IMPORT = _command(
    "import",
    survey_import,
    Text(
        "현장 조사 파일을 장부에 넣어요. 못 읽는 행은 까닭과 함께 따로 두고, 다시 넣어도 겹치지 않아요.",
        "Bring survey files into the ledger. Rows that can't be read are kept apart with the reason; importing again "
        "adds nothing.",
    ),
    (
        "muui-maps survey import kobo.csv --station 노원",
        "muui-maps survey import visit.xlsx photo1.jpg --dry-run",
        "muui-maps survey import theirs.csv --mapping theirs.toml --json",
    ),
    _FILES,
    Option(
        ["--station"],
        text=Text("역을 적지 않은 행의 역이에요.", "The station of rows that name none."),
        metavar="STATION",
    ),
    Option(
        ["--mapping"],
        text=Text(
            "다른 양식의 열과 답을 옮겨 읽는 파일이나 그 이름이에요(metro4all).",
            "How another form's columns and answers read in our words: a file, or the name of one of ours (metro4all).",
        ),
        type=click.Path(path_type=Path),
        metavar="FILE",
    ),
    Option(
        ["--encoding"],
        text=Text("글자 인코딩을 알 때 적어요(cp949).", "The text encoding, if you know it (cp949)."),
        metavar="NAME",
    ),
    Option(
        ["--observed-at"],
        text=Text("날짜가 없는 행을 조사한 날이에요.", "The day of the visit, for rows that name none."),
        metavar="DATE",
    ),
    Option(
        ["--fill-merged"],
        text=Text("합친 칸은 모두 같은 값으로 읽어요.", "Merged cells all have the value of their first one."),
        is_flag=True,
    ),
    Option(
        ["--dry-run"],
        text=Text("저장하지 않고 결과만 보여 줘요.", "Tell what would happen; store nothing."),
        is_flag=True,
    ),
    Option(
        ["--strict"],
        text=Text(
            "받을 수 없는 행이 하나라도 있으면 아무것도 저장하지 않아요.", "Store nothing if any row can't be taken."
        ),
        is_flag=True,
    ),
    JSON,
)
REVIEW = _command(
    "review",
    survey_review,
    Text(
        "서로 다른 답, 드문 값, 새 시설, 격리된 행을 보여 주고 결정을 받아요.",
        "Show conflicts, unusual values, new things and quarantined rows, and take decisions.",
    ),
    (
        "muui-maps survey review 노원",
        'muui-maps survey review 노원 --accept c-9c12a0a4e9f5 --by 김무의 --reason "사진으로 확인"',
        'muui-maps survey review 노원 --match o-dab8be1c2ec8=4:EV:외부1 --by Kim --reason "by the photo"',
        'muui-maps survey review nowon --override 4:EV:외부1 door_width_mm 820 --by Kim --reason "measured again"',
        "muui-maps survey review 노원 --export-quarantine mend.csv",
    ),
    MAYBE_A_STATION,
    _decision_option("--accept", "ID", Text("이 답·행·새 시설을 받아들여요.", "This claim, row or new thing counts.")),
    _decision_option("--reject", "ID", Text("이 답·행은 세지 않아요.", "This claim or row does not count.")),
    _decision_option(
        "--match", "ROW=FEATURE", Text("이 행은 이 시설에 대한 거예요.", "This row is about this feature.")
    ),
    _decision_option(
        "--keep", "FEATURE PROPERTY", Text("조사 전의 값을 지켜요.", "Keep what held before the surveys."), 2
    ),
    _decision_option("--override", "FEATURE PROPERTY VALUE", Text("이 값으로 정해요.", "Set this value."), 3),
    _BY,
    _REASON,
    _ON,
    Option(
        ["--export-quarantine"],
        text=Text(
            "격리된 행을 고칠 수 있는 표로 써요.", "Write the quarantined rows as a sheet to mend and import again."
        ),
        type=click.Path(path_type=Path),
        metavar="FILE.csv",
    ),
    JSON,
)
EXPLAIN = _command(
    "explain",
    survey_explain,
    Text(
        "한 시설의 값이 왜 그런지, 모든 답과 결정을 보여 줘요.",
        "Why a fact is what it is: every claim, row, decision and rule.",
    ),
    ("muui-maps survey explain 노원 4:EV:외부1", "muui-maps survey explain nowon 4:EV:외부1 door_width_mm --json"),
    ONE_STATION,
    Argument(
        ["feature"],
        text=Text("시설이에요: 4:EV:외부1, exit:3, 4:platform:상계.", "The feature: 7:EV:1, exit:3, gate:7:B1."),
        metavar="FEATURE",
    ),
    Argument(
        ["prop"],
        text=Text("항목이에요: door_width_mm, 문폭.", "The property: door_width_mm."),
        required=False,
        metavar="[PROPERTY]",
    ),
    JSON,
)
UNDO = _command(
    "undo",
    survey_undo,
    Text("결정을 되돌려요. 되돌린 것도 다시 되돌릴 수 있어요.", "Take a decision back; that can be undone too."),
    ('muui-maps survey undo d-9c12a0a4e9f5 --by 김무의 --reason "잘못 골랐어요"',),
    Argument(["decision"], text=Text("결정의 번호예요(d-…).", "The decision's id (d-…)."), metavar="DECISION"),
    Option(["--by"], text=Text("되돌리는 사람이에요.", "Who takes it back."), metavar="NAME", required=True),
    Option(["--reason"], text=Text("되돌리는 까닭이에요.", "Why."), metavar="TEXT", required=True),
    _ON,
    JSON,
)

SURVEY = Group(
    name="survey",
    text=Text(
        "현장 조사를 넣고, 검토하고, 지도에 싣는 일이에요.",
        "Field research: bring it in, review it, and put it on the maps.",
    ),
    example=(
        "muui-maps survey import visit.csv --station 노원",
        "muui-maps survey review 노원",
        "muui-maps survey explain 노원 4:EV:외부1",
    ),
    commands=[*FORMS, IMPORT, REVIEW, EXPLAIN, UNDO],
)
"""`muui-maps survey …`, as click knows it."""
