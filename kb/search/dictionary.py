"""Sudachi's dictionary: loaded once in a process, with tokenizers for each of its threads."""

import threading

from sudachipy import Dictionary, SplitMode, Tokenizer

_threads = threading.local()
_lock = threading.Lock()
_dictionaries: list[Dictionary] = []


def tokenizer() -> Tokenizer:
    """Return this thread's tokenizer of shortest words."""
    own: Tokenizer | None = getattr(_threads, "short", None)
    if own is None:
        fields = {"pos", "normalized_form", "reading_form"}
        own = _threads.short = _dictionary().tokenizer(SplitMode.A, fields=fields)
    return own


def meaning_tokenizer() -> Tokenizer:
    """Return this thread's tokenizer of longest words, which knows the numbers of their meanings."""
    own: Tokenizer | None = getattr(_threads, "long", None)
    if own is None:
        fields = {"synonym_group_ids", "split_a"}
        own = _threads.long = _dictionary().tokenizer(SplitMode.C, fields=fields)
    return own


def is_in_dictionary(word: str) -> bool:
    """Whether the dictionary has this as one word."""
    morphemes = list(tokenizer().tokenize(word))
    return len(morphemes) == 1 and not morphemes[0].is_oov()


def _dictionary() -> Dictionary:
    with _lock:
        if not _dictionaries:
            _dictionaries.append(Dictionary())
    return _dictionaries[0]
