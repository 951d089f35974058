import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Takes over the table of notices from kb.portal, and adds who did it and when it was mailed."""

    dependencies = [
        ("engagement", "0002_initial"),
        ("portal", "0003_notification_moves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Notification",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("kind", models.CharField(max_length=40, verbose_name="種類")),
                        ("text", models.CharField(max_length=300, verbose_name="内容")),
                        ("url", models.CharField(max_length=300, verbose_name="行き先")),
                        ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="日時")),
                        ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="読んだ日時")),
                        ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to=settings.AUTH_USER_MODEL, verbose_name="ひと")),
                    ],
                    options={
                        "verbose_name": "お知らせ",
                        "verbose_name_plural": "お知らせ",
                        "ordering": ["-created_at", "-pk"],
                        "indexes": [models.Index(fields=["person", "read_at"], name="portal_noti_person__310534_idx")],
                    },
                ),
            ],
        ),
        migrations.RenameIndex(
            model_name="notification",
            old_name="portal_noti_person__310534_idx",
            new_name="notification_waiting",
        ),
    ]
