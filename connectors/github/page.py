"""A comment's Markdown as GitHub would show it, for people who want to see our notes without a tracker.

GitHub sanitizes the HTML in comments; of what our notes use, that leaves the tags named here. All other
markup in them is shown as the text it is. https://github.com/gjtorikian/html-pipeline
"""

import re
from collections.abc import Sequence
from html import escape, unescape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

_TAG = re.compile(r"<!--.*?-->|</?(?:details|summary|sub)>", re.DOTALL)
_MENTION = re.compile(r"(?<![\w@/])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?![\w-])")


class _Renderer(RendererHTML):
    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _sanitized(tokens[idx].content)

    html_inline = html_block

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A mention is what GitHub would make one, whoever wrote it."""
        return _MENTION.sub(r'<span class="mention">@\1</span>', escape(tokens[idx].content))


_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}, renderer_cls=_Renderer)
_PARSER.enable(["table", "strikethrough"]).disable("image")


def as_html(markdown: str) -> str:
    """HTML that may stand in any page: no script, no style, no image grows out of any Markdown."""
    return str(_PARSER.render(markdown))


def _sanitized(html: str) -> str:
    shown, done = "", 0
    for tag in _TAG.finditer(html):
        shown += escape(unescape(html[done : tag.start()])) + ("" if tag[0].startswith("<!--") else tag[0])
        done = tag.end()
    return shown + escape(unescape(html[done:]))
