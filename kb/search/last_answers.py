"""The last answers of a function about one state of the index, kept with it and gone with it."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from kb.search.generation import Generation

P = ParamSpec("P")
T = TypeVar("T")
# So many threads of a process may search at once; each needs its own last answers.
_AT_ONCE = 4
_About = Callable[Concatenate[Generation, P], T]


def last_answers(most: int) -> Callable[[_About[P, T]], _About[P, T]]:
    """Keep the last answers of a function, for the other questions of the searches at hand.

    A cache of the module would hold generations that nobody asks any more, with all that they remember.
    """

    def keeping(function: _About[P, T]) -> _About[P, T]:
        @wraps(function)
        def asked(generation: Generation, /, *args: P.args, **kwargs: P.kwargs) -> T:
            kept: OrderedDict[Any, Any] = generation.answers.setdefault(function, OrderedDict())
            try:
                answer: T = kept[args]
            except KeyError:
                answer = kept[args] = function(generation, *args, **kwargs)
                if len(kept) > most * _AT_ONCE:
                    kept.popitem(last=False)
            return answer

        return asked

    return keeping
