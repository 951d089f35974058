"""Numbers in addresses and forms: what people and programs put there is text first."""

# Every number of so many digits fits into a key of the database.
DIGITS_MAX = 18


def whole_number(text: str | None) -> int | None:
    """The number that plain ASCII digits name; None for everything else and for 0."""
    if not text or not (text.isascii() and text.isdigit()) or len(text) > DIGITS_MAX:
        return None
    return int(text) or None
