from django.conf import settings
from django.db import migrations, models

from kb.foundation.statistics import note_sizes


def note_the_new_index(apps, _editor):
    """Without its size the planner would take the index for lists that another one serves better."""
    if apps.get_model("articles", "Article").objects.exists():
        note_sizes()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0007_drafts_side_by_side"),
        ("people", "0005_department_changes"),
        ("topics", "0002_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="article",
            name="articles_ar_kind_a4c5d9_idx",
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["kind", "status", "created_at"], name="articles_ar_kind_a54202_idx"
            ),
        ),
        migrations.RunPython(note_the_new_index, migrations.RunPython.noop),
    ]
