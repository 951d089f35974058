"""Emphasis that works in Japanese.

CommonMark decides by white space whether ``**`` opens or closes, so ``**「重要」**です`` stays
plain there. Here a CJK character beside the mark counts like white space, as the amendment
"CJK-friendly emphasis" (github.com/tats-u/markdown-cjk-friendly, specification.md) proposes.
"""

import unicodedata
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

_CJK_FIRST = 0x1100
_CJK_RANGES = (
    (0x1100, 0x11FF),
    (0x2E80, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x1AFF0, 0x1B16F),
    (0x1F200, 0x1F2FF),
    (0x20000, 0x3FFFF),
)


def is_cjk(character: str) -> bool:
    """Whether a character belongs to Chinese, Japanese or Korean writing, punctuation included."""
    code = ord(character)
    return code >= _CJK_FIRST and any(first <= code <= last for first, last in _CJK_RANGES)


def _is_foreign_punctuation(character: str) -> bool:
    return (isMdAsciiPunct(ord(character)) or isPunctChar(character)) and not is_cjk(character)


class CjkStateInline(StateInline):
    """The parser's state with the amended rule for marks of emphasis."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803
        """Whether the run of marks at ``start`` may open and close emphasis, and its length."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        before = _character_before(self.src, start)
        after = self.src[end] if end < self.posMax else " "
        before_punctuation = _is_foreign_punctuation(before)
        after_punctuation = _is_foreign_punctuation(after)
        before_free = isWhiteSpace(ord(before)) or before_punctuation or is_cjk(before)
        after_free = isWhiteSpace(ord(after)) or after_punctuation or is_cjk(after)
        left = not isWhiteSpace(ord(after)) and (not after_punctuation or before_free)
        right = not isWhiteSpace(ord(before)) and (not before_punctuation or after_free)
        if canSplitWord:
            return Scanned(left, right, end - start)
        # ``_`` keeps CommonMark's stricter rule: it never opens or closes inside a word.
        opens = left and (not right or before_punctuation or _is_punctuation(before))
        closes = right and (not left or after_punctuation or _is_punctuation(after))
        return Scanned(opens, closes, end - start)


class CjkParserInline(ParserInline):
    """The inline parser that works with ``CjkStateInline``."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """The inline tokens of ``src``, appended to ``tokens``."""
        state = CjkStateInline(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _character_before(source: str, start: int) -> str:
    # A variation selector belongs to the character in front of it.
    index = start - 1
    while index > 0 and unicodedata.category(source[index]) == "Mn":
        index -= 1
    return source[index] if index >= 0 else " "


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
