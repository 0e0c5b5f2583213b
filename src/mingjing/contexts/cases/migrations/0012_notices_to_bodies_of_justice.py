import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_log_append_only'),
        ('cases', '0011_offsite_records_and_answers_of_evidence'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='通报编码')),
                ('kind', models.CharField(choices=[('referral', '移送'), ('copy', '抄送移送书'), ('facts', '案情通报'), ('review', '提请复议'), ('supervision', '建议立案监督')], max_length=16, verbose_name='类别')),
                ('body', models.CharField(choices=[('police', '公安机关'), ('procuratorate', '检察机关'), ('court', '审判机关')], max_length=16, verbose_name='接收机关类别')),
                ('content', models.TextField(verbose_name='案情')),
                ('sent_by', models.CharField(max_length=64, verbose_name='通报人代码')),
                ('sent_at', models.DateTimeField(verbose_name='通报时间')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='cases.case')),
                ('referral', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='cases.referral')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='接收机关')),
            ],
            options={
                'verbose_name': '移送和案情通报',
                'verbose_name_plural': '移送和案情通报',
                'ordering': ['-sent_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='JusticeResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16, verbose_name='结果')),
                ('on', models.DateField(verbose_name='作出日期')),
                ('document', models.CharField(blank=True, max_length=128, verbose_name='文书文号')),
                ('reason', models.TextField(blank=True, verbose_name='理由和意见')),
                ('recorded_by', models.CharField(max_length=64, verbose_name='登记人代码')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('handled', models.TextField(blank=True, verbose_name='处理情况')),
                ('handled_by', models.CharField(blank=True, max_length=64, verbose_name='处理人代码')),
                ('handled_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='cases.notice')),
            ],
            options={
                'verbose_name': '司法机关的处理结果',
                'verbose_name_plural': '司法机关的处理结果',
                'ordering': ['on', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['unit', '-sent_at'], name='notice_by_unit'),
        ),
    ]
