"""What a path and a title tell where the front matter is silent: kind, department, topics."""

import re
from pathlib import PurePosixPath

from kb.articles.models import Article

TOPICS_MAX = 5
# The first pattern that fits the path or the title decides.
KINDS = (
    (
        Article.Kind.MINUTES,
        r"議事|打ち?合わ?せ|振り返り|会合|minutes|meetings?\b|\bmtg\b|mtg[-_ ]|[-_ ]mtg|memo\b",
    ),
    (Article.Kind.QUESTION, r"faq|q&a|q_and_a|よくある(?:質問|誤解)"),
    (Article.Kind.RULE, r"規程|規則|就業|ルール|code of conduct|policy\b"),
    (
        Article.Kind.MANUAL,
        r"マニュアル|手順|手引|ガイド|使い方|やり方|始め方|インストール|ハンドブック|貢献の方法"
        r"|manual|guide|handbook|how[-_ ]to|install|tutorial|hands[-_ ]?on|contributing|training",
    ),
)
# Folders that only hold teams, and words that name a place rather than a subject.
CONTAINERS = {"subgroups", "groups", "teams", "departments", "docs", "部署", "チーム"}
PLACES = CONTAINERS | {
    "meetings", "meeting", "minutes", "meeting-minutes", "meeting-materials", "outcomes",
    "template", "templates", "sample", "samples", "chapters", "images", "img", "files", "reference",
    "backyard", "model", "classes", "properties", "vocabularies", "議事録", "資料", "画像",
}  # fmt: skip
DATED = re.compile(r"^\D{0,20}\d{4,8}|\d{6,8}")


def guess_kind(given: str, path: str, title: str) -> str:
    """The kind named in the front matter when it is one of ours, else a guess; 「ノート」 at last."""
    aliases = {"faq": Article.Kind.QUESTION, "book": Article.Kind.BOOK_NOTE}
    wanted = given.strip().lower().replace("-", "_")
    if wanted in Article.Kind.values:
        return wanted
    if wanted in aliases:
        return str(aliases[wanted])
    words = f"{path.replace('_', ' ')} {title}".lower()
    for kind, pattern in KINDS:
        if re.search(pattern, words):
            return str(kind)
    return str(Article.Kind.NOTE)


def guess_department(given: str, folder: str) -> str:
    """The department named, else the folder of the team the document lies in; "" at the top."""
    if given:
        return given
    parts = [part for part in PurePosixPath(folder).parts if part not in {".", "/"}]
    while len(parts) > 1 and parts[0].lower() in CONTAINERS:
        parts.pop(0)
    return parts[0] if parts and parts[0].lower() not in CONTAINERS else ""


def guess_topics(tags: tuple[str, ...]) -> list[str]:
    """At most five subjects among the tags, in their order, without places and dates."""
    topics: list[str] = []
    for tag in tags:
        name = tag.replace("_", " ").strip()
        if tag.lower() in PLACES or DATED.search(tag) or len(name) > 60:
            continue
        if name.lower() not in (known.lower() for known in topics):
            topics.append(name)
    return topics[:TOPICS_MAX]
