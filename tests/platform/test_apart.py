"""Large work before the start is done in a child, which gives its memory back."""

import os

import pytest

from kb.portal.processes import apart


def refuse() -> None:
    raise OSError(28, "No space left on device", f"/child/{os.getpid()}")


def test_the_work_is_done_in_another_process_and_its_errors_are_raised_here() -> None:
    with pytest.raises(OSError, match="No space left") as raised:
        apart(refuse)
    assert raised.value.errno == 28
    assert raised.value.filename != f"/child/{os.getpid()}"
