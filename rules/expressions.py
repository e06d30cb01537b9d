"""Expressions of the config: compiled and type-checked when it loads, evaluated in bounds. The only module that
knows the library behind them, cel-expr-python (https://pypi.org/project/cel-expr-python/).

Two environments, because of what an absent field must mean. Checking is done against a message type, which knows
every field and its type; but a message gives an absent date as 1970. Evaluation is done on plain maps, where an
absent field is an error, and CEL's own logic then says the right thing: ``false && unknown`` is false, ``true ||
unknown`` is true, anything else is unknown.
"""

import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, timestamp_pb2

from model.calendar import Calendar, working_days
from rules.base import SubjectKind
from rules.expression_faults import MESSAGES, PACKAGE, Refused, called, spoken
from rules.expression_tree import DURATION, PATTERN, TIMESTAMP, Fault, Tree
from rules.fields import RECORDS, TODAY, VARIABLES, Kind, Value, View, reader

LONGEST = 2000
"""Characters of an expression. Depth is limited by the compiler (32), loops by it and by ``Tree.faults``."""
REMEMBERED = 1 << 15
"""Answers that one expression keeps, by the values it read: edges between the same teams ask the same question."""
LONGEST_TEXT = 1000
"""Characters of a text from a ticket; what is longer is cut."""
SAMPLE_DAY = date(2026, 12, 2)

_Type = descriptor_pb2.FieldDescriptorProto
_KINDS: Mapping[Kind, descriptor_pb2.FieldDescriptorProto.Type.ValueType] = {
    "text": _Type.TYPE_STRING,
    "texts": _Type.TYPE_STRING,
    "flag": _Type.TYPE_BOOL,
    "number": _Type.TYPE_INT64,
    "day": _Type.TYPE_MESSAGE,
    "moment": _Type.TYPE_MESSAGE,
}
_SAMPLES: Mapping[Kind, Value] = {
    "text": "text",
    "texts": ("a", "b"),
    "flag": True,
    "number": 3,
    "day": SAMPLE_DAY,
    "moment": datetime(2026, 12, 2, 12, tzinfo=UTC),
}
_ABSENT = re.compile(r"NOT_FOUND: Key not found in map : \"(\w+)\"")


@dataclass(frozen=True, slots=True)
class Answer:
    holds: bool | None
    """None: it cannot be told."""
    why: str = ""
    """What is not known, when it cannot."""
    broken: bool = False
    """It is not for want of knowledge: evaluation failed."""


_ANSWERS = {True: Answer(True), False: Answer(False)}


class Condition:
    """An expression that holds, does not, or cannot be told. Safe to share between threads."""

    def __init__(self, text: str, kind: SubjectKind) -> None:
        """Raises Refused."""
        if len(text) > LONGEST:
            raise Refused((Fault(message=f"is {len(text)} characters long; {LONGEST} is the limit"),))
        if _sound(text) != text:
            raise Refused((Fault(message="holds half of a surrogate pair or U+0000, which are no characters"),))
        try:
            checked = _checker(kind).compile(text)
        except RuntimeError as error:
            raise Refused(tuple(spoken(str(error), text, kind))) from None
        tree = Tree(checked.serialize(), text)
        self.text = text
        self.reads = tree.reads()
        """(record, field) of everything it looks at; (``today``, "") for today."""
        self.compared = tuple(tree.compared())
        """(field, text, place) of every comparison of a field with a text."""
        self._counts_days = tree.calls("workdays")
        self._records = tuple({record for record, _ in self.reads})
        self._readers = tuple(reader(record, name) for record, name in self.reads)
        self._program = _evaluator().deserialize(checked.serialize())
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._evaluate)
        if faults := (*_untrue(checked), *tree.faults(), *_literal_faults(tree)) or tuple(self._sample_faults()):
            raise Refused(faults)

    def ask(self, view: View) -> Answer:
        """Whether it holds of a view: a few microseconds for values it has met, some ten more for new ones."""
        values = tuple(read(view) for read in self._readers)
        return self._remembered(values, view.calendars if self._counts_days else ())

    def _evaluate(self, values: tuple[Value | None, ...], calendars: tuple[Calendar, ...]) -> Answer:
        data: dict[str, Any] = {record: {} for record in self._records}
        for (record, name), value in zip(self.reads, values, strict=True):
            if record == TODAY:
                data[TODAY] = _cel(value)
            elif value is not None:
                data[record][name] = _cel(value)
        _here.calendars = calendars
        try:
            result = self._program.eval(data=data)
        except RuntimeError as error:
            return Answer(None, f"it cannot be evaluated: {error}", broken=True)
        # An error comes as a value too, and its value() is truthy.
        if result.type() == cel.Type.BOOL:
            return _ANSWERS[result.value()]
        return self._unanswered(str(result.value()), values)

    def _unanswered(self, error: str, values: tuple[Value | None, ...]) -> Answer:
        absent = _ABSENT.search(error)
        names = [
            f"{record}.{name}"
            for (record, name), value in zip(self.reads, values, strict=True)
            if value is None and absent is not None and name == absent[1]
        ]
        if not names:
            said = error.partition(": ")[2] or error
            return Answer(None, said, broken="Index error" not in error)
        return Answer(None, f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not known")

    def _sample_faults(self) -> Iterator[Fault]:
        """Literals and conversions that cannot come out well, found by trying it on a record made up."""
        samples = tuple(_sample(record, name) for record, name in self.reads)
        calendars = (Calendar(),) if self._counts_days else ()
        bare = tuple(SAMPLE_DAY if record == TODAY else None for record, _ in self.reads)
        for values in (samples, bare):
            answer = self._evaluate(values, calendars)
            if answer.broken:
                yield Fault(message=f"cannot be evaluated: {answer.why}")
                return


@lru_cache(maxsize=512)
def condition(text: str, kind: SubjectKind) -> Condition:
    """``text`` compiled for findings of a kind. Raises Refused."""
    return Condition(text, kind)


_here = threading.local()


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _workdays(start: datetime, end: datetime) -> int:
    """Signed number of days from ``start`` to ``end`` on which all concerned work."""
    return working_days(start.date(), end.date(), _here.calendars)


@cache
def _functions() -> list[Any]:
    days = cel.Overload("days_int", cel.Type.DURATION, [cel.Type.INT], impl=_days)
    stamps = [cel.Type.TIMESTAMP, cel.Type.TIMESTAMP]
    between = cel.Overload("workdays_stamps", cel.Type.INT, stamps, impl=_workdays)
    return [cel.FunctionDecl("days", [days]), cel.FunctionDecl("workdays", [between])]


@cache
def _pool() -> descriptor_pool.DescriptorPool:
    pool = descriptor_pool.DescriptorPool()
    stamp = timestamp_pb2.DESCRIPTOR
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(stamp.serialized_pb))
    file = descriptor_pb2.FileDescriptorProto(
        name="crosstie.proto", package=PACKAGE, syntax="proto2", dependency=[stamp.name]
    )
    for record, fields in MESSAGES.items():
        message = file.message_type.add(name=record)
        for number, (name, field) in enumerate(fields.items(), start=1):
            many = field.kind == "texts"
            made = message.field.add(
                name=name, number=number, label=_Type.LABEL_REPEATED if many else _Type.LABEL_OPTIONAL
            )
            made.type = _KINDS[field.kind]
            if made.type == _Type.TYPE_MESSAGE:
                made.type_name = ".google.protobuf.Timestamp"
    pool.Add(file)
    return pool


@cache
def _checker(kind: SubjectKind) -> Any:
    types = {id(fields): name for name, fields in MESSAGES.items()}
    records = {name: cel.Type(f"{PACKAGE}.{types[id(RECORDS[name])]}") for name in VARIABLES[kind]}
    return cel.NewEnv(_pool(), variables={**records, TODAY: cel.Type.TIMESTAMP}, functions=_functions())


@cache
def _evaluator() -> Any:
    return cel.NewEnv(_pool(), variables=dict.fromkeys([*RECORDS, TODAY], cel.Type.DYN), functions=_functions())


@lru_cache(maxsize=8192)
def _stamp(value: date) -> Any:
    """Days stand at midnight in UTC. A datetime inside a map is refused by the library, a message is taken."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _cel(value: Value | None) -> Any:
    match value:
        case date():
            return _stamp(value)
        case tuple():
            return [_sound(text[:LONGEST_TEXT]) for text in value]
        case str():
            return _sound(value[:LONGEST_TEXT])
    return value


def _sound(text: str) -> str:
    """Without what JSON can carry and the library cannot: halves of surrogate pairs, and U+0000, which ends a text."""
    text = text if text.isascii() else text.encode("utf-8", "replace").decode()
    return text.replace("\0", "\ufffd")


def _sample(record: str, name: str) -> Value:
    if record == TODAY:
        return SAMPLE_DAY
    field = RECORDS[record][name]
    return field.words[0] if field.words else _SAMPLES[field.kind]


def _untrue(checked: Any) -> Iterator[Fault]:
    if (kind := checked.return_type()) != cel.Type.BOOL:
        yield Fault(message=f"must be true or false; this is of type: {called(kind.name())}")


def _literal_faults(tree: Tree) -> Iterator[Fault]:
    """Short cuts of ``&&`` and ``||`` would hide these from the sample."""
    ways = {
        DURATION: "{} is no span of time; days(14), or hours as in duration('36h')",
        TIMESTAMP: "{} is no moment; as in timestamp('2027-01-31T00:00:00Z')",
        PATTERN: "{} is no regular expression",
    }
    for function, text, node in tree.literals():
        said = "'" + "".join(f"\\U{ord(sign):08x}" for sign in text) + "'"
        call = f"''.matches({said})" if function == PATTERN else f"{function}({said})"
        if _evaluator().compile(call).eval().type() == cel.Type.ERROR:
            yield tree.fault(node, ways[function].format(f'"{text}"'))
