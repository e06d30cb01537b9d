"""What an expression is made of: the tree that the compiler gives, and what we refuse in it beyond wrong types.

The compiler serializes to a ``cel.expr.CheckedExpr`` inside a ``google.protobuf.Any``; only the parts that are looked
at are described here (https://github.com/google/cel-spec/blob/master/proto/cel/expr/syntax.proto).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from rules.fields import RECORDS, TODAY

_Type = descriptor_pb2.FieldDescriptorProto
_MESSAGES: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "Serialized": {"value": (2, "CheckedExpr")},
    "CheckedExpr": {"expr": (4, "Expr"), "source_info": (5, "SourceInfo")},
    "SourceInfo": {"positions": (4, "Position*")},
    "Position": {"id": (1, "int"), "offset": (2, "int")},
    "Expr": {
        "id": (2, "int"),
        "const": (3, "Const"),
        "ident": (4, "Ident"),
        "select": (5, "Select"),
        "call": (6, "Call"),
        "list": (7, "List"),
        "struct": (8, "Struct"),
        "loop": (9, "Loop"),
    },
    "Const": {"null": (1, "enum"), "string": (6, "text")},
    "Ident": {"name": (1, "text")},
    "Select": {"operand": (1, "Expr"), "field": (2, "text"), "asked": (3, "bool")},
    "Call": {"target": (1, "Expr"), "function": (2, "text"), "args": (3, "Expr*")},
    "List": {"elements": (1, "Expr*")},
    "Struct": {"name": (1, "text"), "entries": (2, "Entry*")},
    "Entry": {"map_key": (3, "Expr"), "value": (4, "Expr")},
    "Loop": {
        "range": (2, "Expr"),
        "start": (4, "Expr"),
        "condition": (5, "Expr"),
        "step": (6, "Expr"),
        "result": (7, "Expr"),
    },
}
_PLAIN = {"int": _Type.TYPE_INT64, "text": _Type.TYPE_STRING, "bool": _Type.TYPE_BOOL, "enum": _Type.TYPE_INT32}
_PARTS: Mapping[str, tuple[str, ...]] = {
    "select": ("operand",),
    "call": ("target", "args"),
    "list": ("elements",),
    "loop": ("range", "start", "condition", "step", "result"),
    "struct": ("entries",),
}
MOST_CHAINED = 2
MOST_REPEATED = 3
_REPEATED = re.compile(r"\{\d")
NO_NULL = "what is absent is unknown, not null; ask for it with has(), as in has(provider.due)"
_COMPARES = ("_==_", "_!=_", "@in")
PATTERN, DURATION, TIMESTAMP = "matches", "duration", "timestamp"

Node = Any
"""A ``cel.expr.Expr``: made at run time, so no type of it exists before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One mistake in an expression or a template."""

    message: str
    near: str = ""
    """What was probably meant."""
    line: int = 1
    column: int = 0
    """From 1, within the text; 0: the text as a whole."""


@cache
def _serialized() -> type[Any]:
    file = descriptor_pb2.FileDescriptorProto(name="tree.proto", package="tree", syntax="proto2")
    for message, fields in _MESSAGES.items():
        made = file.message_type.add(name=message)
        for name, (number, kind) in fields.items():
            label = _Type.LABEL_REPEATED if kind.endswith("*") else _Type.LABEL_OPTIONAL
            field = made.field.add(name=name, number=number, label=label)
            if kind in _PLAIN:
                field.type = _PLAIN[kind]
            else:
                field.type, field.type_name = _Type.TYPE_MESSAGE, f".tree.{kind.removesuffix('*')}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tree.Serialized"))


def nearest(word: str, known: Iterator[str] | list[str]) -> str:
    """The known word that was probably meant; empty when none is near."""
    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=0.6)), "")


class Tree:
    def __init__(self, serialized: bytes, text: str) -> None:
        checked = _serialized().FromString(serialized).value
        self._text = text
        self._root: Node = checked.expr
        self._offsets = {position.id: position.offset for position in checked.source_info.positions}

    def reads(self) -> tuple[tuple[str, str], ...]:
        """(record, field) of all that is read, sorted, fields that ``has()`` asks for included; (``today``, "")."""
        found = set()
        for node in self._all():
            record = node.select.operand.ident.name if node.HasField("select") else ""
            if record in RECORDS:
                found.add((record, node.select.field))
            elif node.HasField("ident") and node.ident.name == TODAY:
                found.add((TODAY, ""))
        return tuple(sorted(found))

    def calls(self, function: str) -> bool:
        return any(node.HasField("call") and node.call.function == function for node in self._all())

    def literals(self) -> Iterator[tuple[str, str, Node]]:
        """(function, text, place) of what takes a literal that may be malformed."""
        for node in self._all():
            if node.HasField("call") and node.call.function in (DURATION, TIMESTAMP, PATTERN) and node.call.args:
                last = node.call.args[-1]
                if last.const.HasField("string"):
                    yield node.call.function, last.const.string, last

    def faults(self) -> Iterator[Fault]:
        if _chained(self._root) > MOST_CHAINED:
            yield Fault(message=f"no more than {MOST_CHAINED} loops may follow each other")
        operands = {node.select.operand.id for node in self._all() if node.HasField("select")}
        for node in self._all():
            name = node.ident.name
            if name in RECORDS and node.id not in operands:
                yield self.fault(node, f"{name} is a whole record; name a field of it, such as {name}.{_first(name)}")
            if node.const.HasField("null"):
                yield self.fault(node, NO_NULL)
            if node.struct.name:
                yield self.fault(node, "records cannot be made here")
            if node.HasField("loop"):
                yield from self._loop(node)
            yield from self._call(node)

    def _call(self, node: Node) -> Iterator[Fault]:
        match node.call.function:
            case "dyn" | "type" as name:
                yield self.fault(node, f"{name}() has no place here: it would hide a wrong name")
            case "matches" if node.call.args:
                yield from self._pattern(node.call.args[-1])
            case name if name in _COMPARES:
                yield from self._words(node.call.args)

    def _loop(self, node: Node) -> Iterator[Fault]:
        """Loops cost time and, where they make lists longer, memory: never one for each step of another."""
        inside = (part for name in ("condition", "step") for part in _walk(getattr(node.loop, name)))
        if any(part.HasField("loop") for part in inside):
            yield self.fault(node, "one loop over a list inside another is more than an expression may do")

    def _pattern(self, node: Node) -> Iterator[Fault]:
        """Matching takes time by the size of the pattern, which repetitions multiply: the text of a ticket is none."""
        if not node.const.HasField("string"):
            yield self.fault(node, "a regular expression must be written out in quotes")
        elif len(_REPEATED.findall(node.const.string)) > MOST_REPEATED:
            yield self.fault(
                node, f"no more than {MOST_REPEATED} counted repetitions such as {{3}} in a regular expression"
            )

    def compared(self) -> Iterator[tuple[str, str, Fault]]:
        """(field, text, its place) of every comparison of a field with a text, ``in`` included."""
        for node in self._all():
            if node.call.function in _COMPARES:
                for _, field, literal in _literals(node.call.args):
                    yield field, literal.const.string, self.fault(literal, "")

    def _words(self, args: list[Node]) -> Iterator[Fault]:
        """Comparisons of a field that has few words with one that is none of them."""
        for record, field, literal in _literals(args):
            known, said = RECORDS.get(record, {}).get(field), literal.const.string
            if known is not None and known.words and said not in known.words:
                words = list(known.words)
                yield self.fault(literal, f'"{said}" is none of {", ".join(words)}', nearest(said, words))

    def fault(self, node: Node, message: str, near: str = "") -> Fault:
        before = self._text[: self._offsets.get(node.id, 0)]
        column = len(before) - before.rfind("\n")
        return Fault(message=message, near=near, line=before.count("\n") + 1, column=column)

    def _all(self) -> Iterator[Node]:
        return _walk(self._root)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in _children(node):
        yield from _walk(part)


def _children(node: Node) -> Iterator[Node]:
    for kind, parts in _PARTS.items():
        if node.HasField(kind):
            inner = getattr(node, kind)
            for part in parts:
                yield from _parts_at(inner, part)


def _parts_at(inner: Node, part: str) -> Iterator[Node]:
    if part in ("args", "elements"):
        yield from getattr(inner, part)
    elif part == "entries":
        for entry in inner.entries:
            yield from (entry.map_key, entry.value)
    elif inner.HasField(part):
        yield getattr(inner, part)


def _chained(node: Node) -> int:
    """How many loops at most run over the result of each other."""
    return int(node.HasField("loop")) + max(map(_chained, _children(node)), default=0)


def _literals(args: list[Node]) -> Iterator[tuple[str, str, Node]]:
    """(record, field, text) of a comparison between a field and texts."""
    selects = [arg.select for arg in args if arg.HasField("select")]
    for part in (part for arg in args for part in (arg, *arg.list.elements)) if len(selects) == 1 else ():
        if part.const.HasField("string"):
            yield selects[0].operand.ident.name, selects[0].field, part


def _first(record: str) -> str:
    return next(iter(RECORDS[record]))
