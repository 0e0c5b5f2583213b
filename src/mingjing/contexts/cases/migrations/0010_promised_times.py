from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_log_append_only'),
        ('cases', '0009_help_from_outside'),
        ('catalog', '0003_rows_taken_of_an_import'),
        ('registry', '0006_typical_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='promise_due_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='承诺办结时间'),
        ),
        migrations.AddField(
            model_name='case',
            name='promised_seconds',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='承诺办结用时（秒）'),
        ),
        migrations.AddField(
            model_name='case',
            name='worked_seconds',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='实际办结用时（秒）'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('promised_seconds__isnull', False)), fields=['unit'], name='case_with_promise'),
        ),
    ]
