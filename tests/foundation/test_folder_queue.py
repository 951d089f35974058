"""The broker of folders."""

import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu.connection import Connection

from kb.foundation import folder_queue


def connection(folder: Path) -> Connection:
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "polling_interval": 0.001,
    }
    return Connection(  # type: ignore[no-untyped-call]
        transport=folder_queue.Transport, transport_options=options
    )


def test_a_message_is_whole_as_soon_as_it_can_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def write_slowly(path: Path, content: str, encoding: str) -> int:
        with path.open("w", encoding=encoding) as file:
            file.write(content[:5])
            file.flush()
            with connection(tmp_path) as other, pytest.raises(Empty):
                other.channel()._get("index")
            seen.append(path.name)
            return file.write(content[5:])

    monkeypatch.setattr(Path, "write_text", write_slowly)
    with connection(tmp_path) as broker:
        channel = broker.channel()
        channel._put("index", {"body": "作業"})
        assert len(seen) == 1
        assert channel._get("index") == {"body": "作業"}


def test_many_messages_come_through_while_a_worker_takes_them(tmp_path: Path) -> None:
    count = 1500

    def publish() -> None:
        with connection(tmp_path) as broker:
            channel = broker.channel()
            for number in range(count):
                channel._put("index", {"number": number})

    publisher = threading.Thread(target=publish)
    publisher.start()
    taken: list[Any] = []
    with connection(tmp_path) as broker:
        channel = broker.channel()
        while len(taken) < count:
            is_over = not publisher.is_alive()
            try:
                taken.append(channel._get("index")["number"])
            except Empty:
                assert not is_over, "a message was lost"
    publisher.join()
    assert sorted(taken) == list(range(count))
    assert not list(tmp_path.glob("*.msg*"))
