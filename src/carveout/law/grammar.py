"""Conditions: SQL boolean expressions over the facts, in a closed grammar that cannot erase an unknown.

Parsed by sqlglot (its parser only, never its optimizer) and read into the small tree below. Allowed are
comparisons of a fact with a literal or with another fact, ``IN`` and ``NOT IN`` of literals or of a dated set,
``BETWEEN``, ``LIKE``, AND, OR, NOT, and a date plus or minus an interval. Everything else is refused with a
reason: CASE, COALESCE, IS NULL and their kind turn "unknown" into an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from carveout.facts.country import is_country
from carveout.facts.schema import Fact, Schema
from carveout.law.condition import And, Compare, Holds, Like, Literal, Member, Node, Not, Or, Refused, Shift
from carveout.law.dates import read_day

_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
}  # fmt: skip
_FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ERASERS: tuple[type[exp.Expr], ...] = (
    exp.Case, exp.Coalesce, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Greatest, exp.Least, exp.If,
)  # fmt: skip


def _erases(node: exp.Expr) -> Refused:
    return Refused(
        f"{node.sql()!r} is outside the grammar: it can turn unknown into an answer",
        "write comparisons, IN, BETWEEN, LIKE, AND, OR, NOT, or two provisions",
    )


def _list(fact: Fact) -> Refused:
    return Refused(
        f"{fact.name} is a list of ECCNs", "write IN GROUP('name') or IN ('3E001'): some of them is a member"
    )


def _interval(node: exp.Expr) -> Shift:
    unit = str(node.args.get("unit") or "").upper()
    amount = node.this
    right = "write INTERVAL 'n' DAY or INTERVAL 'n' MONTH"
    if unit not in ("DAY", "DAYS", "MONTH", "MONTHS") or not isinstance(amount, exp.Literal):
        raise Refused(f"{node.sql()} is not in days or months", right)
    if not re.fullmatch(r"[+-]?[0-9]{1,5}", amount.this):
        raise Refused(f"{node.sql()} is not a number of days or months", f"{right}, n whole, up to 99999")
    count = int(amount.this)
    return Shift(months=count) if unit.startswith("MONTH") else Shift(days=count)


def _negated(shift: Shift) -> Shift:
    return Shift(-shift.months, -shift.days)


_STAY = Shift()


@dataclass(frozen=True, slots=True)
class _Operand:
    fact: str = ""
    value: Literal | None = None
    shift: Shift = _STAY


def _date_literal(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise Refused(f"{text!r} is not a day of the calendar", "write DATE 'YYYY-MM-DD'")
    return day


def _plain_name(column: exp.Column) -> str:
    if column.table:
        raise Refused(f"{column.sql()!r} names a table", "write the fact alone")
    return column.name


def _operand(node: exp.Expr) -> _Operand:
    if isinstance(node, exp.Paren):
        return _operand(node.this)
    if isinstance(node, exp.Column):
        return _Operand(fact=_plain_name(node))
    if isinstance(node, exp.Boolean):
        return _Operand(value=bool(node.this))
    if isinstance(node, exp.Literal):
        return _Operand(value=node.this if node.is_string else float(node.this))
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return _Operand(value=-float(node.this.this))
    if isinstance(node, exp.Cast) and node.to.is_type("date") and isinstance(node.this, exp.Literal):
        return _Operand(value=_date_literal(node.this.this))
    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        base, shift = _operand(node.this), _interval(node.expression)
        shift = shift if isinstance(node, exp.Add) else _negated(shift)
        if isinstance(base.value, date):
            return _Operand(value=shift.apply(base.value))
        if base.fact:
            return _Operand(fact=base.fact, shift=Shift(base.shift.months + shift.months, base.shift.days + shift.days))
    if isinstance(node, (exp.Add, exp.Sub)):
        raise Refused(f"{node.sql()!r} is not a date moved by days", "write fact + INTERVAL 'n' DAY, or - INTERVAL")
    if isinstance(node, _ERASERS):
        raise _erases(node)
    if isinstance(node, exp.Null):
        raise Refused("NULL in a condition", "an unknown fact is left unknown; ask for the fact instead")
    raise Refused(f"{node.sql()!r} is not a fact or a literal", "compare a fact with a literal or another fact")


class Grammar:
    """The closed grammar over one schema and one collection of set names."""

    def __init__(self, facts: Schema, groups: frozenset[str] = frozenset()) -> None:
        self.facts = facts
        self.groups = groups

    def parse(self, sql: str) -> Node:
        """The condition as a tree.

        Raises:
            Refused: not SQL, outside the grammar, an unknown fact or set, or a literal the fact cannot hold.
        """
        try:
            return self._node(sqlglot.parse_one(sql))
        except (ParseError, TokenError) as error:
            reason = re.sub("Required keyword.*", "something is missing", str(error).splitlines()[0])
            right = "write one boolean expression over the facts"
            if re.search(r"\bon\b", sql, re.IGNORECASE):
                right += "; on is a reserved word, the day of the act is act_date"
            raise Refused(f"not a SQL expression: {reason.split('. Line')[0]}", right) from None
        except RecursionError:
            raise Refused("the expression is nested too deep", "write several conditions, or a list") from None

    def day(self, sql: str) -> tuple[str, Shift]:
        """A date of the row, moved by days or months: the fact and the shift.

        Raises:
            Refused: something else.
        """
        try:
            operand = _operand(sqlglot.parse_one(sql))
        except (ParseError, TokenError):
            operand = _Operand()
        if not operand.fact or self._fact(operand.fact).type != "date":
            raise Refused(f"{sql!r} is no date of the row", "write a date fact, or fact + INTERVAL 'n' MONTH")
        return operand.fact, operand.shift

    def _fact(self, name: str) -> Fact:
        fact = self.facts.get(name)
        if fact is None:
            close = get_close_matches(name, [f.name for f in self.facts], n=1)
            hint = f"did you mean {close[0]}?" if close else "`carveout law facts` lists them"
            raise Refused(f"unknown fact {name!r}", hint)
        if fact.kind == "label":
            raise Refused(f"{name} is a label, not judged by law", "the day of the act is act_date" if name == "on"
                          else "use a fact that the schema asks")  # fmt: skip
        return fact

    def _literal(self, fact: Fact, value: Literal) -> str | float | date | bool:
        good = {
            "bool": isinstance(value, bool),
            "number": isinstance(value, float),
            "date": isinstance(value, date),
            "text": isinstance(value, str),
            "enum": isinstance(value, str),
        }[fact.type]
        shown = f"{value:g}" if isinstance(value, float) else repr(str(value))
        if not good:
            want = {"bool": "TRUE or FALSE", "number": "a number", "date": "DATE 'YYYY-MM-DD'"}.get(fact.type, "'text'")
            raise Refused(f"{fact.name} is {fact.type}, {shown} is not", f"write {want}")
        if fact.type == "enum" and value not in fact.values:
            raise Refused(f"{shown} is no value of {fact.name}", "it is one of " + ", ".join(fact.values))
        if fact.country and value != "none" and not is_country(str(value)):
            raise Refused(f"{shown} is not a country code", "write ISO 3166-1 alpha-2, upper case")
        return value

    def _node(self, node: exp.Expr) -> Node:
        if isinstance(node, exp.Paren):
            return self._node(node.this)
        if isinstance(node, (exp.And, exp.Or)):
            joined = And if isinstance(node, exp.And) else Or
            parts: list[Node] = []
            for part in (node.this, node.expression):
                read = self._node(part)
                parts.extend(read.parts if isinstance(read, joined) else (read,))
            return joined(tuple(parts))
        if isinstance(node, exp.Not):
            return Not(self._node(node.this))
        if isinstance(node, exp.Column):
            fact = self._fact(_plain_name(node))
            if fact.type != "bool":
                raise Refused(f"{fact.name} is {fact.type}, not true or false", "compare it with something")
            return Holds(fact.name)
        if type(node) in _COMPARISONS:
            return self._compare(_COMPARISONS[type(node)], _operand(node.this), _operand(node.expression))
        if isinstance(node, exp.Between):
            if node.args.get("symmetric") is not None:
                raise Refused("BETWEEN SYMMETRIC is outside the grammar", "write BETWEEN low AND high")
            low, high = node.args["low"], node.args["high"]
            base = _operand(node.this)
            return And((self._compare(">=", base, _operand(low)), self._compare("<=", base, _operand(high))))
        if isinstance(node, exp.In):
            return self._member(node)
        if isinstance(node, exp.Like):
            like = self._like(node)
            return Not(like) if node.args.get("negate") else like
        if isinstance(node, (*_ERASERS, exp.Anonymous)):
            raise _erases(node)
        raise Refused(f"{node.sql()!r} is outside the grammar", "write comparisons, IN, BETWEEN, LIKE, AND, OR, NOT")

    def _compare(self, op: str, left: _Operand, right: _Operand) -> Node:
        if not left.fact and right.fact:
            left, right, op = right, left, _FLIPPED[op]
        if not left.fact:
            raise Refused("two literals are compared", "write a fact on one side")
        fact = self._fact(left.fact)
        if fact.eccns:
            raise _list(fact)
        if fact.type != "date" and left.shift != Shift():
            raise Refused(f"{fact.name} is {fact.type}, an interval is added to dates only", "drop the interval")
        ordered = op not in ("=", "<>")
        if ordered and fact.type not in ("date", "number"):
            raise Refused(f"{fact.name} is {fact.type} and has no order", "use =, <> or IN")
        if right.fact:
            other = self._fact(right.fact)
            if other.eccns:
                raise _list(other)
            if other.type != fact.type:
                raise Refused(f"{fact.name} is {fact.type}, {other.name} is {other.type}", "compare like with like")
            if fact.type == "bool":
                raise Refused(f"{fact.name} and {other.name} are compared as truths", "write them with AND, OR, NOT")
            return Compare(op, fact.name, other=other.name, shift=left.shift, other_shift=right.shift)
        assert right.value is not None
        value = self._literal(fact, right.value)
        if fact.type == "bool":
            wanted = bool(value) == (op == "=")
            return Holds(fact.name) if wanted else Not(Holds(fact.name))
        if isinstance(value, date) and left.shift != Shift():
            if left.shift.months:
                raise Refused("months are added to a fact and compared with a day", "move the interval to the literal")
            value = Shift(days=-left.shift.days).apply(value)
        return Compare(op, fact.name, value=value)

    def _member(self, node: exp.In) -> Node:
        operand = _operand(node.this)
        fact = self._fact(operand.fact) if operand.fact else None
        if fact is None or operand.shift != Shift():
            raise Refused(f"{node.sql()!r} has no plain fact on the left", "write fact IN (...)")
        target = node.args.get("field")
        if target is not None:
            if not (
                isinstance(target, exp.Anonymous) and target.name.upper() == "GROUP" and len(target.expressions) == 1
            ):
                raise Refused(f"{node.sql()!r} names no list and no set", "write IN ('a', 'b') or IN GROUP('name')")
            name = str(target.expressions[0].this)
            if name not in self.groups:
                known = ", ".join(sorted(self.groups)) or "none"
                raise Refused(f"unknown set {name!r}", f"the corpus holds {known}")
            if fact.type not in ("text", "enum"):
                raise Refused(f"{fact.name} is {fact.type}, a set holds texts", "compare it with literals")
            return Member(fact.name, group=name, some=fact.eccns)
        if node.args.get("query") is None and not node.expressions:
            raise Refused(f"{node.sql()!r} lists no values", "list the values")
        if node.args.get("query") is not None:
            raise Refused(f"{node.sql()!r} is a subquery", "list the values, or name a dated set with GROUP('...')")
        values = [_operand(item).value for item in node.expressions]
        if any(value is None or isinstance(value, bool) for value in values):
            raise Refused(
                f"{node.sql()!r} holds something else than texts, numbers and days", "list literals of the fact's type"
            )
        good = frozenset(self._literal(fact, value) for value in values if value is not None)
        return Member(fact.name, values=frozenset(v for v in good if not isinstance(v, bool)), some=fact.eccns)

    def _like(self, node: exp.Like) -> Node:
        operand = _operand(node.this)
        fact = self._fact(operand.fact) if operand.fact else None
        pattern = node.expression
        if fact is None or fact.type != "text" or not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise Refused(f"{node.sql()!r} is not a text against a pattern", "write text_fact LIKE 'pattern%'")
        if fact.eccns:
            raise _list(fact)
        return Like(fact.name, pattern.this)
