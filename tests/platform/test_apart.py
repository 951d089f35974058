"""Large work before the start is done in a child, which gives its memory back."""

import os
import signal

import pytest

from kb.portal import place
from kb.portal.processes import apart
from kb.search import upkeep


def refuse() -> None:
    raise OSError(28, "No space left on device", f"/child/{os.getpid()}")


def test_the_work_is_done_in_another_process_and_its_errors_are_raised_here() -> None:
    with pytest.raises(OSError, match="No space left") as raised:
        apart(refuse)
    assert raised.value.errno == 28
    assert raised.value.filename != f"/child/{os.getpid()}"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_the_start_goes_on_when_the_child_is_killed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(upkeep, "is_usable", lambda: False)
    monkeypatch.setattr(upkeep, "rebuild", die)
    place.build_missing_index()
    assert "裏方が作り直します" in capsys.readouterr().out
