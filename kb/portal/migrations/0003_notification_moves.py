from django.db import migrations


class Migration(migrations.Migration):
    """Hands the table of notices to kb.engagement, where every app can write to it."""

    dependencies = [("portal", "0002_first_read")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("Notification", "engagement_notification")
            ],
            state_operations=[migrations.DeleteModel("Notification")],
        ),
    ]
