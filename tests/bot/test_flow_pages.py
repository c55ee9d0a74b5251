"""The page about the flows is what the scripts are."""

from bot.catalogue import FLOWS
from bot.flow import paths
from bot.flow_pages import PAGE, facts_of, page
from models.phrases import has


def test_the_page_about_the_flows_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: .venv/bin/python -m bot.flow_pages"


def test_every_step_of_every_path_can_be_asked_and_explained() -> None:
    for name, flow in FLOWS.items():
        for path in paths(flow.script, facts_of(name)):
            for one in path.steps:
                if one.step.name != "review":
                    assert has(f"step.{one.step.name}.ask")
                    assert has(f"step.{one.step.name}.label") == one.step.listed or name == "fever"
                assert has(f"step.{one.step.name}.help")
