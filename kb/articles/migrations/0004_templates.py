"""Bodies to start from. Operators change them in the admin; a changed one is never overwritten."""

from django.db import migrations

TEMPLATES = (
    (
        "manual",
        "手順書",
        """この手引きは、{{部署}}の◯◯を、はじめての人が30分でできるようにするためのものです。

## はじめる前に

- 必要なもの
- 聞ける人：@

## 手順

1. 
2. 
3. 

## うまくいかないとき

| こんなとき | こうします |
| --- | --- |
|  |  |

## 終わったら確かめること

- [ ] 
""",
    ),
    (
        "manual",
        "引き継ぎ",
        """{{日付}} {{名前}}

## この仕事の目的

## 毎週・毎月すること

## 困ったときに聞く人

## 途中のことと、気になっていること
""",
    ),
    (
        "question",
        "わかっていること",
        """## 試したこと

## そのとき画面に出たこと
""",
    ),
    (
        "rule",
        "ルール",
        """## なぜ決めたか

## 守ること

1. 

## 例外と、相談する先

## 見直し

{{年度}}の終わりに見直します。
""",
    ),
    (
        "minutes",
        "打ち合わせの記録",
        """## 決まったこと

## これからすること

- [ ] だれが・いつまでに

## 話したこと
""",
    ),
    (
        "note",
        "調べたこと",
        """{{日付}}に調べたことです。

## わかったこと

## 調べ方

## まだわからないこと
""",
    ),
    (
        "book_note",
        "引用つきのメモ",
        """## 心に残ったところ

> 

## まわりで試したいこと
""",
    ),
)


def add_templates(apps, schema_editor):
    template = apps.get_model("articles", "ArticleTemplate")
    for position, (kind, name, body) in enumerate(TEMPLATES):
        template.objects.get_or_create(
            kind=kind, name=name, defaults={"body": body, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_initial")]

    operations = [migrations.RunPython(add_templates, migrations.RunPython.noop, elidable=False)]
