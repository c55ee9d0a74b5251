"""A reader for the platform's small XML that accepts nothing beyond it: no DTD, no attributes, no mixed content."""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class NotStrict(Exception):
    """The bytes are not XML that the platform would take; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Node:
    """One element: its name, its own text and its children in order."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        """The first child of that name."""
        return next((node for node in self.children if node.name == name), None)

    def text_of(self, name: str) -> str | None:
        """The text of the first child of that name."""
        node = self.child(name)
        return None if node is None else node.text


def read(body: bytes) -> Node:
    """The root node. NotStrict with xml_not_utf8, control_characters, xml_not_well_formed, xml_doctype,
    xml_attribute, xml_stray_text, xml_root_wrong or node_repeated (only `item` may be repeated)."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrict("xml_not_utf8") from None
    if _CONTROL_CHARACTERS.search(text):
        raise NotStrict("control_characters")
    root = _Builder().build(body)
    if root.name != "xml":
        raise NotStrict("xml_root_wrong")
    return root


class _Builder:
    def __init__(self) -> None:
        self._open = [Node("")]
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser

    def build(self, body: bytes) -> Node:
        try:
            self._parser.Parse(body, True)
        except expat.ExpatError:
            raise NotStrict("xml_not_well_formed") from None
        return self._open[0].children[0]

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            raise NotStrict("xml_not_utf8")

    def _doctype(self, *_parts: object) -> None:
        raise NotStrict("xml_doctype")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            raise NotStrict("xml_attribute")
        parent = self._open[-1]
        if name != "item" and parent.child(name):
            raise NotStrict("node_repeated")
        node = Node(name)
        parent.children.append(node)
        self._open.append(node)

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if node.children:
            if node.text.strip():
                raise NotStrict("xml_stray_text")
            node.text = ""

    def _text(self, text: str) -> None:
        self._open[-1].text += text
