"""Requests as no client should send them, byte by byte: heads, lengths and chunks that do not fit, encodings that are
none, and the platform's envelope bent. The same for the same seed."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from bench.account import AES_KEY, APP_ID, ORIGINAL_ID, TOKEN
from bench.visitors import Post, Turn, Visitor
from bot.simulator.envelope import Cipher, signature
from tests.canary_day import BY_CHAT, COMPANION, STRANGE

NAMES = (*BY_CHAT, *COMPANION, STRANGE)
PATHS = ("/wechat", "/healthz", "/login", "/me", "/h/abc234/in", "/static/hallpass.css", "/", "/nothing")
METHODS = (
    "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "get", "G\x00T", "",
    "A" * 5000, "M-SEARCH", "PRI",
)  # fmt: skip
_ENCRYPTED = re.compile(rb"(?<=<Encrypt><!\[CDATA\[)[^]]+")


@dataclass(frozen=True)
class Blow:
    """What goes out, in parts with a pause between them, in seconds. `what`: how it is broken; `hangs_up`: nothing is
    waited for."""

    what: str
    parts: tuple[bytes, ...]
    pause: float = 0.0
    hangs_up: bool = False


class Broken:
    """Blows without end; `scan_in`: the code of a door."""

    def __init__(self, seed: int, scan_in: str) -> None:
        self._luck = random.Random(seed)
        self._scan_in = scan_in
        self._post = Post()
        self._cipher = Cipher(APP_ID, AES_KEY)
        self._kinds: tuple[Callable[[], Blow], ...] = (
            self._cut_off, self._wrong_length, self._chunked, self._pipelined, self._slow, self._long_head,
            self._wrong_encoding, self._upgrade, self._method, self._target, self._rubbish, self._twice, self._noise,
            self._form, self._head, self._envelope, self._envelope, self._envelope, self._replayed, self._smuggled,
        )  # fmt: skip

    def blow(self) -> Blow:
        return self._luck.choice(self._kinds)()

    # --- HTTP -----------------------------------------------------------------------------------------------------

    def _good(self) -> bytes:
        """A delivery as it should be."""
        writes = Visitor().writes
        delivery = self._luck.choice((writes.scan(self._scan_in), writes.text(" ".join(BY_CHAT)), writes.text("帮助")))
        return self._post.requests([Turn("", delivery, "")])[0]

    def _parts(self) -> tuple[bytes, bytes]:
        head, _, body = self._good().partition(b"\r\n\r\n")
        return head, body

    def _name(self) -> str:
        return self._luck.choice(NAMES)

    def _cut_off(self) -> Blow:
        whole = self._good()
        at = self._luck.randrange(len(whole))
        return Blow("cut off", (whole[:at],), hangs_up=self._luck.random() < 0.5)

    def _wrong_length(self) -> Blow:
        head, body = self._parts()
        lengths = (
            "0", "-1", "+5", "1e3", "99999", "9" * 40, "", " ", "0x10", str(len(body) // 2), str(len(body) + 9),
            f"{len(body)}, {len(body)}", self._name(), "١٢",
        )  # fmt: skip
        length = self._luck.choice(lengths)
        head = re.sub(rb"(?i)content-length: \d+", b"Content-Length: " + length.encode(), head)
        if self._luck.random() < 0.2:
            head += b"\r\nContent-Length: 7"
        return Blow("wrong length", (head + b"\r\n\r\n" + body,))

    def _chunked(self) -> Blow:
        head, body = self._parts()
        head = re.sub(rb"(?i)\r\ncontent-length: \d+", b"", head)
        coding = self._luck.choice(
            ("chunked", "chunked", "gzip, chunked", "chunked, chunked", "xchunked", self._name())
        )
        size = self._luck.choice((f"{len(body):x}", f"{len(body) + 5:x}", "0", "-1", "zz", "f" * 20, self._name(), ""))
        end = self._luck.choice(
            (b"\r\n0\r\n\r\n", b"\r\n0\r\nX: " + self._name().encode() + b"\r\n\r\n", b"", b"\n0\n\n")
        )
        head += f"\r\nTransfer-Encoding: {coding}\r\n\r\n{size}\r\n".encode()
        return Blow("chunked", (head, body + end))

    def _smuggled(self) -> Blow:
        head, body = self._parts()
        inner = f"0\r\n\r\nGET /{quote(self._name())} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        ways = (
            "Transfer-Encoding: chunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding:\x0bchunked",
            " X: folded",
        )
        return Blow("smuggled", (head + f"\r\n{self._luck.choice(ways)}\r\n\r\n".encode() + inner + body,))

    def _pipelined(self) -> Blow:
        requests = [self._good() for _ in range(self._luck.randrange(2, 6))]
        if self._luck.random() < 0.5:
            requests.insert(1, self._name().encode() + b"\r\n\r\n")
        return Blow("pipelined", (b"".join(requests),), hangs_up=self._luck.random() < 0.3)

    def _slow(self) -> Blow:
        whole = self._good()
        cuts = sorted(self._luck.sample(range(1, len(whole)), 4))
        parts = tuple(whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True))
        return Blow("slow", parts, pause=0.02, hangs_up=self._luck.random() < 0.2)

    def _long_head(self) -> Blow:
        head, body = self._parts()
        name = self._name()
        more = self._luck.choice(
            (
                f"X-Long: {quote(name) * 4000}"[:65536], f"Cookie: {name * 4000}",
                "\r\n".join(f"X-{number}: {name}" for number in range(200)), "X" * 70_000,
                f"{name}: {name}", f"X: {name}\r\n folded {name}",
            )
        )  # fmt: skip
        return Blow("long head", (head + b"\r\n" + more.encode() + b"\r\n\r\n" + body,))

    def _wrong_encoding(self) -> Blow:
        head, body = self._parts()
        name = self._luck.choice((self._name().encode("gbk"), self._name().encode("utf-16"), b"\xff\xfe\xc0\x80"))
        where = self._luck.randrange(3)
        if where == 0:
            head = head.replace(b"User-Agent: ", b"User-Agent: " + name.replace(b"\n", b"").replace(b"\r", b""))
        elif where == 1:
            body = body.replace(b"<xml>", b"<?xml version='1.0' encoding='gbk'?><xml>" + name)
        else:
            head = head.replace(b"text/xml", b"application/x-www-form-urlencoded; charset=utf-7")
        head = re.sub(rb"(?i)content-length: \d+", f"Content-Length: {len(body)}".encode(), head)
        return Blow("wrong encoding", (head + b"\r\n\r\n" + body,))

    def _upgrade(self) -> Blow:
        to = self._luck.choice(("websocket", "h2c", "TLS/1.0", self._name()))
        lines = (
            f"GET {self._luck.choice(PATHS)} HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade, HTTP2-Settings",
            f"Upgrade: {to}", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "Expect: 100-continue" if self._luck.random() < 0.3 else "X: y",
        )  # fmt: skip
        return Blow("upgrade", ("\r\n".join(lines).encode() + b"\r\n\r\n", b"\x81\x85" + bytes(9)))

    def _method(self) -> Blow:
        method = self._luck.choice((*METHODS, self._name(), f"{self._name()}\x1b[2J"))
        version = self._luck.choice(("HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "HTTP/0.9", "", self._name()))
        line = f"{method} {self._luck.choice(PATHS)} {version}\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc"
        return Blow("method", (line.encode(),))

    def _target(self) -> Blow:
        name, path = self._name(), self._luck.choice(PATHS)
        target = self._luck.choice(
            (
                f"http://169.254.169.254{path}?{quote(name)}", f"http://{name}@127.0.0.1{path}", "*", "127.0.0.1:80",
                f"//{name}{path}", f"{path}?{name}", f"{path}#{quote(name)}", f"{path};{quote(name)}", "",
                f"{path} {name}", f"/\\..\\..\\{quote(name)}", f"{path}/../..%2f..%2f{quote(name)}",
                f"{path}?" + "a=b&" * 4000,
                "/" + quote(name) * 600, f"http://[::1{path}", f"{path}\t{name}", "http://", f"\x00{path}",
            )
        )  # fmt: skip
        host = self._luck.choice(("127.0.0.1", "", quote(name), "a b", "127.0.0.1:99999", "[::1", "x" * 5000, name))
        return Blow("target", (f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),))

    def _rubbish(self) -> Blow:
        luck = self._luck
        odd = ("%", "%zz", "%00", "%ff%fe", "%C0%80", "%u5f20", "%ED%A0%80", "%0d%0aSet-Cookie:%20a=b", "+", "%2", "=")
        query = "&".join(
            f"{luck.choice(odd)}{luck.choice(odd)}={luck.choice(odd)}{quote(self._name())}" for _ in range(4)
        )
        path = f"{luck.choice(PATHS)}{luck.choice(odd)}"
        lines = (
            f"{luck.choice(('GET', 'POST'))} {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"
        )
        return Blow("rubbish", (lines.encode(),))

    def _twice(self) -> Blow:
        head, body = self._parts()
        line, _, rest = head.partition(b"\r\n")
        target = line.split()[1].decode()
        what = self._luck.choice(target.partition("?")[2].split("&"))
        other = f"{what.partition('=')[0]}={quote(self._name())}"
        line = f"POST {target}&{self._luck.choice((what, other))} HTTP/1.1".encode()
        return Blow("twice", (line + b"\r\n" + rest + b"\r\n\r\n" + body,))

    def _noise(self) -> Blow:
        luck = self._luck
        data = luck.randbytes(luck.randrange(1, 300))
        begun = luck.choice((b"", b"GET /", b"POST /wechat HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01", b"PROXY TCP4 "))
        return Blow("noise", (begun + data + luck.choice((b"", b"\r\n\r\n")),), hangs_up=luck.random() < 0.3)

    def _form(self) -> Blow:
        luck, name = self._luck, self._name()
        mark = luck.choice(("x", quote(name), "", "a" * 300))
        body = (
            f'--x\r\nContent-Disposition: form-data; name="{luck.choice(("photo", name))}"; filename="{name}.jpg"\r\n'
            f"Content-Type: image/jpeg\r\n\r\n{name * luck.choice((1, 200))}\r\n{luck.choice(('--x--', '--x', ''))}"
        ).encode()
        kinds = (
            f"multipart/form-data; boundary={mark}",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            name,
        )
        head = (
            f"POST {luck.choice(PATHS)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {luck.choice(kinds)}\r\n"
            f"Cookie: hallpass-session={quote(name)}; a\x01b={name}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return Blow("form", (head.encode() + body,))

    def _head(self) -> Blow:
        """Headers that a proxy sets, from somebody who is none, and others that mean something to a server."""
        name = self._name()
        headers = (
            f"X-Forwarded-For: {name}", "X-Forwarded-Proto: https", "X-Forwarded-Proto: ftp", "SCRIPT_NAME: /x",
            f"X-Forwarded-Host: {quote(name)}", "Range: bytes=0-1,5-99999999", "If-None-Match: *", f"Expect: {name}",
            "Expect: 100-continue", "Accept-Language: " + "zh," * 900, "Authorization: Basic " + quote(name),
            "If-Modified-Since: " + name, "Connection: close, keep-alive", "X_Forwarded_For: 1.2.3.4", "Accept: \x00",
            f"Referer: {name}", "Cookie: " + "a=b; " * 900, "Content-Encoding: gzip", f"Max-Forwards: {name}",
        )  # fmt: skip
        chosen = "\r\n".join(self._luck.sample(headers, 4))
        return Blow(
            "head", (f"GET {self._luck.choice(PATHS)} HTTP/1.1\r\nHost: 127.0.0.1\r\n{chosen}\r\n\r\n".encode(),)
        )

    # --- the platform's envelope ----------------------------------------------------------------------------------

    def _envelope(self) -> Blow:
        """Signed by whoever knows the token, and wrong inside."""
        luck = self._luck
        visitor = Visitor()
        xml = visitor.writes.text(" ".join(BY_CHAT)).xml.encode()
        good = self._cipher.encrypt(xml)
        sealed = luck.choice(
            (
                self._bent(good), good[: luck.randrange(len(good))], good + "A", good + "====", "", "=", "%00",
                Cipher(luck.choice(("wx0", "", APP_ID + "x")), AES_KEY).encrypt(xml),
                Cipher(APP_ID, AES_KEY[::-1][:42] + "A").encrypt(xml),
                self._cipher.encrypt(xml[: luck.randrange(len(xml))]),
                self._cipher.encrypt(b""), self._cipher.encrypt(luck.randbytes(luck.randrange(1, 400))), good * 30,
                self._cipher.encrypt(xml.replace(b"<Content>", b"<Content>" + b"\x00\x1d\xff")), self._name(),
                self._cipher.encrypt(xml.replace(ORIGINAL_ID.encode(), b"gh_other0000000")), good.replace("A", "\n"),
            )
        )  # fmt: skip
        stamp = str(next(visitor.seconds))
        signed = signature(TOKEN, stamp, "n", sealed) if luck.random() < 0.8 else luck.choice(("", "0" * 40, "é"))
        return self._delivered("envelope", sealed, stamp, signed)

    def _bent(self, sealed: str) -> str:
        """One byte of the last two blocks changed: the padding, the app id, or the text before them is another one."""
        at = self._luck.randrange(max(0, len(sealed) - 44), len(sealed) - 2)
        return sealed[:at] + self._luck.choice("ABCDxyz019+/") + sealed[at + 1 :]

    def _replayed(self) -> Blow:
        """A good envelope whose time is over, or is another one than what was signed."""
        visitor = Visitor()
        sealed = self._cipher.encrypt(visitor.writes.text(" ".join(BY_CHAT)).xml.encode())
        at = next(visitor.seconds)
        stamp = str(at + self._luck.choice((-700, -3600, -(10**9), 700, 10**12)))
        signed = signature(TOKEN, stamp if self._luck.random() < 0.7 else str(at), "n", sealed)
        return self._delivered("replayed", sealed, stamp, signed)

    def _delivered(self, what: str, sealed: str, stamp: str, signed: str) -> Blow:
        body = f"<xml><ToUserName>{ORIGINAL_ID}</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
        query = (
            f"signature={signature(TOKEN, stamp, 'n')}&timestamp={stamp}&nonce=n&encrypt_type=aes"
            f"&msg_signature={quote(signed)}"
        )
        head = f"POST /wechat?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        return Blow(what, (f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body,))
