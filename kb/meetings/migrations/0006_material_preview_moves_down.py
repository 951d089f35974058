from typing import Any

from django.db import migrations


def delete_pictures(apps: Any, _editor: Any) -> None:
    """The pictures hang on the attachments from now on; the worker draws them anew."""
    drawn = apps.get_model("meetings", "Material").objects.exclude(preview="")
    for material in drawn.iterator():
        material.preview.storage.delete(material.preview.name)


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0003_previews'),
        ('meetings', '0005_minutes_that_are_read'),
    ]

    operations = [
        migrations.RunPython(delete_pictures, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='material',
            name='preview',
        ),
    ]
