"""The endings of verbs inside and after a compound, which may be written or not: 乗換, 乗換え, 乗り換え."""

import re
from functools import lru_cache

from kb.search.dictionary import tokenizer

_COMPOUND = re.compile("[\u4e00-\u9fff]{2,3}$")
_HIRAGANA = re.compile("[\u3041-\u3096]")
# What stands between the kanji of a compound verb, and after them; none of it is a particle.
_ENDING = "(?:[かがさざただどらろわまもこ]?[いきぎしちびみりえけげせてねべめれ])?"


@lru_cache(maxsize=20_000)
def may_have_endings(token: str) -> bool:
    """Whether a token is a compound that is written with its verbs' endings too: 乗換 is, 会議 is not."""
    if not _COMPOUND.match(token):
        return False
    return any(_HIRAGANA.search(one.normalized_form()) for one in tokenizer().tokenize(token))


@lru_cache(maxsize=5000)
def with_endings(token: str) -> re.Pattern[str]:
    """Return what finds a compound with endings or without."""
    return re.compile(_ENDING.join(map(re.escape, token)) + _ENDING)
