"""What leaves with everything, in the order in which it is read back, and what stays and why."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

# Secrets and rights are given by people, not by files; what lies in the bin stays in the bin.
# The words read from a file are read anew, and its first page is drawn anew.
_NEVER = frozenset(
    {
        "id", "password", "last_login", "is_staff", "is_superuser", "groups", "user_permissions",
        "deleted_at", "deleted_by", "content_type", "object_id", "tagged_items", "contents",
        "text_state", "preview", "preview_state",
    }
)  # fmt: skip
TARGET = "target"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one model: one CSV file, or one Markdown document each.

    ``known_by`` tells a row apart from the others, whatever its number: plain columns, columns
    that lead to rows of earlier sheets, or ``target`` for the record it hangs on.
    ``body`` is the column that a document has as its text.
    """

    name: str
    label: str
    known_by: tuple[str, ...]
    body: str = ""
    is_named: bool = True

    @property
    def model(self) -> Any:
        """The model of the rows."""
        return apps.get_model(self.label)

    @property
    def hangs_on_any(self) -> bool:
        """Whether its rows hang on records of several kinds."""
        return any(field.name == "object_id" for field in self.model._meta.concrete_fields)

    def columns(self) -> list[Any]:
        """The fields that are written, in the order of the model; lists of others last."""
        fields = [*self.model._meta.concrete_fields, *self.model._meta.many_to_many]
        return [field for field in fields if not self._is_left_out(field)]

    def _is_left_out(self, field: Any) -> bool:
        if field.name in _NEVER or field.name.endswith("_html"):
            return True
        return self.label == "files.attachment" and field.name == "text"


def _leaf(name: str, label: str, *known_by: str) -> Sheet:
    """Rows that no other row leads to: they need no name of their own."""
    return Sheet(name, label, known_by, is_named=False)


SHEETS: tuple[Sheet, ...] = (
    Sheet("topics", "topics.topic", ("slug",)),
    _leaf("topic_synonyms", "topics.topicsynonym", "word"),
    _leaf("word_synonyms", "search.wordsynonym", "word", "same_as"),
    Sheet("people", "people.person", ("login",)),
    Sheet("departments", "people.department", ("slug",)),
    _leaf("memberships", "people.membership", "person", "department", "is_primary", "started_on"),
    Sheet("responsibilities", "people.responsibility", ("department", "name")),
    _leaf("ask_me", "people.askme", "person", "topic"),
    _leaf("stewards", "people.topicsteward", "topic", "person"),
    _leaf("endorsements", "people.endorsement", "person", "topic", "endorsed_by"),
    _leaf("stances", "people.topicstance", "person", "topic"),
    _leaf("notification_preferences", "engagement.notificationpreference", "person"),
    _leaf("first_days", "portal.firstdaystick", "person", "key"),
    _leaf("daily_notes", "portal.dailynote", "person", "day"),
    Sheet("books", "articles.book", ("title", "author", "created_at")),
    _leaf("article_templates", "articles.articletemplate", "kind", "name"),
    Sheet("articles", "articles.article", ("title", "created_at"), body="body"),
    _leaf("manuals", "articles.manualdetail", "article"),
    _leaf("questions", "articles.questiondetail", "article"),
    _leaf("book_notes", "articles.booknotedetail", "article"),
    _leaf("rules", "articles.ruledetail", "article"),
    Sheet("revisions", "articles.revision", ("article", "number"), body="body"),
    _leaf("contributors", "articles.contributor", "article", "person", "role"),
    _leaf("article_links", "articles.articlelink", "source", "words", "target"),
    Sheet("answers", "articles.answer", ("question", "author", "created_at"), body="body"),
    _leaf("suggestions", "articles.suggestion", "article", "author", "created_at"),
    _leaf("question_asks", "articles.questionask", "question", "person"),
    _leaf("review_asks", "articles.reviewask", "article", "person", "monday"),
    _leaf("wanted_articles", "portal.wantedarticle", "title", "created_at"),
    _leaf("first_reads", "portal.firstread", "topic", "article"),
    Sheet("customers", "customers.customer", ("name", "created_at")),
    _leaf("customer_former_names", "customers.customerformername", "customer", "name"),
    _leaf("customer_pairs", "customers.distinctpair", "first", "second"),
    _leaf("personal_data_rules", "customers.personaldatarules"),
    Sheet("contacts", "customers.contact", ("customer", "name", "created_at")),
    Sheet("deals", "customers.deal", ("customer", "name", "created_at")),
    Sheet("voice_themes", "customers.voicetheme", ("title", "created_at")),
    _leaf("voice_theme_changes", "customers.voicethemechange", "theme", "changed_at"),
    Sheet("touches", "customers.touch", ("happened_at", "customer", "author", "created_at")),
    _leaf("voices", "customers.voice", "touch", "created_at", "quote"),
    Sheet("series", "meetings.series", ("slug",)),
    Sheet("meetings", "meetings.meeting", ("series", "number", "title", "held_at"), body="body"),
    Sheet("meeting_revisions", "meetings.meetingrevision", ("meeting", "number"), body="text"),
    _leaf("attendances", "meetings.attendance", "meeting", "person"),
    Sheet("agenda", "meetings.agendaitem", ("meeting", "position", "title")),
    Sheet("team_parts", "meetings.session", ("meeting", "position", "department")),
    _leaf("team_questions", "meetings.sessionquestion", "session", "created_at", "text"),
    _leaf("agenda_questions", "meetings.itemquestion", "item", "created_at", "text"),
    Sheet("decisions", "meetings.decision", ("title", "decided_on", "created_at")),
    _leaf("rejected_options", "meetings.rejectedoption", "decision", "option", "why"),
    _leaf("rule_revisions", "meetings.rulerevision", "rule", "revised_on", "what"),
    Sheet("communities", "communities.community", ("title", "created_at")),
    _leaf("community_members", "communities.communitymember", "community", "person"),
    Sheet("todos", "todos.actionitem", ("text", "created_at")),
    _leaf("todo_changes", "todos.actionitemchange", "item", "created_at", "kind"),
    _leaf("voice_theme_replies", "customers.voicethemereply", "theme", "customer", "status"),
    Sheet("comments", "engagement.comment", (TARGET, "author", "created_at")),
    Sheet("attachments", "files.attachment", ("key",)),
    _leaf("materials", "meetings.material", "meeting", "attachment"),
    _leaf("community_records", "communities.communityrecord", "community", "role", TARGET),
    _leaf("thanks", "engagement.thanks", TARGET, "person"),
    _leaf("follows", "engagement.follow", TARGET, "person"),
    Sheet("reading_requests", "engagement.readingrequest", (TARGET, "created_at")),
    _leaf("readings", "engagement.confirmation", TARGET, "person"),
)  # fmt: skip
BY_LABEL: dict[str, Sheet] = {sheet.label: sheet for sheet in SHEETS}
BY_NAME: dict[str, Sheet] = {sheet.name: sheet for sheet in SHEETS}

# Told in the manifest, so that nobody looks for them in vain.
LEFT_OUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "秘密と権限：パスワード、二段階認証、管理の権限、APIの鍵、購読の鍵、外への知らせ先",
        (
            "api.apitoken", "api.apireceipt", "portal.feedaddress", "portal.webhook",
            "portal.webhookmessage", "todos.calendarfeed",
        ),
    ),
    ("本人だけのもの：書きかけの控え", ("articles.draft",)),
    (
        "届いたしるし：お知らせ、メール、二重送信の控え",
        ("engagement.notification", "portal.letter", "foundation.idempotencykey"),
    ),
    (
        "もとから作り直すもの：検索の索引、くわしい人の根拠",
        (
            "experts.evidence", "experts.recorddepartment", "search.indexedtext",
            "search.outboxentry", "search.indexlock",
        ),
    ),
    (
        "この場所だけの記録：作業、操作の記録、結果のなかった検索、元に戻すための控え",
        (
            "foundation.job", "foundation.auditentry", "search.searchmiss",
            "articles.importbatch", "articles.importedarticle", "people.departmentchange",
            "people.dataimport", "customers.customerimport", "customers.importmapping",
            "customers.importedrow", "customers.externalkey", "customers.customermerge",
            "customers.voicethememerge", "topics.topicmerge",
        ),
    ),
    ("ごみ箱に入っているもの", ()),
)  # fmt: skip


def is_row_column(field: Any) -> bool:
    """Whether the column leads to a row of another sheet."""
    return isinstance(field, models.ForeignKey)
