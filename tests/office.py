"""Workbooks as LibreOffice opens them."""

import csv
import io
import shutil
import subprocess
from pathlib import Path

# Cells as shown, and with formulas in place of their values.
_OPTIONS = {"shown": "44,34,76,1,,0,false,true,false", "formulas": "44,34,76,1,,0,false,false,true"}


def as_office_shows(file: Path) -> dict[str, list[list[str]]]:
    """The rows of the first sheet: `shown`, and `formulas`, which differ wherever something is computed. What it needs
    is kept beside the file."""
    office = shutil.which("soffice")
    assert office, "LibreOffice is missing (Debian: libreoffice-calc-nogui)"
    found = {}
    for name, options in _OPTIONS.items():
        out = file.parent / name
        subprocess.run(
            [office, f"-env:UserInstallation=file://{file.parent}/profile", "--headless", "--convert-to",
             f"csv:Text - txt - csv (StarCalc):{options}", "--outdir", str(out), str(file)],
            check=True, capture_output=True, timeout=110,
        )  # fmt: skip
        found[name] = list(csv.reader(io.StringIO((out / f"{file.stem}.csv").read_text("utf-8"))))
    return found
