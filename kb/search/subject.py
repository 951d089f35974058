"""What a question is about: its terms without the words of asking, of time and of grammar.

「お客さまに…と言われた」 stands in many titles and says nothing about anybody. A search may keep such words,
because the document that repeats the whole question is the one that is sought; who knows is another matter.
"""

from collections.abc import Iterable
from functools import lru_cache

from kb.search.analysis import Word, normalize, words_of
from kb.search.plan import EMPTY_WORDS, Term

# Words in the form of the index that say how or when somebody asks.
_ASIDE = frozenset(
    [
        *("言う", "聞く", "思う", "知る", "分かる", "困る", "頼む", "願う", "欲しい", "貰う", "遣る", "行く"),
        *("来る", "見る", "置く", "仕舞", "仕舞う", "良い", "ミタイ", "ポイ", "モウ", "モット", "急"),
        *("明日", "今日", "昨日", "明後日", "今週", "来週", "先週", "今月", "来月", "先月", "今", "イマ"),
        *("直ぐ", "未だ", "又", "サッキ", "余所", "ウチ", "自分"),
    ]
)  # fmt: skip
IDLE_WORDS = EMPTY_WORDS | _ASIDE


@lru_cache(maxsize=200)
def query_words(normalized: str) -> tuple[Word, ...]:
    """The words of a query's normalised text: one search asks for them several times."""
    return tuple(words_of(normalized))


def on_subject(text: str, terms: Iterable[Term]) -> list[Term]:
    """The terms of a query that say what it is about; all of them when none does."""
    every = list(terms)
    idle_pairs = _idle_pairs(normalize(text))
    telling = [
        term
        for term in every
        if term.token not in (IDLE_WORDS if term.field == "s" else idle_pairs)
    ]
    return telling or every


def _idle_pairs(normalized: str) -> frozenset[str]:
    """The pairs of letters that reach into a particle or an idle word wherever they stand."""
    idle = [False] * len(normalized)
    for word in query_words(normalized):
        is_idle = not word.token or word.token in IDLE_WORDS
        idle[word.start : word.end] = [is_idle] * (word.end - word.start)
    touched: dict[str, bool] = {}
    for place in range(len(normalized) - 1):
        pair = normalized[place : place + 2]
        touched[pair] = touched.get(pair, True) and (idle[place] or idle[place + 1])
    return frozenset(pair for pair, is_idle in touched.items() if is_idle)
