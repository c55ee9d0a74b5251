import pytest

from bot.simulator.bubbles import Link, Tap, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("没有链接", ("没有链接",)),
        ("", ()),
        (
            '请选 <a href="weixin://bizmsgmenu?msgmenucontent=%E7%A4%BE%E4%BF%9D&msgmenuid=1">1 社保</a>。',
            ("请选 ", Tap("1 社保", "社保", "1"), "。"),
        ),
        (  # the id may come first
            '<a href="weixin://bizmsgmenu?msgmenuid=7&msgmenucontent=ok">好</a>',
            (Tap("好", "ok", "7"),),
        ),
        (  # a plus sign is a plus sign, an encoded & belongs to the content
            '<a href="weixin://bizmsgmenu?msgmenucontent=1+1%26x=2&msgmenuid=1">x</a>',
            (Tap("x", "1+1&x=2", "1"),),
        ),
        ('<a href="https://hall.example/p?a=1&b=2">说明</a>', (Link("说明", "https://hall.example/p?a=1&b=2"),)),
        ("<a href='http://hall.example'>说明</a>", (Link("说明", "http://hall.example"),)),
        (  # what a mini program link shows in the simulator is its fallback
            '<a href="https://x.example" data-miniprogram-appid="wx1" data-miniprogram-path="p">去</a>',
            (Link("去", "https://x.example"),),
        ),
        ('<a href="javascript:alert(1)">点我</a>', ("点我",)),  # no other kind of link can be tapped
        ('<a href="weixin://other">点我</a>', ("点我",)),
        (  # a bare address, the full stop after it not part of it
            "见 https://hall.example/h/A1。谢谢",
            ("见 ", Link("https://hall.example/h/A1", "https://hall.example/h/A1"), "。谢谢"),
        ),
        ("<b>粗</b> & <script>x</script>", ("<b>粗</b> & <script>x</script>",)),  # shown as typed
        ("两行\n第二行", ("两行\n第二行",)),
    ],
)
def test_a_text_is_shown_as_the_client_shows_it(text: str, parts: tuple[object, ...]) -> None:
    assert parts_of(text) == parts
