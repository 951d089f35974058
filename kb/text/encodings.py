"""Text files as people send them: UTF-8, UTF-16, cp932, EUC-JP, ISO-2022-JP."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_JIS_ESCAPE = b"\x1b$"


class UnknownEncoding(ValueError):
    """The bytes are no text in any encoding in use here."""


def decode_text(content: bytes) -> str:
    """The text of a file, in whatever usual encoding it is. Raises ``UnknownEncoding``."""
    for encoding in _candidates(content):
        try:
            return content.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise UnknownEncoding


def _candidates(content: bytes) -> list[str]:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return [encoding]
    head = content[:4096]
    if head.count(0) > len(head) // 8:
        # UTF-16 without a mark: in Latin letters and line ends every other byte is zero.
        return ["utf-16-be", "utf-16-le"] if head[:1] == b"\0" else ["utf-16-le", "utf-16-be"]
    if _JIS_ESCAPE in head:
        return ["iso2022_jp_ext", "utf-8"]
    return ["utf-8", *_japanese(content)]


def _japanese(content: bytes) -> list[str]:
    """cp932 and EUC-JP can both decode the other's bytes: the one with fewer rare signs is meant."""
    counts = {}
    for encoding in ("cp932", "euc_jp"):
        try:
            text = content[:4096].decode(encoding, "ignore")
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Half-width kana are what the one reads out of the other.
        counts[encoding] = sum("\uff61" <= c <= "\uff9f" for c in text)
    return sorted(counts, key=lambda encoding: counts[encoding])
