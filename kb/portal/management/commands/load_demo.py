"""``manage.py load_demo``: fills an empty database with the demo company."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kb.portal.demo.loading import AlreadyThere, OthersThere, load_demo
from kb.portal.demo.people import DEMO_LOGIN


class Command(BaseCommand):
    """Loads the demo company once and prints two ways in."""

    help = "架空の会社「株式会社つづりて」の内容を入れ、ログインの名前とパスワードを表示します。"

    def handle(self, *_args: Any, **_options: Any) -> None:
        """A second run changes nothing; a database in use is refused."""
        try:
            ways = load_demo(timezone.now(), say=self.stdout.write)
        except AlreadyThere:
            self.stdout.write(
                "架空の会社は、もう入っています。何も変えていません。"
                f"パスワードを忘れたときは manage.py changepassword {DEMO_LOGIN} で決め直せます。"
            )
            return
        except OthersThere as refusal:
            raise CommandError(
                "もう会社の内容が入っているため、架空の会社は入れません。"
                "別のフォルダーを KB_VAR に指定して、新しく始めてください。"
            ) from refusal
        for way in ways:
            where = "(管理画面にも入れます)" if way.person.is_superuser else ""
            self.stdout.write(
                f"ログイン: {way.person.login} パスワード: {way.password} "
                f"… {way.person.name}さんとして入ります{where}"
            )
