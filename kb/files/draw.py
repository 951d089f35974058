"""Child process that prints the first page of one file as a picture: ``python -m kb.files.draw KIND PATH``.

Imports neither Django nor our models, and limits its own memory and time first: a broken or
hostile file may crash or hang, and only the child suffers.
"""

import resource
import sys
from pathlib import Path
from typing import Any

MEMORY_MAX_BYTES = 2 * 1024**3
CPU_MAX_S = 20
PIXELS_MAX = 80_000_000
SIDE_MAX_PX = 640
QUALITY = 82


def main(kind: str, path: Path) -> None:
    """Prints a WebP of at most ``SIDE_MAX_PX`` each way."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    picture = _page(path) if kind == "pdf" else _picture(path)
    _on_white(picture).save(sys.stdout.buffer, "WEBP", quality=QUALITY)


def _page(path: Path) -> Any:
    import pypdfium2

    page = pypdfium2.PdfDocument(path)[0]
    longest = max(page.get_width(), page.get_height(), 1)
    return page.render(scale=SIDE_MAX_PX / longest).to_pil()


def _picture(path: Path) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    picture = Image.open(path)
    # Made small first: a photo of a phone is then never unpacked whole.
    picture.thumbnail((SIDE_MAX_PX, SIDE_MAX_PX))
    return ImageOps.exif_transpose(picture)


def _on_white(picture: Any) -> Any:
    """What is transparent would else come out black."""
    from PIL import Image

    whole = picture.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
