"""Refusing a file whole: one sentence in two languages, one Finding, one mend."""

from __future__ import annotations

from typing import Any, NoReturn

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text

DOWNLOAD_AGAIN = Text("파일을 다시 내려받아 주세요.", "Download the file again.")


def refuse(file: str, code: str, message: Text, fix: Text = DOWNLOAD_AGAIN, **where: Any) -> NoReturn:  # noqa: ANN401
    """Refuse a file.

    Parameters
    ----------
    file
        Its name, as the person gave it.
    message
        What is wrong with it, without a full stop: it is put after the name.
    where
        `layer`, `row`, `field` and `value` of the Finding, where they apply.

    Raises
    ------
    InputRefusedError
        Always.
    """
    said = Text(f"{file}: {message.ko}.", f"{file}: {message.en}.")
    raise InputRefusedError(said, findings=(Finding(code, Severity.ERROR, said, fix, file=file, **where),))
