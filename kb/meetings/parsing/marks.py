"""Marks of punctuation as Japanese text has them: lines are compared in one width, but people read what they wrote."""

import re

_JAPANESE = "\u3005-\u30ff\u4e00-\u9fff"
_PARENTHESES = re.compile(rf"\(([^()]*[{_JAPANESE}][^()]*)\)")
_BEHIND = re.compile(rf"(?<=[{_JAPANESE}）」』])([:!?])\s*")
_FULL = str.maketrans(":!?", "：！？")


def with_japanese_marks(text: str) -> str:
    """「当番（相談）：2人にする！」 for what stands as 「当番(相談):2人にする!」; other text as it is."""
    text = _PARENTHESES.sub(r"（\1）", text)
    return _BEHIND.sub(lambda match: match[1].translate(_FULL), text)
