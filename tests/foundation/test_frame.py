"""The frame without a browser: bundles, preferences, error pages, forms."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings as configured
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from pytest_django import Settings

from kb.articles.pages import KIND_ICONS
from kb.foundation import errors
from kb.foundation.bundles import BUNDLES, BundleFinder, VersionedStorage, join_sources
from kb.foundation.notices import undo_address
from kb.search.kinds import KINDS
from kb.text.markdown import Target, Targets, render_markdown
from tests.browser.gallery.views import FRAME_SOURCES

STATIC = Path(configured.BASE_DIR) / "static"
TOP_LEVEL_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
GALLERY = pytest.mark.urls("tests.browser.gallery.urls")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frame_of_the_gallery(settings: Settings) -> None:
    settings.FRAME_SOURCES = FRAME_SOURCES


@pytest.mark.parametrize("bundle", [name for name in BUNDLES if name.endswith(".js")])
def test_a_joined_script_has_no_imports_left_and_no_name_twice(bundle: str) -> None:
    script = join_sources(BUNDLES[bundle], folder=STATIC)
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    names = TOP_LEVEL_NAME.findall(script)
    assert len(names) == len(set(names))


def test_scripts_stay_small() -> None:
    for script in (STATIC / "js").glob("*.js"):
        assert len(script.read_text(encoding="utf-8").splitlines()) < 200, script.name


def test_no_text_is_smaller_than_13_pixels() -> None:
    for sheet in STATIC.glob("css/**/*.css"):
        text = sheet.read_text(encoding="utf-8")
        for size in re.findall(r"font(?:-size)?:[^;]*?(\d*\.\d+)rem", text):
            assert float(size) >= 0.8125, sheet.name


def test_no_page_dresses_what_stands_inside_a_text() -> None:
    text = "#鍵 @alice [[頁]] [外](https://example.com/)[^1]\n\n- [ ] 一\n\n```python\nx = 1\n```\n\n[^1]: 注"
    targets = Targets(topics={"鍵": Target("/t/")}, people={"alice": Target("/p/")})
    html = render_markdown(text, resolve=lambda _names: targets).html
    classes = {name for found in re.findall(r'class="([^"]+)"', html) for name in found.split()}
    assert {"topic", "mention", "external", "task", "footnote-ref"} <= classes
    selectors = [
        selector
        for sheet in STATIC.glob("css/**/*.css")
        for rule in re.findall(r"^\s*([^@{}/]+)\{", sheet.read_text(encoding="utf-8"), re.MULTILINE)
        for selector in rule.split(",")
    ]
    strays = [
        selector
        for selector in selectors
        if classes & set(re.findall(r"\.([\w-]+)", selector)) and ".prose" not in selector
    ]
    assert strays == []


def test_every_kind_of_record_has_an_icon_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    assert {kind.icon for kind in KINDS.values()} | set(KIND_ICONS.values()) <= drawn


def test_a_bundle_is_made_again_when_a_source_changed(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    settings.VAR_DIR = tmp_path / "var"
    for names in BUNDLES.values():
        for name in names:
            (tmp_path / "static" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "static" / name).write_text("/* old */", encoding="utf-8")
    finder = BundleFinder()
    built = Path(finder.find("built/site.css"))
    assert "new" not in built.read_text(encoding="utf-8")
    source = tmp_path / "static" / "css" / "base.css"
    source.write_text("/* new */", encoding="utf-8")
    assert "new" in Path(finder.find("built/site.css")).read_text(encoding="utf-8")
    assert {path for path, _storage in finder.list([])} == set(BUNDLES)


def test_the_bundles_are_static_files() -> None:
    for path in BUNDLES:
        assert finders.find(path)
    assert finders.find("built/unknown.css") is None


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text("utf-8")))
    templates = Path(configured.BASE_DIR) / "templates"
    for template in templates.rglob("*.html"):
        used = set(re.findall(r'{% icon "(\w+)"', template.read_text(encoding="utf-8")))
        assert used <= drawn, template.name


def test_no_template_has_inline_style_or_script() -> None:
    inline = re.compile(r"""<style|<script(?![^>]*\bsrc=)|\sstyle=["']|\son\w+=["']""")
    for template in (Path(configured.BASE_DIR) / "templates").rglob("*.html"):
        assert not inline.search(template.read_text(encoding="utf-8")), template.name


@GALLERY
def test_preferences_are_kept_in_cookies_and_lead_back() -> None:
    answer = Client().post("/preferences/", {"theme": "dark", "next": "/article/?x=1"})
    assert answer["Location"] == "/article/?x=1"
    assert answer.cookies["theme"].value == "dark"
    assert answer.cookies["theme"]["httponly"]


@GALLERY
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", ""])
def test_preferences_never_lead_to_another_site(target: str) -> None:
    assert Client().post("/preferences/", {"next": target})["Location"] == "/"


@GALLERY
def test_preferences_ignore_nonsense_and_get() -> None:
    answer = Client().post("/preferences/", {"theme": "neon", "shortcuts": "maybe"})
    assert not {"theme", "shortcuts"} & set(answer.cookies)
    assert Client().get("/preferences/?theme=dark").status_code == 405


@GALLERY
def test_an_unknown_theme_cookie_is_ignored() -> None:
    client = Client()
    client.cookies["theme"] = '"><script>'
    page = client.get("/article/").content.decode()
    assert "data-theme=" not in page[:200]


@GALLERY
def test_a_stale_form_shows_the_typed_text_again_but_no_secret() -> None:
    text = "配信リストの取り込みについてお電話。\n<b>残りは</b>"
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/too-old/", {"text": text, "password": "correct horse", "how": "tel"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;b&gt;残りは&lt;/b&gt;" in page
    assert "correct horse" not in page


@GALLERY
def test_the_error_page_needs_no_database(rf: RequestFactory) -> None:
    request = rf.post("/broken/", {"text": "消えては困る長い文章です"})
    answer = errors.server_error(request)
    assert answer.status_code == 500
    assert "消えては困る長い文章です" in answer.content.decode()
    assert errors.service_unavailable(rf.get("/")).headers["Retry-After"] == "60"


@GALLERY
def test_an_anonymous_visitor_sees_no_navigation(rf: RequestFactory) -> None:
    request = rf.get("/lost/")
    request.user = AnonymousUser()
    page = errors.page_not_found(request).content.decode()
    assert "sidenav" not in page
    assert "bottombar" not in page


def test_inputs_get_their_class_and_keep_their_own() -> None:
    class Letter(forms.Form):
        title = forms.CharField(widget=forms.TextInput(attrs={"class": "input--s"}))
        tone = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
        code = forms.CharField(widget=forms.HiddenInput)

    form = Letter()
    assert 'class="input input--s"' in str(form["title"])
    assert "class" not in str(form["tone"][0])
    assert "class" not in str(form["code"])


def test_an_error_stands_beside_its_field_and_is_tied_to_it() -> None:
    class Letter(forms.Form):
        title = forms.CharField(label="題名", help_text="短く書きます。")

    html = Letter({"title": ""})["title"].as_field_group()
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'aria-invalid="true"' in html


def test_only_our_tag_makes_an_undo_button() -> None:
    assert undo_address("undo:/articles/3/restore/") == "/articles/3/restore/"
    assert undo_address("success") == ""


def test_the_address_of_a_static_file_changes_with_its_content() -> None:
    storage = VersionedStorage(base_url="/static/")
    assert re.fullmatch(r"/static/icons\.svg\?v=[0-9a-f]+", storage.url("icons.svg"))
    assert storage.url("no-such-file.svg") == "/static/no-such-file.svg"


def test_fields_of_a_table_row_carry_their_label() -> None:
    class Line(forms.Form):
        name = forms.CharField(label="名前")

    assert 'aria-label="名前"' in str(Line(prefix="lines-0")["name"])
    assert "aria-label" not in str(Line()["name"])
