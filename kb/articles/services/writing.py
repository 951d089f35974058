"""Creating and saving articles: revisions, the optimistic lock, merging, contributors."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kb.articles.fields import KEEP, ArticleFields, columns_of
from kb.articles.merge import Merge, count_changes, merge_texts
from kb.articles.models import Article, BookNoteDetail, Contributor, Revision
from kb.articles.review_rounds import note_reviewed
from kb.articles.reviews import next_review
from kb.articles.services.rendering import fill_waiting_links, render_article
from kb.articles.snapshots import (
    DETAIL_MODELS,
    Snapshot,
    apply_snapshot,
    merge_snapshots,
    snapshot_of,
)
from kb.articles.telling import tell_changed, tell_published
from kb.text.markdown import clean_source
from kb.topics.services import set_topics
from people.models import Department, Membership, Person

# The lock is tried again when somebody saved between reading and writing.
ATTEMPTS_MAX = 20


class EmptyBody(Exception):
    """An empty body would have replaced a full one, and nobody said that this is meant."""


class EditConflict(Exception):
    """Both changed the same lines. ``current`` is what stands there, ``base`` what both began with."""

    def __init__(self, current: Article, base: "Text", mine: "Text") -> None:
        super().__init__(f"article {current.pk} is at revision {current.revision}")
        self.current = current
        self.base = base
        self.theirs = Text(current.title, current.body)
        self.mine = mine

    @property
    def merge(self) -> Merge:
        """The bodies in pieces, clashes between what is settled."""
        return merge_texts(self.base.body, self.theirs.body, self.mine.body)


@dataclass(frozen=True, slots=True)
class Text:
    """A title with its body."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The article as saved; whether others' changes were merged in, and whether anything changed."""

    article: Article
    was_merged: bool
    is_changed: bool


@transaction.atomic
def create_article(
    *, by: Person, kind: str, title: str, body: str, fields: ArticleFields | None = None
) -> Article:
    """The new article with its first revision. The owner is the writer unless ``fields`` say else."""
    fields = fields or ArticleFields()
    at = fields.at or timezone.now()
    article = Article(
        kind=kind,
        title=_clean_title(title),
        body=clean_source(body),
        author=by,
        owner=by,
        department=_own_department(kind, by) if fields.department is KEEP else None,
        created_at=at,
        updated_at=at,
    )
    for name, value in fields.given().items():
        setattr(article, name, value)
    if article.status == Article.Status.PUBLISHED:
        article.published_at = at
    article.save()
    _write_details(article, fields)
    if fields.review_due_on is KEEP:
        article.review_due_on = next_review(article, timezone.localdate(at))
    if fields.topics is not KEEP:
        set_topics(article, fields.topics)
    _write_revision(article, "", snapshot_of(article), by=by, note=fields.note, at=at)
    render_article(article)
    fill_waiting_links(article)
    if article.status == Article.Status.PUBLISHED:
        tell_published(article, by=by)
    return article


@transaction.atomic
def save_article(
    article: Article,
    *,
    by: Person,
    base_revision: int,
    title: str,
    body: str,
    fields: ArticleFields | None = None,
) -> Saved:
    """The saved article; changes others saved since ``base_revision`` are merged in.

    Raises ``EditConflict`` when both changed the same lines, ``EmptyBody`` when nothing would be
    left of a full text, ``Article.DoesNotExist`` when the article is in the bin.
    """
    fields = fields or ArticleFields()
    mine = Text(_clean_title(title), clean_source(body))
    rows = Article.objects.visible().select_related("owner", "department")
    for _attempt in range(ATTEMPTS_MAX):
        current = rows.get(pk=article.pk)
        if current.body.strip() and not mine.body.strip() and not fields.allows_empty:
            raise EmptyBody
        revision = _begun_with(current, base_revision)
        merged = _merged(current, revision, mine)
        base = revision.fields if revision else {}
        if _take_turn(current, moves_on=merged != Text(current.title, current.body)):
            is_changed = _write_text(current, merged, by=by, fields=fields, base=base)
            return Saved(current, was_merged=merged != mine, is_changed=is_changed)
    raise RuntimeError(f"article {article.pk} never stood still")


@transaction.atomic
def restore_revision(article: Article, number: int, *, by: Person) -> Saved:
    """The article with text and fields of an older revision, as a new one. Nothing is lost by it."""
    old = article.revisions.get(number=number)
    current = Article.objects.visible().get(pk=article.pk)
    return save_article(
        current,
        by=by,
        base_revision=current.revision,
        title=old.title,
        body=old.body,
        fields=ArticleFields(
            note=f"第{number}版に戻しました", allows_empty=True, snapshot=old.fields
        ),
    )


def _own_department(kind: str, writer: Person) -> Department | None:
    """The writer's department keeps a text right; a question is put to those who know."""
    return None if kind == Article.Kind.QUESTION else writer.department


def _clean_title(title: str) -> str:
    return " ".join(clean_source(title).split())


def _begun_with(current: Article, base_revision: int) -> Revision | None:
    """The revision a writer began with; one that nobody knows is empty, None the present one."""
    if base_revision == current.revision:
        return None
    known = current.revisions.filter(number=base_revision).first()
    return known or Revision(article=current, number=base_revision)


def _merged(current: Article, revision: Revision | None, mine: Text) -> Text:
    theirs = Text(current.title, current.body)
    if revision is None or mine == theirs:
        return mine
    base = Text(revision.title, revision.body)
    title = _merged_title(base.title, theirs.title, mine.title)
    merge = merge_texts(base.body, theirs.body, mine.body)
    if title is None or not merge.is_clean:
        raise EditConflict(current, base, mine)
    return Text(title, merge.text)


def _merged_title(base: str, theirs: str, mine: str) -> str | None:
    if mine in (theirs, base):
        return theirs
    return mine if theirs == base else None


def _take_turn(article: Article, *, moves_on: bool) -> bool:
    """Moves the revision on in the database, unless somebody did in the meantime."""
    step = 1 if moves_on else 0
    taken = Article.objects.filter(pk=article.pk, revision=article.revision).update(
        revision=F("revision") + step
    )
    article.revision += step
    return bool(taken)


def _write_text(
    article: Article, text: Text, *, by: Person, fields: ArticleFields, base: Snapshot
) -> bool:
    """Writes text and fields; True when anything differs from before, which makes a revision."""
    before, fields_before = Text(article.title, article.body), snapshot_of(article)
    at = fields.at or timezone.now()
    status_before = article.status
    article.title, article.body = text.title, text.body
    _write_fields(article, fields, base=base, theirs=fields_before)
    if article.status == Article.Status.PUBLISHED and article.published_at is None:
        article.published_at = at
    fields_after = snapshot_of(article)
    is_changed = text != before or fields_after != fields_before
    if is_changed:
        if text == before:
            _take_turn(article, moves_on=True)
        _write_revision(article, before.body, fields_after, by=by, note=fields.note, at=at)
        if fields.review_due_on is KEEP and _may_review(article, by):
            article.review_due_on = next_review(article, timezone.localdate(at))
            article.review_escalated_at = None
            note_reviewed(article)
    if is_changed or article.status != status_before:
        article.updated_at = at
    render_article(article)
    if text.title != before.title:
        fill_waiting_links(article)
    _tell(article, before.body, status_before, by=by, but=fields.taken_over_by)
    return is_changed


def _may_review(article: Article, by: Person) -> bool:
    """Whether an edit answers 「まだ正しいですか」: it is up to the owner, then to the department."""
    if by.pk in (article.owner_id, article.author_id):
        return True
    if article.review_escalated_at is None:
        return False
    keeper = article.owner or article.author
    theirs = Membership.objects.current().filter(person=by)
    if article.department_id is not None:
        return theirs.filter(department=article.department_id).exists()
    return theirs.filter(department__memberships__in=keeper.memberships.current()).exists()


def _tell(
    article: Article, body_before: str, status_before: str, *, by: Person, but: Person | None
) -> None:
    if article.status != Article.Status.PUBLISHED:
        return
    if status_before == Article.Status.DRAFT:
        tell_published(article, by=by)
    elif article.body != body_before:
        tell_changed(article, body_before, by=by, but=but)


def _write_fields(
    article: Article, fields: ArticleFields, *, base: Snapshot, theirs: Snapshot
) -> None:
    for name, value in fields.given().items():
        setattr(article, name, value)
    _write_details(article, fields)
    if fields.topics is not KEEP:
        set_topics(article, fields.topics)
    if fields.snapshot:
        apply_snapshot(article, fields.snapshot)
    elif base:
        mine = snapshot_of(article)
        merged = merge_snapshots(base, theirs, mine)
        if merged != mine:
            apply_snapshot(article, merged)


def _write_details(article: Article, fields: ArticleFields) -> None:
    model = DETAIL_MODELS.get(article.kind)
    if model is None:
        return
    if fields.details is not None:
        model._default_manager.update_or_create(
            article=article, defaults=columns_of(fields.details)
        )
    elif model is not BookNoteDetail:
        model._default_manager.get_or_create(article=article)


def _write_revision(
    article: Article, before: str, kept: Snapshot, *, by: Person, note: str, at: dt.datetime
) -> None:
    added, removed = count_changes(before, article.body)
    Revision.objects.create(
        article=article,
        number=article.revision,
        title=article.title,
        body=article.body,
        fields=kept,
        author=by,
        note=note[:200],
        lines_added=added,
        lines_removed=removed,
        created_at=at,
    )
    count_contribution(article, by, lines=added + removed, at=at)


def count_contribution(
    article: Article, person: Person, *, lines: int, at: dt.datetime, role: str = ""
) -> None:
    """Notes that the person did something for the article, once more or for the first time."""
    is_author = person.pk == article.author_id
    own = Contributor.Role.AUTHOR if is_author else Contributor.Role.EDITOR
    row, is_new = Contributor.objects.get_or_create(
        article=article,
        person=person,
        role=role or own,
        defaults={"changed_lines": lines, "last_at": at},
    )
    if not is_new:
        Contributor.objects.filter(pk=row.pk).update(
            edits=F("edits") + 1, changed_lines=F("changed_lines") + lines, last_at=at
        )
