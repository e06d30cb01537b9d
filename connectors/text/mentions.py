"""From blocks of prose to mentions: one per target and lean, the best said first."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from connectors.text import grammar
from connectors.text.base import MARK, MAX_REFERENCES, WORD, Block, Context
from connectors.text.grammar import Head, Said
from connectors.text.references import Found, Marked, mark
from model.facts import Mention

_MAX_EXCERPT = 200


def read(blocks: Iterable[Block], context: Context) -> tuple[Mention, ...]:
    """The mentions of a text, in the order they stand. Only 2,000 references are read: more are a dump, no prose."""
    return merged(islice(_all(blocks, context), MAX_REFERENCES))


def bare(found: Iterable[Found], text: str, context: Context) -> tuple[Mention, ...]:
    """Mentions that no phrase can stand around, as in a branch name."""
    excerpt = " ".join(text.split())[:_MAX_EXCERPT]
    return merged(_mention(each, Said(index=0), excerpt, context) for each in found)


def merged(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """The same target once per lean: structured before plain, then the first; bare only when nothing leans."""
    best: dict[tuple[str, str, str, str], Mention] = {}
    for one in mentions:
        key = (one.shape, one.key.casefold(), one.host, one.lean or "")
        known = best.get(key)
        if known is None or (one.structured and not known.structured):
            best[key] = replace(one, needed_by=one.needed_by or known.needed_by) if known else one
        elif one.needed_by and not known.needed_by:
            best[key] = replace(known, needed_by=one.needed_by)
    leaning = {key[:3] for key in best if key[3]}
    return tuple(one for key, one in best.items() if key[3] or key[:3] not in leaning)


def _all(blocks: Iterable[Block], context: Context) -> Iterator[Mention]:
    head: Head | None = None
    above: Block | None = None
    row_of_another = -1
    for block in blocks:
        marked = mark(block, context.repository)
        if not (above and _stands_under(marked, above)):
            head = None
        if marked.references:
            yield from _block(marked, head, context)
        if block.kind == "cell" and marked.references and not head:
            # "| PAY-3 | depends on | PAY-7 |" speaks of PAY-3.
            row_of_another = block.depth
        silent = block.checked or (block.kind == "cell" and block.depth == row_of_another)
        opened = None if silent else grammar.head(marked.text)
        if opened or head is None or block.kind == "cell":
            head, above = opened, block


def _stands_under(marked: Marked, above: Block) -> bool:
    """Whether a phrase that ``above`` left open reaches this block."""
    block = marked.block
    if block.kind == "item":
        return above.kind != "item" or block.depth > above.depth
    if block.kind == "cell":
        return above.kind == "cell" and block.depth == above.depth
    # Issue forms put the answer under a heading.
    return block.kind == "text" and above.kind == "heading" and not marked.text.replace(MARK, "").strip(" ,\n.")


def _block(marked: Marked, head: Head | None, context: Context) -> Iterator[Mention]:
    for said in grammar.read(marked.text, under=head, title=context.place == "title"):
        now = Said(index=said.index, at=said.at, sentence=said.sentence) if marked.block.checked else said
        yield _mention(marked.references[now.index], now, _excerpt(marked, now), context)


def _mention(found: Found, said: Said, excerpt: str, context: Context) -> Mention:
    return Mention(
        key=found.key,
        shape=found.shape,
        host=found.host,
        lean=said.lean,
        structured=said.structured,
        needed_by=said.needed_by,
        place=context.place,
        author=context.author,
        belongs=context.belongs,
        written=context.written,
        restricted=context.restricted,
        excerpt=excerpt,
    )


def _excerpt(marked: Marked, said: Said) -> str:
    """The sentence as people read it; of a long one, what stands around the reference."""
    start, end = said.sentence
    start, end = max(start, said.at - _MAX_EXCERPT // 2), min(end, said.at + _MAX_EXCERPT)
    index = said.index - marked.text.count(MARK, start, said.at)
    out = []
    for char in marked.text[start:end]:
        out.append(marked.references[index].as_written if char == MARK else "" if char == WORD else char)
        index += char == MARK
    before = len("".join(out[: said.at - start + 1]))
    text = "".join(out)
    # Long URLs before the reference could push it out of the excerpt.
    return " ".join(text[max(0, before - _MAX_EXCERPT) :].split())[:_MAX_EXCERPT]
