"""The file-system broker of kombu, with messages that are whole as soon as they can be seen."""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu opens a message by its name before it writes it, and a worker that takes it between ends with an error."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        """Puts a message on a queue: written beside, under a name that no queue looks for, then renamed."""
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        file = Path(self.data_folder_out, name)
        unfinished = file.with_name(f"{name}.part")
        try:
            unfinished.write_text(dumps(payload), "utf-8")  # type: ignore[no-untyped-call]
            os.replace(unfinished, file)
        except OSError as error:
            raise ChannelError(f"Cannot add {file}") from error


class Transport(filesystem.Transport):
    """The transport that ``filesystem://`` names (see ``kb.celery``)."""

    Channel = Channel
