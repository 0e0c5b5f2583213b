import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_sign_in_log_append_only'),
        ('cases', '0010_promised_times'),
        ('registry', '0006_typical_cases'),
    ]

    operations = [
        migrations.AddField(
            model_name='evidence',
            name='answers',
            field=models.JSONField(blank=True, default=list, verbose_name='对应的取证要求'),
        ),
        migrations.CreateModel(
            name='OffsiteRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='记录编码')),
                ('device_name', models.CharField(max_length=128, verbose_name='设备名称')),
                ('device_no', models.CharField(max_length=64, verbose_name='设备编号')),
                ('device_record', models.CharField(help_text='设备或者监管系统给这条记录的编号。', max_length=64, verbose_name='设备记录号')),
                ('legal_verified_on', models.DateField(blank=True, null=True, verbose_name='法制审核日期')),
                ('technical_verified_on', models.DateField(blank=True, null=True, verbose_name='技术审核日期')),
                ('location_published_on', models.DateField(blank=True, null=True, verbose_name='设置地点公布日期')),
                ('location_published_at', models.CharField(blank=True, max_length=256, verbose_name='公布的地点和载体')),
                ('captured_at', models.DateTimeField(verbose_name='摄录时间')),
                ('place', models.CharField(max_length=256, verbose_name='摄录地点')),
                ('seen', models.CharField(max_length=512, verbose_name='记录的情况')),
                ('entered_by', models.CharField(max_length=64, verbose_name='登记人代码')),
                ('entered_at', models.DateTimeField(db_index=True, verbose_name='登记时间')),
                ('state', models.CharField(choices=[('waiting', '待审核'), ('passed', '审核通过'), ('rejected', '审核不通过')], default='waiting', max_length=16, verbose_name='状态')),
                ('qualities', models.JSONField(blank=True, default=list, verbose_name='审核认定')),
                ('reviewer', models.CharField(blank=True, max_length=64, verbose_name='审核人代码')),
                ('reviewer_name', models.CharField(blank=True, max_length=64, verbose_name='审核人')),
                ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='审核时间')),
                ('finding', models.CharField(blank=True, max_length=512, verbose_name='审核意见')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offsite_records', to='cases.case', verbose_name='案件')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.party', verbose_name='当事人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '非现场记录',
                'verbose_name_plural': '非现场记录',
                'ordering': ['-captured_at', '-id'],
                'indexes': [models.Index(fields=['unit', 'state'], name='offsite_of_unit')],
                'constraints': [models.UniqueConstraint(fields=('device_no', 'device_record'), name='a_device_numbers_a_record_once'), models.CheckConstraint(condition=models.Q(('case__isnull', True), ('state', 'passed'), _connector='OR'), name='a_case_comes_of_a_reviewed_record'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), models.Q(('reviewed_at__isnull', False), models.Q(('reviewer', ''), _negated=True)), _connector='OR'), name='a_person_reviewed_the_record')],
            },
        ),
    ]
