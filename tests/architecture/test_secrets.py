"""How secrets are compared, where requests go out to, and where browsers are led, as the code says it."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import SOURCES, Source, is_within

BESIDE = ("bot.simulator", "bench", "demo", "demo_data", "demo_crowd")
OURS = [one for one in SOURCES if not any(is_within(one.module, part) for part in BESIDE)]
"""What is served."""

EQUAL = ast.Eq | ast.NotEq | ast.In | ast.NotIn
SECRET = re.compile(r"token|secret|signature|(?<!as)signed\b|\bmac\b|_mac\b|digest|hash|csrf|password", re.IGNORECASE)
COMPARED = {
    ("bot.sending", "error.path == TOKEN_PATH"): "the path of a call",
    ("models.services.casework.notices", "digest != now_digest"): "of what a page showed; opens nothing",
    ("models.adapters.frames", "json.loads(data)['sha256'] != digest.hexdigest()"): "of a file that was opened by then",
    ("models.rules.chain", "row.digest != link(row.previous, row.fields)"): "of what was sealed; opens nothing",
    ("models.services.deletions", "row.digest != chain.link(before, fields(row))"): "likewise",
    ("models.services.verifying", "row.digest != link(row.previous, fields_of(row))"): "likewise",
    ("models.services.verifying", "row.previous != (before.digest if before else START)"): "likewise",
    ("models.services.verifying", "row.prior != digest"): "likewise",
    (
        "models.services.verifying",
        "f'{rows[0].number}:{rows[0].digest.hex()[:_DIGITS]}' == f'{int(number)}:{digits.lower()}'",
    ): "likewise",
    ("models.services.casework.one_key", "vault.key_of_hash(one) == newest"): "names of keys",
    ("models.services.rekeying", "vault.key_of_hash(bytes(stored)) == newest_hash"): "likewise",
    ("models.tables.vault", "name not in self._hash_keys"): "likewise",
    (
        "models.services.own_requests",
        "hashing.name_hash(one.name) in names",
    ): "of who typed the name itself",
    ("models.services.own_requests", "one.id_hash in numbers"): "likewise",
    ("models.services.own_requests", "one.name_hash in names"): "likewise",
    ("models.services.own_requests", "one.name_hash not in names"): "likewise",
    ("models.services.tokens", "kept.token != stale"): "ours both: whether somebody else has fetched a newer one",
    ("models.services.waiting", "audit.hash_of(post.openid) == row.done_by"): "of who did something; opens nothing",
    ("setting_values", "len(secret) != 32"): "a length, at start",
    ("setting_values", "secret in found.values()"): "whether a key is there twice, at start",
    ("settings", "secret in data_keys"): "likewise",
    ("web.visiting", "'visitor_secret' not in g"): "a name",
    ("web.static_files", "request.args.get('v') == _hash(folder, filename)"): "of a public file",
}
"""Comparisons whose time tells nobody anything, and why. Every other one of a secret has to be hmac.compare_digest; a
secret that a table is asked for is asked for by its hash."""

LED_TO = {
    "authorize_url(state)": "the platform's address, of the settings",
    "target": "checked by own_path when it was kept, and again when it was asked for",
    "back_url": "made by url_for",
    "_page_of(hall)": "made by url_for",
}


def comparisons(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare) and any(isinstance(one, EQUAL) for one in node.ops):
            text = ast.unparse(node)
            # What a statement has changed is a count, and how a sign-in stands a word.
            if SECRET.search(text) and not text.startswith(("changed(", "sign_ins.state(")):
                yield text


def calls(source: Source, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == name:
            yield node


def test_no_secret_is_compared_in_a_time_that_tells_of_it() -> None:
    found = {(source.module, text) for source in OURS for text in comparisons(source)}
    assert found - COMPARED.keys() == set()
    assert COMPARED.keys() - found == set()


def test_the_search_for_comparisons_finds_them() -> None:
    tree = ast.parse("if token == given or row.hash in kept or x != 1: pass")
    source = Source("planted", SOURCES[0].path)
    source.__dict__["tree"] = tree
    assert list(comparisons(source)) == ["token == given", "row.hash in kept"]


def test_requests_go_to_the_host_of_the_settings_alone() -> None:
    """Nothing that somebody sends says where: photos are fetched by their media id."""
    hosts = [ast.unparse(call.args[0]) for source in OURS for call in calls(source, "Http")]
    assert hosts and set(hosts) == {"wechat.api_url"}
    texts = {source.module: source.path.read_text("utf-8") for source in OURS}
    assert [module for module, text in texts.items() if re.search("PicUrl|pic_url", text)] == []
    assert "allow_redirects=False" in texts["bot.wechat.http"]


def test_browsers_are_led_to_pages_of_ours_alone() -> None:
    led = {ast.unparse(call.args[0]) for source in OURS for call in calls(source, "redirect")}
    assert len(led) > 20
    assert {one for one in led if not one.startswith("url_for(")} == LED_TO.keys()


def test_nothing_is_drawn_from_a_generator_that_can_be_foreseen() -> None:
    """`random` is for waits between tries, never for a code or a token."""
    drawing = {source.module for source in OURS if "random" in source.imports}
    assert drawing <= {"models.tables.database", "models.tables.sqlite", "models.tables.mysql"}
