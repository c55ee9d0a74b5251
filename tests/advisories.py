"""`make audit`: known weaknesses of the pinned libraries, where an advisory list can be had.

pip-audit calls a library that its list lacks "skipped", prints "No known vulnerabilities found" and exits 0, and exits
1 alike for a weakness and for a network that is not there. So the verdict is formed here from its JSON. It also refuses
files that pin one library twice, as those of the two readers do when taken together: each is looked up by itself.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def verdict(report: dict[str, Any] | None) -> tuple[int, str]:
    """Exit code and sentence for what pip-audit reported, or None where it could report nothing.

    1 for a known weakness, or for a library missing from a list that has others; 0 where no list could be had, because
    a hall's intranet has none and nothing was found wrong.
    """
    libraries = report["dependencies"] if report else []
    checked = [library for library in libraries if "skip_reason" not in library]
    if not checked:
        return 0, "No advisory list could be had here, so NOTHING was checked. Run `make audit` where PyPI is reached."
    found = [
        f"{library['name']} {library['version']}: {vuln['id']}" for library in checked for vuln in library["vulns"]
    ]
    missing = [f"{library['name']}: not in the list" for library in libraries if "skip_reason" in library]
    summary = f"{len(checked)} libraries checked, {len(found)} known weaknesses, {len(missing)} not in the list."
    return int(bool(found or missing)), "\n".join([*found, *missing, summary])


def together(reports: dict[str, dict[str, Any] | None]) -> dict[str, Any]:
    """One report of those of several files, by name; a file without one counts as a library that is not in the list."""
    found = {
        (library["name"], library.get("version")): library
        for report in reports.values()
        for library in (report or {"dependencies": []})["dependencies"]
    }
    missing = [{"name": name, "skip_reason": "no report"} for name, report in reports.items() if report is None]
    return {"dependencies": [*found.values(), *missing]}


def files() -> list[Path]:
    """Those files of pins that no other one includes."""
    every = sorted(ROOT.glob("requirements*.txt"))
    included = {
        line[3:].strip() for path in every for line in path.read_text("utf-8").splitlines() if line[:3] == "-r "
    }
    return [path for path in every if path.name not in included]


def command(path: Path) -> list[str]:
    """What asks pip-audit for the pins of this file."""
    asked = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off"]
    return [*asked, "--requirement", str(path)]


def look_up(path: Path, seconds: float) -> dict[str, Any] | None:
    """What pip-audit reports of the pins in this file, or None where it reached no list in time."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        asked = [*command(path), "--format", "json", "--output", str(output)]
        try:
            subprocess.run(asked, timeout=seconds, check=False, stdout=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(output.read_text("utf-8")) if output.exists() else None


if __name__ == "__main__":
    code, sentence = verdict(together({path.name: look_up(path, seconds=150) for path in files()}))
    sys.stdout.write(sentence + "\n")
    sys.exit(code)
