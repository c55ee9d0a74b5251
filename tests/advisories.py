"""`make audit`: known weaknesses of the pinned libraries, where an advisory list can be had.

pip-audit calls a library that its list lacks "skipped", prints "No known vulnerabilities found" and exits 0, and exits
1 alike for a weakness and for a network that is not there. So the verdict is formed here from its JSON.
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


def look_up(requirements: list[Path], seconds: float) -> dict[str, Any] | None:
    """What pip-audit reports of the pins in these files, or None where it reached no list in time."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner", "off"]
        command += ["--format", "json", "--output", str(output)]
        for path in requirements:
            command += ["--requirement", str(path)]
        try:
            subprocess.run(command, timeout=seconds, check=False, stdout=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None
        return json.loads(output.read_text("utf-8")) if output.exists() else None


if __name__ == "__main__":
    code, sentence = verdict(look_up(sorted(ROOT.glob("requirements*.txt")), seconds=300))
    sys.stdout.write(sentence + "\n")
    sys.exit(code)
