"""What was typed into a form whose session had ended, carried through the sign-in page.

Nothing of it is kept on the server: it travels as a hidden, signed field of the sign-in page and is
given back to the person who wrote it alone, within the hour. Who that is says a signed cookie which
every page of a signed-in person renews: a form can only be sent with the token that its page got
from the same sign-in, because each sign-in changes the token.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from kb.foundation.errors import SECRET_WORDS
from kb.foundation.idempotency import NOT_CONTENT

FIELD = "carried"
WRITER_COOKIE = "kb_writer"
CARRIED_MAX_AGE_S = 60 * 60
# A body of the largest size with everything beside it.
CARRIED_MAX_BYTES = 2 * 1024 * 1024
FIELDS_MAX = 500
# Menu choices, numbers, days and keys travel unseen; what somebody wrote is shown.
_UNSEEN = NOT_CONTENT | {"about_anchor", "draft_key", "next", "section"}
_WRITER_MAX_AGE_S = 60 * 60 * 24 * 60


@dataclass(frozen=True)
class Carried:
    """A form as it was sent: where to, from which page, its fields in order; files are left out."""

    path: str
    page: str
    fields: Sequence[Sequence[str]]
    had_files: bool

    @property
    def words(self) -> list[Sequence[str]]:
        """Name and value of what somebody wrote."""
        return [field for field in self.fields if _is_written(*field)]

    @property
    def rest(self) -> list[Sequence[str]]:
        """Name and value of everything else."""
        return [field for field in self.fields if not _is_written(*field)]


def pack(request: HttpRequest, *, page: str) -> str:
    """The sent form as a signed text; empty where it cannot be given back safely, or holds nothing.

    The browser must be known to belong to one person, and send the form as a page of its own: what
    scripts send, and forms whose text the browser has kept itself, stay as they are.
    """
    writer = writer_of(request)
    if writer is None or not _is_page(request) or _is_kept_in_browser(request):
        return ""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if isinstance(value, str) and name != "csrfmiddlewaretoken"
    ]
    if not _may_travel(fields):
        return ""
    carried = Carried(request.get_full_path(), page, fields, had_files=bool(request.FILES))
    return signing.dumps({"writer": writer, **asdict(carried)}, salt=FIELD, compress=True)


def unpack(text: str, *, person_id: int) -> Carried | None:
    """What the person had sent; None for what is another's, too old, or not signed by us."""
    if not text or len(text) > CARRIED_MAX_BYTES * 2:
        return None
    try:
        kept: dict[str, Any] = signing.loads(text, salt=FIELD, max_age=CARRIED_MAX_AGE_S)
    except signing.BadSignature:
        return None
    return Carried(**kept) if kept.pop("writer") == person_id else None


def writer_of(request: HttpRequest) -> int | None:
    """Who was signed in with this browser last and has not signed out, by number."""
    try:
        return int(signing.Signer(salt=WRITER_COOKIE).unsign(request.COOKIES[WRITER_COOKIE]))
    except (KeyError, ValueError, signing.BadSignature):
        return None


def note_writer(request: HttpRequest, response: HttpResponse, person_id: int | None) -> None:
    """Keeps in the browser to whom it belongs now; None: the person has signed out."""
    if person_id is None:
        response.delete_cookie(WRITER_COOKIE, samesite="Lax")
    elif writer_of(request) != person_id:
        response.set_cookie(
            WRITER_COOKIE,
            signing.Signer(salt=WRITER_COOKIE).sign(str(person_id)),
            max_age=_WRITER_MAX_AGE_S,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )


def _is_page(request: HttpRequest) -> bool:
    return not getattr(request, "htmx", False) and (
        request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    )


def _is_kept_in_browser(request: HttpRequest) -> bool:
    """Whether the script of the page says that the browser gives the text back itself."""
    return bool(request.POST.get("desk") or request.POST.get("kept_here"))


def _may_travel(fields: Sequence[tuple[str, str]]) -> bool:
    if any(word in name.lower() for name, _value in fields for word in SECRET_WORDS):
        return False
    size = sum(len(name) + len(value.encode("utf-8", "replace")) for name, value in fields)
    has_content = any(value.strip() for name, value in fields if name not in NOT_CONTENT)
    return has_content and len(fields) <= FIELDS_MAX and size <= CARRIED_MAX_BYTES


def _is_written(name: str, value: str) -> bool:
    has_words = not value.isascii() or len(value.split()) > 1
    return has_words and name not in _UNSEEN
