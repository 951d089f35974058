"""Books: found by ISBN or title, made when they are new here."""

from kb.articles.models import Book
from kb.text.kana import name_key


def find_or_make_book(title: str, *, author: str = "", isbn: str = "") -> Book:
    """The book of that ISBN or title; missing facts are filled in, known ones are kept."""
    plain = " ".join(title.split())
    book = (Book.objects.filter(isbn=isbn).first() if isbn else None) or _titled(plain)
    if book is None:
        return Book.objects.create(title=plain, author=author.strip(), isbn=isbn or None)
    changed = []
    if author.strip() and not book.author:
        book.author = author.strip()
        changed.append("author")
    if isbn and not book.isbn:
        book.isbn = isbn
        changed.append("isbn")
    if changed:
        book.save(update_fields=changed)
    return book


def _titled(title: str) -> Book | None:
    exact: Book | None = Book.objects.filter(title__iexact=title).first()
    if exact is not None:
        return exact
    key = name_key(title)
    # Titles differ in width and spaces; a company's shelf is short enough to look at.
    similar = Book.objects.filter(title__startswith=title[:1])
    return next((book for book in similar if name_key(book.title) == key), None)
