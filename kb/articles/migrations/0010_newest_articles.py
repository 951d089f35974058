from django.conf import settings
from django.db import migrations, models

from kb.foundation.statistics import note_sizes


def note_the_new_index(apps, _editor):
    """Without its size the planner would take the index for lists that another one serves better."""
    if apps.get_model("articles", "Article").objects.exists():
        note_sizes()


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_undoing_imports"),
        ("people", "0005_department_changes"),
        ("topics", "0002_merges"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                fields=["status", "-updated_at", "-id"], name="articles_ar_status_8dd1f2_idx"
            ),
        ),
        migrations.RunPython(note_the_new_index, migrations.RunPython.noop),
    ]
