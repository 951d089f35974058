"""Views of the gallery. They need no database: its people are plain objects."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import engines
from django.utils import timezone

from kb.foundation import notices
from kb.foundation.context import FollowedItem

HERE = Path(__file__).parent
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Department:
    pk: int
    name: str
    label: str
    colour: str


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    department: Department
    is_open_to_questions: bool = False
    left_on: dt.date | None = None
    is_imported: bool = False
    is_staff: bool = True
    is_authenticated: bool = True
    is_active: bool = True

    @property
    def family_name(self) -> str:
        return self.name.split()[0]


CS = Department(1, "カスタマーサクセス部", "CS部", "cs")
DEV = Department(2, "プロダクト開発部", "開発部", "dev")
IT = Department(3, "情報システム室", "情シス室", "it")
PMM = Department(4, "プロダクトマーケティング部", "PMM部", "pmm")
KIRIYAMA = Person(1, "桐山 美和", CS, is_open_to_questions=True)
MIZUNO = Person(2, "水野 遥香", CS)
SHINOZAKI = Person(3, "篠崎 健", DEV, is_open_to_questions=True)
ONODERA = Person(4, "小野寺 亮", IT)
LEAVER = Person(5, "早川 拓真", PMM, left_on=dt.date(2024, 3, 31))
SMITH = Person(6, "Alexandra Smith", DEV)


class TouchForm(forms.Form):
    how = forms.ChoiceField(
        label="どうやって",
        widget=forms.RadioSelect,
        choices=[
            ("visit", "訪問"), ("come", "来社"), ("online", "オンライン"), ("phone", "電話"),
            ("mail", "メール"), ("chat", "チャット"), ("event", "イベント"),
        ],
    )  # fmt: skip
    text = forms.CharField(label="話したこと", widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="声の種類",
        widget=forms.RadioSelect,
        choices=[(1, "要望"), (2, "不満"), (3, "質問"), (4, "うれしい"), (5, "解約の心配")],
        required=False,
    )
    next_action = forms.CharField(
        label="次にやること", required=False, help_text="なければ空のままで。"
    )
    due_on = forms.DateField(
        label="いつまで", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    department = forms.ChoiceField(label="部署", choices=[("", "選んでください"), ("cs", "CS部")])
    members = forms.MultipleChoiceField(
        label="一緒にいた人",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("1", "桐山 美和"), ("2", "水野 遥香")],
    )
    is_shared = forms.BooleanField(
        label="日報にのせる", required=False, help_text="あとで変えられます。",
        widget=forms.CheckboxInput(attrs={"class": "switch"}),
    )  # fmt: skip
    tell = forms.BooleanField(label="担当の人に知らせる", required=False)
    paper = forms.FileField(label="添付", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, initial=7)


@dataclass
class Thing:
    """Any object with attributes, as views hand to templates."""

    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.__dict__["values"].get(name)


def thing(**values: Any) -> Thing:
    return Thing(values)


def _numbers() -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate()
    return {
        "now": now,
        "hour_ago": now - dt.timedelta(hours=1),
        "long_ago": now - dt.timedelta(days=500),
        "yesterday": today - dt.timedelta(days=1),
        "today": today,
        "later": today + dt.timedelta(days=5),
        "page": Paginator(range(500), 20).page(9),
    }


def _lists() -> dict[str, Any]:
    return {
        "title_segments": [("ヘルプ", True), ("記事の書き方 <b>", False)],
        "text_segments": [
            ("お客さまが検索しても", False),
            ("見つからない", True),
            ("記事には、共通点があります。題名が機能名になっていて、お客さまの言葉が入っていないこと。"
             "題名は「〜したい」「〜できない」で始めます。", False),
        ],
        "badges": [
            thing(text="公式"),
            thing(text="11/10に確認済み", tone="ok", icon="seal"),
        ],
        "evidence": [
            thing(text="ヘルプ記事の書き方（11/12）", url="/article/"),
            thing(text="名寄せの記事を直した記録（11/04）", url="/article/"),
        ],
        "tabs": [
            thing(label="すべて", url="?", is_current=True, count=28),
            thing(label="記事", url="?tab=a", count=11),
            thing(label="会議・決定", url="?tab=m", count=4),
            thing(label="お客さま・対応", url="?tab=c", count=9),
            thing(label="ひと・部署", url="?tab=p", count=4),
        ],
        "chosen": [thing(label="テーマ：ヘルプ", url="?"), thing(label="期間：この1年", url="?")],
        "menus": [
            thing(label="種類", options=[thing(label="マニュアル", url="?k=m", count=6, is_on=True)]),
            thing(label="部署", options=[
                thing(label=d.name, url=f"?d={d.pk}", count=d.pk) for d in (CS, DEV, IT, PMM)
            ]),
        ],
        "facts": [
            thing(label="担当（CS）", person=MIZUNO),
            thing(label="部署", department=CS),
            thing(label="契約", text="2027年3月に更新"),
            thing(label="いまの様子", text="取り込みで少し足踏み"),
        ],
        "voices": [
            thing(text="ヘルプで調べようとしたが、どこにあるのか見つけられなかった", kind="要望",
                  theme="ヘルプの場所がわからない", theme_url="/", status="やる", tone="accent"),
        ],
        "items": [
            thing(label="履歴を見る", url="/", icon="clock"),
            thing(label="ごみ箱に入れる", url="/", icon="x", is_post=True, is_danger=True),
        ],
        "topics": [thing(name="ヘルプ", slug="help"), thing(name="導入支援", slug="onboarding")],
        "toc": [
            thing(anchor="s1", text="この手引きでできること", level=2),
            thing(anchor="s2", text="題名はお客さまの言葉で", level=2),
            thing(anchor="s3", text="本文の順番", level=3),
        ],
        "icons": {"visit": "visit", "come": "door", "online": "video", "phone": "phone",
                  "mail": "mail", "chat": "chat", "event": "flag"},
    }  # fmt: skip


def _line(kind: str, title: Any, *, text: Any, person: Any = None, **record: Any) -> Thing:
    return thing(
        hit=thing(title_segments=title, passages=[thing(segments=text)]),
        record=thing(kind=kind, url="/", badges=(), notes=(), date_label="更新", **record),
        person=person,
    )


def _result_lines() -> list[Thing]:
    lists, numbers = _lists(), _numbers()
    text = lists["text_segments"]
    after = thing(url="/", title="ヘルプの入口を全画面の右上に置く", day=numbers["today"])
    old = [("ヘルプは PDF にまとめて導入時に配る", False)]
    talk = [("あさぎ製菓株式会社 オンライン打ち合わせ", False)]
    return [
        _line("manual", lists["title_segments"], text=text, person=KIRIYAMA, day=numbers["now"]),
        _line("decision", old, text=text, department=DEV, is_old=True, successor=after),
        _line("touch", talk, text=text, person=MIZUNO, day=numbers["long_ago"]),
    ]


def _people() -> dict[str, Any]:
    return {
        "result_lines": _result_lines(),
        "kiriyama": KIRIYAMA,
        "mizuno": MIZUNO,
        "shinozaki": SHINOZAKI,
        "onodera": ONODERA,
        "leaver": LEAVER,
        "smith": SMITH,
        "everybody": [KIRIYAMA, MIZUNO, SHINOZAKI, ONODERA, LEAVER, SMITH],
        "cs": CS,
        "dev": DEV,
        "user": MIZUNO,
    }


FRAME_SOURCES = {
    name: f"tests.browser.gallery.views.{name}" for name in ("unread", "followed", "tallies")
}


def unread(person: object) -> int:
    return 3


def followed(person: object) -> list[FollowedItem]:
    return [
        FollowedItem("ヘルプ", "/topics/help/", "topic", news=2),
        FollowedItem("あさぎ製菓", "/customers/", "customer"),
    ]


def tallies(person: object) -> dict[str, int]:
    return {"community_list": 2}


def as_person(view: View) -> View:
    """The view, seen by somebody who is signed in."""

    @login_not_required
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.user = MIZUNO  # type: ignore[assignment]
        return view(request)

    return wrapped


def show(name: str) -> View:
    """A view that renders one page of the gallery."""

    @login_not_required
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.user = MIZUNO  # type: ignore[assignment]
        if "toast" in request.GET:
            notices.tell(request, "「ヘルプの PDF」を片付けました。", undo_url="/logout/")
        typed = {"how": "phone", "due_on": "2026-02-30", "next_action": "準備表を送る"}
        form = TouchForm(typed if "bad" in request.GET else None, initial={"how": "phone"})
        context = {"form": form, **_numbers(), **_lists(), **_people()}
        template = engines["django"].from_string((HERE / name).read_text(encoding="utf-8"))
        return HttpResponse(template.render(context, request))

    return page


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    form = AuthenticationForm(
        request, {"username": "", "password": ""} if "bad" in request.GET else None
    )
    return render(request, "registration/login.html", {"form": form, "next": "/search/"})


@login_not_required
def suggest(request: HttpRequest) -> JsonResponse:
    words = request.GET["q"]
    return JsonResponse(
        [
            {
                "kind": "マニュアル",
                "title": f"{words}の書き方",
                "sub": "カスタマーサクセス部",
                "url": "/article/",
            },
            {"kind": "ひと", "title": "桐山 美和", "sub": "", "url": "/people/1/"},
            {"kind": "外の場所", "title": "見えない", "sub": "", "url": "https://example.com/"},
        ],
        safe=False,
    )
