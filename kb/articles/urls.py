"""Addresses of articles, of writing, and of books."""

from django.urls import path

from kb.articles.views import (
    answers,
    asking,
    books,
    drafts,
    helped,
    history,
    merging,
    reading,
    reviewing,
    states,
    suggest,
    suggestions,
    writing,
)

urlpatterns = [
    path("articles/<int:pk>/", reading.article_detail, name="article_detail"),
    path("articles/<int:pk>.md", reading.article_markdown, name="article_markdown"),
    path("articles/<int:pk>/edit/", writing.article_edit, name="article_edit"),
    path("articles/<int:pk>/history/", history.article_history, name="article_history"),
    path(
        "articles/<int:pk>/revisions/<int:number>/",
        history.article_revision,
        name="article_revision",
    ),
    path(
        "articles/<int:pk>/revisions/<int:number>/restore/",
        history.revision_restore,
        name="revision_restore",
    ),
    path("articles/<int:pk>/publish/", states.article_publish, name="article_publish"),
    path("articles/<int:pk>/retire/", states.article_retire, name="article_retire"),
    path("articles/<int:pk>/confirm/", states.article_confirm, name="article_confirm"),
    path("articles/<int:pk>/delete/", states.article_delete, name="article_delete"),
    path("articles/<int:pk>/restore/", states.article_restore, name="article_restore"),
    path("articles/<int:pk>/answers/", answers.answer_create, name="answer_create"),
    path("articles/<int:pk>/suggest/", suggestions.suggestion_create, name="suggestion_create"),
    path("suggestions/<int:pk>/", suggestions.suggestion_detail, name="suggestion_detail"),
    path("suggestions/<int:pk>/take/", suggestions.suggestion_take, name="suggestion_take"),
    path(
        "suggestions/<int:pk>/decline/", suggestions.suggestion_decline, name="suggestion_decline"
    ),
    path(
        "suggestions/<int:pk>/withdraw/",
        suggestions.suggestion_withdraw,
        name="suggestion_withdraw",
    ),
    path("articles/<int:pk>/merge/", merging.question_merge, name="question_merge"),
    path("articles/<int:pk>/pass/", asking.question_pass, name="question_pass"),
    path("articles/<int:pk>/unmerge/", merging.question_unmerge, name="question_unmerge"),
    path("articles/<int:pk>/review/", reviewing.review_pass, name="review_pass"),
    path("articles/<int:pk>/follow-up/", books.book_follow_up, name="book_follow_up"),
    path("answers/<int:pk>/edit/", answers.answer_edit, name="answer_edit"),
    path("answers/<int:pk>/accept/", answers.answer_accept, name="answer_accept"),
    path("answers/<int:pk>/delete/", answers.answer_delete, name="answer_delete"),
    path("answers/<int:pk>/restore/", answers.answer_restore, name="answer_restore"),
    path("helped/", helped.helped_people, name="helped_people"),
    path("bin/", states.article_bin, name="article_bin"),
    path("write/", writing.write, name="write"),
    path("write/preview/", writing.article_preview, name="article_preview"),
    path("write/draft/", drafts.draft_save, name="draft_save"),
    path("write/draft/<uuid:key>/delete/", drafts.draft_delete, name="draft_delete"),
    path("write/suggest/topics/", suggest.topic_suggest, name="topic_suggest"),
    path("write/suggest/people/", suggest.person_suggest, name="person_suggest"),
    path("write/suggest/pages/", suggest.link_suggest, name="link_suggest"),
    path("write/<str:kind>/", writing.article_create, name="article_create"),
    path("books/", books.book_list, name="book_list"),
    path("books/<int:pk>/", books.book_detail, name="book_detail"),
]
