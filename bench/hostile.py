"""What a stranger, a broken proxy or a curious visitor might send: deliveries of the platform changed in every part,
and values for fields. The same for the same seed."""

import random
from typing import Any

from tests.bot.wechat import sender
from tests.canary_day import BY_CHAT, COMPANION, STRANGE

PEOPLE = 400
EVENTS = (
    "subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH",
    "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event", "user_info_modified",
    "user_authorization_revoke", "qualification_verify_success", "nothing_that_there_is", "",
)  # fmt: skip
KINDS = ("text", "image", "voice", "video", "shortvideo", "location", "link", "event", "music", "")
WORDS = (
    "签到,签退,同意,不同意,确认,取消,返回,跳过,帮助,我的记录,我的资料,更正,谁看过我,English,中文,人工帮忙,注册大厅,今日,补登记,不用,1,2,社保"
    ",36.5,39.9,9:05,更多,全部签退,设置,不是本人,无,绑定 ABCD2345,登录 123456,查询 张三,导出 本月,密接 13800138000"
)
ODD = (
    "", " ", "\0", "\x1b[31m", "\u202e反", "]]>", "]]]]><![CDATA[>", "&amp;&#0;", "<b>x</b>", "' OR 1=1 --", "{{7*7}}",
    "${jndi:ldap://127.0.0.1/a}", "%00%0d%0aSet-Cookie: a=b", "../../etc/passwd", "=1+1", "9" * 3000, "长" * 2000,
    "-1", "1e400", "NaN", "²", "٣٧", "😀" * 50, "\ud800", "\ufffe", "２０２６", "0x10", "True", "null", "[]",
    "a" * 20_000,
)  # fmt: skip


class Hostile:
    """Deliveries and values without end. `scenes`: codes of doors that are good."""

    def __init__(self, seed: int, scenes: tuple[str, ...] = ()) -> None:
        self._luck = random.Random(seed)
        self._scenes = scenes

    def value(self) -> str:
        """Something for a field: a word, somebody's name or number, odd text, or noise."""
        luck = self._luck
        return luck.choice(
            (
                lambda: luck.choice(WORDS.split(",")),
                lambda: luck.choice(ODD),
                lambda: luck.choice((*BY_CHAT, *COMPANION, STRANGE)),
                lambda: f"同意 {' '.join(BY_CHAT)} 社保 36.5",
                self._noise,
                lambda: str(luck.randrange(-(10**6), 10 ** luck.randrange(1, 20))),
            )
        )()  # fmt: skip

    def _noise(self) -> str:
        luck = self._luck
        return "".join(
            chr(luck.randrange(*luck.choice(((1, 128), (0x3000, 0xFFFF))))) for _ in range(luck.randrange(40))
        )

    def parameters(self) -> dict[str, str]:
        """A few names that addresses ask for, with such values."""
        names = ("lang", "who", "next", "t", "q", "days", "state", "code", "page", "after", "door", "v", "which")
        return {name: self.value() for name in self._luck.sample(names, self._luck.randrange(4))}

    def delivery(self, now: int, mode: str) -> tuple[bytes, dict[str, str]]:
        """Body and query of one delivery, in whichever way it is wrong, or not."""
        xml = self._spoilt(self._xml(self._nodes(now)), 0.08)
        stamp = now if self._luck.random() < 0.97 else now + self._luck.choice((-700, 700, 10**9, -now))
        if mode == "plain":
            return self._spoilt(xml, 0.05), self._query(sender.query(None, stamp))
        sealed = self._sealed(xml)
        query = sender.query(sealed, stamp) if self._luck.random() < 0.95 else sender.query(None, stamp)
        body = sender.outer(sealed) if self._luck.random() < 0.95 else xml
        return self._spoilt(body, 0.05), self._query(query)

    def _nodes(self, now: int) -> dict[str, Any]:
        luck, kind = self._luck, self._luck.choice(KINDS[:1] * 8 + KINDS[7:8] * 4 + KINDS)
        nodes: dict[str, Any] = {
            "ToUserName": sender.ORIGINAL_ID, "FromUserName": f"oFuzz{luck.randrange(PEOPLE):023}",
            "CreateTime": now - luck.choice((0, 0, 0, 1, 700)), "MsgType": kind,
        }  # fmt: skip
        if kind == "event":
            event = luck.choice(EVENTS[:4] * 6 + EVENTS)
            key = luck.choice(self._scenes) if self._scenes and luck.random() < 0.7 else self.value()
            nodes |= {"Event": event, "EventKey": f"qrscene_{key}" if event == "subscribe" else key}
            if event.startswith("subscribe_msg"):
                nodes["SubscribeMsgPopupEvent"] = {
                    "List": {"TemplateId": self.value(), "SubscribeStatusString": "accept"}
                }
        else:
            nodes |= {
                "MsgId": luck.randrange(10**18),
                "Content": self.value(),
                "MediaId": self.value(),
                "PicUrl": "http://127.0.0.1:9/x",
            }
        for name in [*nodes] if luck.random() < 0.2 else []:
            what = luck.random()
            if what < 0.1:
                del nodes[name]
            elif what < 0.25:
                nodes[name] = luck.choice((self.value(), {"a": self.value()}, [self.value(), self.value()], 7))
        if luck.random() < 0.1:
            nodes[luck.choice(("content", "source", "Encrypt", "FromUserName", "a" * 300, "x-y"))] = self.value()
        return nodes

    def _xml(self, nodes: dict[str, Any]) -> bytes:
        luck = self._luck
        extra = sender.element(luck.choice([*nodes, "x"]), self.value()) if luck.random() < 0.05 else ""
        text = f"<xml>{''.join(sender.element(*pair) for pair in nodes.items())}{extra}</xml>"
        odd = (
            "\ufeff", '<?xml version="1.0" encoding="gbk"?>', "<!DOCTYPE x>", "<!-- -->",
            '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>',
        )  # fmt: skip
        before = luck.choice(odd) if luck.random() < 0.05 else ""
        depth = luck.choice((0,) * 100 + (500,))
        return (before + "<a>" * depth + text + "</a>" * depth).encode("utf-8", "surrogatepass")

    def _sealed(self, xml: bytes) -> str:
        luck, what = self._luck, self._luck.random()
        if what < 0.9:
            return sender.seal(xml)
        if what < 0.92:
            return sender.seal(xml, luck.choice(("", "wx0", "wx" + "f" * 16, sender.APP_ID + "x")))
        if what < 0.94:
            length = luck.choice((0, 1, len(xml) + 1, 2**31, 2**32 - 1))
            return sender.seal_bytes(sender.padded(sender.framed(xml, length=length)))
        if what < 0.97:
            return sender.seal_bytes(luck.randbytes(16 * luck.randrange(1, 12)))
        return luck.choice(("", "=", "AAAA", luck.randbytes(40).hex(), sender.seal(xml)[:-5]))

    def _query(self, query: dict[str, str]) -> dict[str, str]:
        luck = self._luck
        for name in [*query] if luck.random() < 0.08 else []:
            if luck.random() < 0.4:
                query[name] = luck.choice((self.value(), "", query[name][:-1], query[name] * 2))
        return query

    def _spoilt(self, data: bytes, share: float) -> bytes:
        """Cut, doubled, or with some bytes changed, as often as `share` says."""
        luck = self._luck
        if luck.random() >= share or not data:
            return data
        at = luck.randrange(len(data))
        return luck.choice(
            (
                data[:at],
                data[at:],
                data[:at] + luck.randbytes(luck.randrange(1, 5)) + data[at + 3 :],
                data[:at] + data[: luck.randrange(200)] + data[at:],
                data + data,
                data * luck.choice((1, 2, 300)),
            )
        )
