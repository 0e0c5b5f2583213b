from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.CharField(max_length=64, unique=True, verbose_name='进程')),
                ('started_at', models.DateTimeField(verbose_name='启动时间')),
                ('beat_at', models.DateTimeField(verbose_name='最近一次报告')),
            ],
            options={
                'verbose_name': '后台进程',
                'verbose_name_plural': '后台进程',
            },
        ),
        migrations.CreateModel(
            name='Scheduled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=128, unique=True, verbose_name='任务')),
                ('latest_at', models.DateTimeField(verbose_name='最近一次排入')),
            ],
            options={
                'verbose_name': '定时任务',
                'verbose_name_plural': '定时任务',
            },
        ),
    ]
