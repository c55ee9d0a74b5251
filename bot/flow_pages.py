"""docs/flows.md, written from the scripts: what each flow asks, and every way through it.

.venv/bin/python -m bot.flow_pages
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.catalogue import FLOWS
from bot.flow import Choice, Review, Step, paths
from bot.scripts.check_in import CheckInFacts
from bot.scripts.registering import RegisterFacts
from models.phrases import PHRASES
from models.rules.halls import HallFacts, facts_from
from models.rules.regions import Region

PAGE = Path(__file__).parent.parent / "docs" / "flows.md"
TODAY = date(2026, 3, 2)

HEAD = """# Flows

Written from the scripts in `bot/scripts` by `.venv/bin/python -m bot.flow_pages`; a test keeps it current. The hall
here asks every field, the optional ones too; a hall may want less. 返回, 取消, 跳过, 帮助 and 确认 work in every
flow, several answers may stand in one message, and at the review what it lists can be changed.
"""

_LINK = re.compile(r"<a [^>]*>(.*?)</a>")


def sample_hall() -> HallFacts:
    """A hall that asks everything."""
    facts: dict[str, Any] = {
        "calendar": {"weekly": [["09:00-17:00"]] * 7},
        "matters": [{"code": "social", "zh": "社会保险", "en": "Social insurance"}],
        "doors": {"1": {"name": "东门"}},
    }
    return facts_from((1, "sample", "市民中心", "open", 1), facts)


def facts_of(flow: str) -> Any:
    """Facts under which a flow's paths can be walked."""
    if flow in ("check_in", "missed"):
        return CheckInFacts(sample_hall(), TODAY, "zh", needs_consent=True, missed=flow == "missed")
    if flow == "register":
        found = (Region("320106", "鼓楼区", ("江苏省", "南京市")), Region("350102", "鼓楼区", ("福建省", "福州市")))
        return RegisterFacts(lambda text: found if text == "鼓楼区" else found[:1], most_days=30)
    if flow == "case":
        return [("a", "张* 1****************X"), ("b", "张* 138****8000")]
    return [(1, "市民中心"), (2, "政务中心")] if flow == "switch" else None


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name in FLOWS for line in _flow(name))]).rstrip() + "\n"


def _flow(name: str) -> Iterator[str]:
    script = FLOWS[name].script
    walked = list(paths(script, facts_of(name)))
    steps: dict[str, Step] = {}
    for path in walked:
        for one in path.steps:
            steps.setdefault(one.step.name, one.step)
    yield f"## {name}\n"
    yield f"{(script.__doc__ or '').strip().splitlines()[0]}\n"
    yield "| step | asked | answers |\n|---|---|---|"
    for step in steps.values():
        yield f"| `{step.name}` | {_asked(step)} | {_answers(step)} |"
    yield "\nWays through it:\n"
    ways = {_way(path): None for path in walked}
    yield from ways
    yield ""


def _way(path: Any) -> str:
    names = [f"~~{one.step.name}~~" if one.text == "" else one.step.name for one in path.steps]
    return f"- {' → '.join(names)} → **{type(path.outcome).__name__}**"


def _asked(step: Step) -> str:
    if isinstance(step, Review):
        return "what was understood, numbered"
    text = PHRASES["zh"][f"step.{step.name}.ask"].split("\n")[0]
    return _LINK.sub(r"[\1]", text).replace("|", "\\|")


def _answers(step: Step) -> str:
    if isinstance(step, Review):
        return "确认, a number, or new values"
    if isinstance(step, Choice):
        words = ", ".join(option.label for option in step.options)
    else:
        given = ", ".join(filter(None, (*step.examples, step.default)))
        words = f"such as {given}" if given else "free text"
    if step.quiet:
        return f"{words}; only asked when it is chosen at the review"
    return f"{words}; may be skipped" if step.optional else words


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
