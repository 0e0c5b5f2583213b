"""How many rows of an import are written: what is broken off is gone on with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_refuse_changed_content")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="taken",
            field=models.PositiveIntegerField(default=0, verbose_name="已导入行数"),
        ),
    ]
