"""Child process that draws the first page of one file: ``python -m kb.meetings.draw KIND PATH OUT``.

Imports neither Django nor our models, and limits its own memory and time first: a broken or
hostile file may crash or hang, and only the child suffers.
"""

import resource
import sys
from pathlib import Path

MEMORY_MAX_BYTES = 2 * 1024**3
CPU_MAX_S = 20
WIDTH_PX, HEIGHT_PX = 640, 640


def main(kind: str, path: Path, target: Path) -> None:
    """Writes a PNG of at most ``WIDTH_PX`` × ``HEIGHT_PX`` to ``target``."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = 80_000_000
    if kind == "pdf":
        import pypdfium2

        page = pypdfium2.PdfDocument(path)[0]
        longest = max(page.get_width(), page.get_height(), 1)
        picture = page.render(scale=WIDTH_PX / longest).to_pil()
    else:
        picture = ImageOps.exif_transpose(Image.open(path))
    picture.thumbnail((WIDTH_PX, HEIGHT_PX))
    picture.convert("RGB").save(target, "PNG", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
