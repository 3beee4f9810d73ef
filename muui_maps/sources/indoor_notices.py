"""Every sentence that reading indoor layers may say, in Korean and English, each with its mend.

One table, so that the page of the docs that lists them is made from it and no code goes without a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from muui_maps.model import Finding, Severity, Text

_LONGEST_VALUE = 80
_PLACE = re.compile(r"\{(?!also_)\w+\}")
_ALSO = re.compile(r"\{also_\w+\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of Finding; the sentences are formatted with the words of `notice`."""

    severity: Severity
    message: Text
    fix: Text


def _rows(severity: Severity, *rows: tuple[str, str, str, str, str]) -> dict[str, Notice]:
    return {code: Notice(severity, Text(ko, en), Text(fix_ko, fix_en)) for code, ko, en, fix_ko, fix_en in rows}


_PACK_AGAIN = ("폴더를 다시 압축해 주세요.", "Pack the folder again.")
_EXPORT_AGAIN = ("원본에서 다시 내보내 주세요.", "Export it again from the original.")
_IN_EDITOR = ("QGIS 같은 편집기에서 고쳐 주세요.", "Correct it in an editor such as QGIS.")

NOTICES: dict[str, Notice] = {
    # What is no delivery at all, or a dangerous one: nothing of it is read.
    **_rows(
        Severity.ERROR,
        (
            "archive_no_layer",
            "읽을 레이어가 없어요. 들어 있는 것: {found}",
            "there is no layer in it. It holds: {found}",
            "셰이프파일(.shp, .shx, .dbf) 폴더나 ZIP, GeoPackage를 주세요.",
            "Give a folder or ZIP of shapefiles (.shp, .shx, .dbf), or a GeoPackage.",
        ),
        (
            "archive_ambiguous",
            "어느 레이어를 읽을지 알 수 없어요: {found}",
            "it is not clear which layer is meant: {found}",
            "하나만 남기거나 columns.toml로 레이어를 알려 주세요.",
            "Keep one, or say in a columns.toml what each is.",
        ),
        (
            "archive_path_escapes",
            "압축 파일의 항목이 폴더 밖을 가리켜요",
            "an entry of the archive points outside its folder",
            "이 파일을 믿지 마세요. 만든 곳에 다시 요청하세요.",
            "Do not trust this file; ask its publisher for another.",
        ),
        (
            "archive_too_big",
            "압축을 풀면 너무 커요: {what} (한도 {limit})",
            "it is too big when unpacked: {what} (limit {limit})",
            "필요한 레이어만 다시 압축해 주세요.",
            "Pack again only the layers you need.",
        ),
        (
            "archive_entry_refused",
            "받을 수 없는 항목이에요: {why_ko}",
            "an entry that is not accepted: {why_en}",
            *_PACK_AGAIN,
        ),
        (
            "archive_unreadable",
            "ZIP 파일로 읽을 수 없어요: {why_ko}",
            "it can't be read as a ZIP file: {why_en}",
            "다시 내려받거나 다시 압축해 주세요.",
            "Download it again or pack it again.",
        ),
        (
            "format_not_allowed",
            "받지 않는 형식이에요. 파일은 {first} 로 시작해요",
            "a format that is not accepted; the file begins with {first}",
            "셰이프파일 폴더나 ZIP, GeoPackage를 주세요. 이름이 아니라 내용을 봐요.",
            "Give shapefiles (folder or ZIP) or a GeoPackage; the content counts, not the name.",
        ),
        (
            "not_a_regular_file",
            "보통 파일이나 폴더가 아니에요 ({what})",
            "neither a regular file nor a folder ({what})",
            "링크나 장치 대신 파일 자체를 주세요.",
            "Give the file itself instead of a link or a device.",
        ),
        (
            "file_unreadable",
            "파일을 열 수 없어요: {why}",
            "the file can't be opened: {why}",
            "경로와 읽기 권한을 확인해 주세요.",
            "Check the path and the permission to read it.",
        ),
        ("file_empty", "빈 파일이에요", "the file is empty", *_EXPORT_AGAIN),
        (
            "reader_stopped",
            "읽기가 멈췄어요: {why_ko}",
            "reading it was stopped: {why_en}",
            "파일이 손상되었을 수 있어요. 다시 내보내 주세요.",
            "The file may be damaged; export it again.",
        ),
        ("layer_unreadable", "레이어를 읽을 수 없어요: {why}", "the layer can't be read: {why}", *_EXPORT_AGAIN),
        # Shapefiles
        (
            "shp_part_missing",
            "{missing} 파일이 없어요",
            "{missing} is missing",
            "{missing} 파일을 {beside} 옆에 복사해 주세요.{also_ko}",
            "Copy {missing} beside {beside}.{also_en}",
        ),
        (
            "shp_truncated",
            "파일이 잘렸어요: 머리글은 {expected}바이트, 실제는 {found}바이트",
            "the file is cut off: its header says {expected} bytes, it has {found}",
            *_EXPORT_AGAIN,
        ),
        (
            "dbf_truncated",
            "파일이 잘렸어요: {expected}행이어야 하는데 {found}행뿐이에요",
            "the file is cut off: {expected} rows are announced, {found} are there",
            *_EXPORT_AGAIN,
        ),
        (
            "dbf_header_lies",
            "머리글의 행 수 {expected}이(가) 파일 크기와 맞지 않아요 (실제 {found}행)",
            "its header announces {expected} rows, but only {found} are there",
            *_EXPORT_AGAIN,
        ),
        (
            "dbf_header_broken",
            "속성표 머리글을 읽을 수 없어요",
            "the header of the table can't be read",
            *_EXPORT_AGAIN,
        ),
        (
            "shp_dbf_count_mismatch",
            "도형은 {shapes}개인데 속성은 {rows}행이에요",
            "there are {shapes} shapes and {rows} rows",
            "같은 때 내보낸 .shp와 .dbf를 함께 주세요.",
            "Give the .shp and .dbf of one and the same export.",
        ),
        (
            "shp_record_length",
            "도형의 길이가 맞지 않아요: {found}바이트 (필요 {expected})",
            "the shape's length is wrong: {found} bytes (needs {expected})",
            *_EXPORT_AGAIN,
        ),
        (
            "geometry_type_refused",
            "읽을 수 없는 도형 종류예요: {kind}",
            "a kind of shape that can't be read: {kind}",
            "점, 선, 면으로 바꿔 내보내 주세요.",
            "Export it as points, lines or polygons.",
        ),
        # Encoding and coordinate system
        (
            "encoding_mismatch",
            "{encoding}(으)로 읽을 수 없는 글자가 있어요",
            "a text that is not {encoding}",
            "{cpg} 파일을 지우거나 --encoding cp949 처럼 인코딩을 알려 주세요.",
            "Delete {cpg}, or say the encoding: --encoding cp949.",
        ),
        (
            "encoding_unsure",
            "글자 인코딩을 알 수 없어요 (cp949로 읽으면 ‘{sample}’)",
            "the encoding is not clear (as cp949 it reads ‘{sample}’)",
            "인코딩을 알려 주세요: --encoding cp949 또는 --encoding utf-8.",
            "Say the encoding: --encoding cp949 or --encoding utf-8.",
        ),
        (
            "encoding_unknown",
            "모르는 인코딩 이름이에요",
            "no such encoding",
            "cp949 나 utf-8 처럼 써 주세요.",
            "Write cp949 or utf-8, for example.",
        ),
        (
            "crs_missing",
            "좌표계가 적혀 있지 않아요. {candidates_ko}",
            "no coordinate system is stated. {candidates_en}",
            "맞는 것을 골라 --crs EPSG:5186 처럼 알려 주세요.",
            "Say which is right: --crs EPSG:5186, for example.",
        ),
        (
            "crs_unreadable",
            "좌표계 파일(.prj)을 읽을 수 없어요. {candidates_ko}",
            "the coordinate system (.prj) can't be read. {candidates_en}",
            "--crs EPSG:5186 처럼 알려 주세요.",
            "Say it: --crs EPSG:5186, for example.",
        ),
        (
            "crs_unknown",
            "모르는 좌표계예요",
            "no such coordinate system",
            "EPSG:5186 처럼 EPSG 번호로 써 주세요.",
            "Write an EPSG code, such as EPSG:5186.",
        ),
        (
            "crs_needed",
            "이름 없는 좌표계라서 어디인지 확실하지 않아요. {candidates_ko}",
            "its coordinate system has no known code, so the place is not certain. {candidates_en}",
            "맞는 것을 골라 --crs EPSG:5174 처럼 알려 주세요.",
            "Say which is right: --crs EPSG:5174, for example.",
        ),
        (
            "coord_axes_swapped",
            "x와 y가 바뀐 것 같아요",
            "x and y look swapped",
            "두 좌표를 바꿔 내보내 주세요.",
            "Swap the two columns and export again.",
        ),
        (
            "coord_units_wrong",
            "좌표의 단위가 {crs}와(과) 맞지 않아요: {looks_ko}로 보여요",
            "the coordinates do not fit {crs}: they look like {looks_en}",
            "맞는 좌표계를 --crs로 알려 주세요.",
            "Say the right coordinate system with --crs.",
        ),
        (
            "coord_out_of_area",
            "있을 수 없는 곳이에요: {reference_ko}에서 {distance} 떨어져 있어요",
            "an impossible place: {distance} from {reference_en}",
            "좌표나 좌표계를 확인해 주세요.",
            "Check the coordinates or the coordinate system.",
        ),
        ("coord_not_finite", "좌표가 수가 아니에요", "a coordinate is not a number", *_IN_EDITOR),
        (
            "line_too_short",
            "길이가 없는 선이에요",
            "a line without length",
            "서로 다른 점을 둘 이상 찍거나 지워 주세요.",
            "Give it two different points, or delete it.",
        ),
        ("geometry_unreadable", "도형을 읽을 수 없어요", "the shape can't be read", *_IN_EDITOR),
        (
            "geometry_wrong_type",
            "{wanted_ko}이어야 하는데 {found}(으)로 되어 있어요",
            "it should be {wanted_en} and is {found}",
            *_IN_EDITOR,
        ),
        # GeoPackage
        (
            "gpkg_view_refused",
            "표가 아니라 뷰(view)예요",
            "it is a view, not a table",
            "뷰를 표로 저장해 주세요.",
            "Save the view as a table.",
        ),
        (
            "gpkg_table_refused",
            "받지 않는 가상 표예요: {module}",
            "a virtual table that is not accepted: {module}",
            "보통 표로 저장해 주세요.",
            "Save it as an ordinary table.",
        ),
        # The schema
        (
            "layer_unknown",
            "정해진 이름(L_건물_층_용도_구조)이 아닌 레이어예요",
            "a layer not named by the schema (L_BUILDING_FLOOR_USE_STRUCTURE)",
            "columns.toml에 어떻게 읽을지 적어 주세요.",
            "Say in a columns.toml how to read it.",
        ),
        (
            "field_missing",
            "필요한 열이 없어요. 비슷한 열: {near}",
            "a column that is needed is missing. Like it: {near}",
            "열 이름을 고치거나 columns.toml에 적어 주세요.",
            "Rename the column, or name it in a columns.toml.",
        ),
        (
            "id_duplicate",
            "같은 기본키가 {first}에도 있어요",
            "the same key is also at {first}",
            "둘 중 하나의 기본키를 바꾸거나 지워 주세요.",
            "Change one of the two keys, or delete one.",
        ),
        ("id_missing", "기본키가 없어요", "it has no key", "PRIMARYKEY를 채워 주세요.", "Fill in PRIMARYKEY."),
        (
            "level_unknown",
            "층을 알 수 없어요",
            "no such floor",
            "B01B01, F01F01 처럼 써 주세요.",
            "Write it as B01B01 or F01F01.",
        ),
        (
            "edge_end_unknown",
            "선의 끝점이 없는 지점을 가리켜요",
            "an end of the line names a point that does not exist",
            "있는 POINT의 PRIMARYKEY를 써 주세요.",
            "Name the PRIMARYKEY of a POINT that exists.",
        ),
        (
            "edge_end_ambiguous",
            "잘린 키가 여러 지점에 맞아요: {found}",
            "a cut key fits several points: {found}",
            "키를 끝까지 써 주세요.",
            "Write the key in full.",
        ),
        (
            "mapping_wrong",
            "columns.toml이 잘못되었어요: {why_ko}",
            "the columns.toml is wrong: {why_en}",
            "{fix_ko}",
            "{fix_en}",
        ),
    ),
    # What was read with a doubt, or not quite as delivered.
    **_rows(
        Severity.WARNING,
        (
            "shx_header_lies",
            "색인(.shx)이 도형과 맞지 않아 무시하고 도형을 차례로 읽었어요",
            "the index (.shx) does not fit the shapes; it was ignored and the shapes read in turn",
            *_EXPORT_AGAIN,
        ),
        (
            "shp_trailing_bytes",
            "머리글이 말하는 끝 뒤에 {found}바이트가 더 있어요. 읽지 않았어요",
            "{found} bytes follow the end that its header states; they were not read",
            *_EXPORT_AGAIN,
        ),
        (
            "dbf_deleted_rows",
            "지운 것으로 표시된 행이라 뺐어요",
            "a row marked as deleted; it was left out",
            "되살리려면 편집기에서 표시를 풀고, 아니면 압축(pack)해 주세요.",
            "Recall it in an editor, or pack the table.",
        ),
        (
            "dbf_field_type",
            "읽지 않는 종류의 열이에요: {kind}",
            "a column of a kind that is not read: {kind}",
            "글자 열로 바꿔 주세요.",
            "Make it a text column.",
        ),
        (
            "text_truncated",
            "글자가 중간에 잘렸어요. 원래 바이트: {raw}",
            "the text is cut in the middle of a letter. Its bytes: {raw}",
            "전체 이름을 확인해 다시 적어 주세요.",
            "Look up the whole name and write it again.",
        ),
        (
            "text_maybe_truncated",
            "열 너비({width})를 꽉 채워서 잘렸을 수 있어요",
            "it fills the column's width ({width}) and may be cut",
            "전체 이름을 확인해 주세요.",
            "Look up the whole name.",
        ),
        (
            "encoding_doubtful",
            "적힌 인코딩({encoding})보다 cp949로 읽는 것이 자연스러워요: ‘{sample}’",
            "it reads better as cp949 than as the stated {encoding}: ‘{sample}’",
            "맞으면 --encoding cp949 로 알려 주세요.",
            "If so, say --encoding cp949.",
        ),
        (
            "crs_not_identified",
            "좌표계에 맞는 EPSG 번호가 없어요",
            "no EPSG code fits the coordinate system",
            "맞는 좌표계를 --crs로 알려 주세요.",
            "Say the right coordinate system with --crs.",
        ),
        (
            "crs_overridden",
            "적힌 좌표계 대신 {crs}(으)로 읽었어요. 두 위치의 차이: {distance}",
            "read in {crs} instead of the stated one; the two places are {distance} apart",
            "차이가 크면 어느 쪽이 맞는지 확인해 주세요.",
            "If that is far, check which is right.",
        ),
        (
            "geometry_null",
            "도형이 없는 행이라 뺐어요",
            "a row without a shape; it was set aside",
            *_IN_EDITOR,
        ),
        (
            "geometry_invalid",
            "도형이 바르지 않아 고쳐서 썼어요: {why}",
            "the shape is not valid; a repaired copy is used: {why}",
            *_IN_EDITOR,
        ),
        (
            "geometry_type_converted",
            "도형을 바꿔 읽었어요: {what_ko}",
            "the shapes were converted: {what_en}",
            "높이가 필요하면 층별 높이를 따로 알려 주세요.",
            "If heights matter, state the heights of the floors apart.",
        ),
        (
            "geometry_split",
            "여러 조각으로 된 도형이라 {count}개로 나눴어요",
            "a shape of several pieces; it was split into {count}",
            "조각마다 하나의 행으로 만들어 주세요.",
            "Make each piece a row of its own.",
        ),
        (
            "gpkg_wal_present",
            "저장되지 않은 편집({journal})이 옆에 있어요. 빠졌을 수 있어요",
            "edits that were not saved ({journal}) lie beside it; they are not read",
            "편집기를 닫아 저장을 마친 뒤 다시 주세요.",
            "Close the editor so that it finishes saving, and give the file again.",
        ),
        (
            "mapping_unused",
            "이 이름에 맞는 레이어가 없어요",
            "no layer matches this name",
            "columns.toml의 match와 레이어 이름을 확인해 주세요.",
            "Check `match` in the columns.toml against the layers' names.",
        ),
        ("reader_says", "읽는 중 경고: {why}", "a warning while reading: {why}", *_EXPORT_AGAIN),
        (
            "field_absent",
            "열이 없어서 값을 모르는 것으로 두었어요. 비슷한 열: {near}",
            "the column is missing, so its values are unknown. Like it: {near}",
            "열 이름을 고치거나 columns.toml에 적어 주세요.",
            "Rename the column, or name it in a columns.toml.",
        ),
        (
            "kind_unknown",
            "모르는 종류예요. 모르는 것으로 두었어요",
            "an unknown kind; it stays unknown",
            "정해진 종류 이름으로 고치거나 columns.toml에 적어 주세요.",
            "Use a kind of the schema, or translate it in a columns.toml.",
        ),
        (
            "code_unknown",
            "모르는 코드예요. 모르는 것으로 두었어요",
            "an unknown code; it stays unknown",
            "정해진 코드로 고쳐 주세요.",
            "Use a code of the schema.",
        ),
        (
            "facility_code_conflict",
            "시설 코드({said})와 종류({kind})가 달라요. 종류를 따랐어요",
            "the facility code ({said}) and the kind ({kind}) differ; the kind was taken",
            "둘을 같게 고쳐 주세요.",
            "Make the two agree.",
        ),
        (
            "layer_conflict",
            "레이어 이름({expected})과 달라요. 레이어 이름을 따랐어요",
            "it is not what the layer's name says ({expected}); the name was taken",
            "둘을 같게 고쳐 주세요.",
            "Make the two agree.",
        ),
        (
            "floor_span",
            "여러 층에 걸쳐 있어요. {levels}에 두었어요",
            "it spans floors; it was put on {levels}",
            "층마다 하나씩 만들어 주세요.",
            "Make one for each floor.",
        ),
        (
            "station_mixed",
            "다른 건물({first})의 레이어와 섞여 있어요",
            "mixed with the layers of another building ({first})",
            "한 역의 건물인지 확인하고, 아니면 --building으로 하나를 골라 주세요.",
            "See whether both belong to one station; if not, choose one with --building.",
        ),
        (
            "edge_end_off",
            "선의 끝이 가리키는 지점에서 {metres} m 떨어져 있어요",
            "the line's end is {metres} m from the point it names",
            *_IN_EDITOR,
        ),
        (
            "edge_end_by_place",
            "잘린 키가 여러 지점에 맞아서 가장 가까운 {found}(으)로 이었어요",
            "a cut key fits several points; the nearest was taken: {found}",
            "키를 끝까지 써 주세요.",
            "Write the key in full.",
        ),
    ),
    # What a person may want to know.
    **_rows(
        Severity.INFO,
        ("archive_skipped", "읽지 않는 파일이에요", "a file that is not read", "할 일이 없어요.", "Nothing to do."),
        (
            "archive_names_decoded",
            "압축 파일의 항목 이름을 {encoding}(으)로 읽었어요",
            "the names in the archive were read as {encoding}",
            "할 일이 없어요.",
            "Nothing to do.",
        ),
        (
            "shx_restored",
            "색인(.shx)을 임시로 다시 만들어 읽었어요. 원본은 그대로예요",
            "the index (.shx) was made again for reading; the original was not touched",
            "편집기에서 다시 저장하면 없어져요.",
            "Saving it again in an editor ends this.",
        ),
        (
            "encoding_guessed",
            "인코딩이 적혀 있지 않아 {encoding}(으)로 읽었어요",
            "no encoding is stated; it was read as {encoding}",
            "틀리면 --encoding으로 알려 주세요.",
            "If that is wrong, say --encoding.",
        ),
        ("layer_empty", "행이 없는 레이어예요", "a layer without rows", "할 일이 없어요.", "Nothing to do."),
        (
            "layer_skipped",
            "읽지 않은 레이어예요: {why_ko}",
            "a layer that was not read: {why_en}",
            "할 일이 없어요.",
            "Nothing to do.",
        ),
        (
            "column_matched",
            "열 이름을 {official}(으)로 보았어요",
            "this column was taken for {official}",
            "틀리면 columns.toml에 적어 주세요.",
            "If that is wrong, say so in a columns.toml.",
        ),
        (
            "code_misprint",
            "{taken}(으)로 보았어요",
            "it was taken for {taken}",
            "코드를 고쳐 주세요.",
            "Correct the code.",
        ),
        (
            "key_matched_by_part",
            "잘린 키를 {found}(으)로 보았어요",
            "a cut key was taken for {found}",
            "키를 끝까지 써 주세요.",
            "Write the key in full.",
        ),
        (
            "direction_assumed",
            "같은 층 안의 한 방향이라 FPOINT에서 SPOINT로 가는 것으로 보았어요",
            "one-way on one floor: taken to run from FPOINT to SPOINT",
            "반대라면 FPOINT와 SPOINT를 바꿔 주세요.",
            "If it runs the other way, swap FPOINT and SPOINT.",
        ),
        (
            "direction_by_level",
            "방향 코드를 따라 낮은 층과 높은 층을 이어 FPOINT와 SPOINT를 바꿨어요",
            "its direction code speaks of up or down, so FPOINT and SPOINT were swapped",
            "맞는지 확인해 주세요.",
            "Check whether that is right.",
        ),
        (
            "facility_code_unlisted",
            "표에 없는 시설 코드라 종류({kind})를 따랐어요",
            "a facility code that the rule does not list; the kind ({kind}) was taken",
            "정해진 코드로 고쳐 주세요.",
            "Use a code of the rule.",
        ),
        (
            "kind_assumed",
            "종류가 적혀 있지 않거나 ‘기타’라서 용도({division})에 따라 {taken_ko}(으)로 보았어요",
            "its kind is empty or ‘other’; by its use ({division}) it was taken as {taken_en}",
            "다르면 종류를 적어 주세요.",
            "If it is something else, state its kind.",
        ),
        (
            "level_order_assumed",
            "로비층의 높이가 적혀 있지 않아 지하 1층과 지상 1층 사이로 보았어요",
            "the height of the lobby is not stated; it was put between B1 and 1F",
            "다르면 층별 높이를 알려 주세요.",
            "If it is elsewhere, state the heights of the floors.",
        ),
        (
            "level_text_read",
            "{taken}(으)로 보았어요",
            "it was taken for {taken}",
            "B01B01, F01F01 처럼 쓰면 확실해요.",
            "B01B01 or F01F01 would be certain.",
        ),
        (
            "structure_not_used",
            "길을 막지 않는 구조(천장, 바닥)라 읽지 않았어요",
            "structure that bars no way (ceiling, floor); not read",
            "할 일이 없어요.",
            "Nothing to do.",
        ),
    ),
}


def notice(
    code: str,
    *,
    file: str | None = None,
    layer: str | None = None,
    row: int | None = None,
    field: str | None = None,
    value: str | None = None,
    **words: Any,  # noqa: ANN401
) -> Finding:
    """A Finding of the table, its sentences filled in with `words`."""
    known = NOTICES[code]
    return Finding(
        code=code,
        severity=known.severity,
        message=_filled(known.message, words, full_stop=True),
        fix=_filled(known.fix, words, full_stop=False),
        file=file,
        layer=layer,
        row=row,
        field=field,
        value=None if value is None else plain(value),
    )


def plain(value: str, longest: int = _LONGEST_VALUE) -> str:
    """A value as it may be shown: control characters written out, at most `longest` letters."""
    shown = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in value)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def findings_page() -> str:
    """`docs/indoor-findings.md`: everything that reading indoor layers may say."""
    rows = [
        f"| `{code}` | {known.severity} | {_cell(known.message.en)} {_cell(known.fix.en)} "
        f"| {_cell(known.message.ko, capital=False)} {_cell(known.fix.ko, capital=False)} |"
        for code, known in NOTICES.items()
    ]
    head = (
        "# What reading indoor layers may say · 실내공간정보를 읽으며 하는 말\n\nMade from the program by `make docs`. "
    )
    why = "An error refuses the delivery, or sets a row aside where the Finding names a row.\n\n"
    return head + why + "\n".join(["| code | severity | English | 한국어 |", "|---|---|---|---|", *rows]) + "\n"


def _cell(text: str, *, capital: bool = True) -> str:
    """A sentence in a table: its places as `…`."""
    plain_text = _PLACE.sub("…", _ALSO.sub("", text)).strip().rstrip(".")
    first = plain_text[:1].upper() if capital else plain_text[:1]  # Korean begins with names of files as they are
    return f"{first}{plain_text[1:]}." if plain_text else ""


def _filled(text: Text, words: dict[str, Any], *, full_stop: bool) -> Text:
    ko, en = text.ko.format(**words), text.en.format(**words)
    if full_stop:
        first = en[:1] if text.en.startswith("{") else en[:1].upper()  # the name of a file keeps its case
        ko, en = f"{ko.rstrip('.')}.", f"{first}{en[1:].rstrip('.')}."
    return Text(ko, en)
