import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(verbose_name='条数')),
                ('root', models.BinaryField(max_length=32, verbose_name='根')),
                ('note', models.TextField(verbose_name='签名文本')),
                ('signed_at', models.DateTimeField(verbose_name='签名时间')),
            ],
            options={
                'verbose_name': '检查点',
                'verbose_name_plural': '检查点',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(verbose_name='记录时间')),
                ('actor', models.CharField(max_length=160, verbose_name='行为人')),
                ('act', models.CharField(max_length=160, verbose_name='行为')),
                ('subject', models.CharField(max_length=160, verbose_name='对象')),
                ('reason', models.TextField(blank=True, verbose_name='理由')),
                ('fields', models.JSONField(default=dict, verbose_name='内容')),
                ('salts', models.JSONField(default=dict, verbose_name='盐')),
            ],
            options={
                'verbose_name': '日志条目',
                'verbose_name_plural': '日志条目',
            },
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('entry_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('damaged', models.BooleanField(default=False, verbose_name='与摘要不符')),
            ],
            options={
                'verbose_name': '待编号条目',
                'verbose_name_plural': '待编号条目',
            },
        ),
        migrations.CreateModel(
            name='Sequenced',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='总编号')),
                ('place', models.BigIntegerField(verbose_name='年内编号')),
            ],
            options={
                'verbose_name': '条目编号',
                'verbose_name_plural': '条目编号',
            },
        ),
        migrations.CreateModel(
            name='Sequencer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_number', models.BigIntegerField(default=0, verbose_name='下一个编号')),
            ],
        ),
        migrations.CreateModel(
            name='Shard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=16, unique=True, verbose_name='年份')),
                ('origin', models.CharField(max_length=200, unique=True, verbose_name='日志名称')),
                ('hash', models.CharField(max_length=16, verbose_name='哈希算法')),
                ('first_number', models.BigIntegerField(verbose_name='首个编号')),
                ('size', models.BigIntegerField(default=0, verbose_name='条数')),
            ],
            options={
                'verbose_name': '年度日志',
                'verbose_name_plural': '年度日志',
                'ordering': ['first_number'],
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=400, unique=True, verbose_name='公钥')),
                ('used_since', models.DateTimeField(verbose_name='启用时间')),
            ],
            options={
                'verbose_name': '日志公钥',
                'verbose_name_plural': '日志公钥',
            },
        ),
        migrations.CreateModel(
            name='Tile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SmallIntegerField(verbose_name='层')),
                ('place', models.BigIntegerField(verbose_name='序号')),
                ('hashes', models.BinaryField(verbose_name='摘要')),
            ],
            options={
                'verbose_name': '存证树片',
                'verbose_name_plural': '存证树片',
            },
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=128, verbose_name='名称')),
                ('address', models.URLField(max_length=400, verbose_name='地址')),
                ('key', models.CharField(max_length=400, unique=True, verbose_name='公钥')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '见证人',
                'verbose_name_plural': '见证人',
            },
        ),
        migrations.CreateModel(
            name='Cosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.TextField(verbose_name='签名行')),
                ('witnessed_at', models.DateTimeField(verbose_name='见证时间')),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='records.checkpoint')),
            ],
            options={
                'verbose_name': '见证签名',
                'verbose_name_plural': '见证签名',
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='leaf', serialize=False, to='records.entry')),
                ('data', models.BinaryField(verbose_name='规范字节')),
                ('hash', models.BinaryField(max_length=32, verbose_name='叶摘要')),
            ],
            options={
                'verbose_name': '存证',
                'verbose_name_plural': '存证',
            },
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(fields=['subject', 'id'], name='entry_by_subject'),
        ),
        migrations.AddField(
            model_name='sequenced',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sequenced', to='records.entry'),
        ),
        migrations.AddField(
            model_name='sequenced',
            name='shard',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='records.shard'),
        ),
        migrations.AddField(
            model_name='checkpoint',
            name='shard',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checkpoints', to='records.shard'),
        ),
        migrations.AddField(
            model_name='tile',
            name='shard',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='records.shard'),
        ),
        migrations.AddField(
            model_name='cosignature',
            name='witness',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='records.witness'),
        ),
        migrations.AddConstraint(
            model_name='sequenced',
            constraint=models.UniqueConstraint(fields=('shard', 'place'), name='one_entry_at_each_place_of_a_shard'),
        ),
        migrations.AddConstraint(
            model_name='checkpoint',
            constraint=models.UniqueConstraint(fields=('shard', 'size'), name='one_checkpoint_for_each_size_of_a_shard'),
        ),
        migrations.AddConstraint(
            model_name='tile',
            constraint=models.UniqueConstraint(fields=('shard', 'level', 'place'), name='one_tile_at_each_place_of_a_level'),
        ),
        migrations.AddConstraint(
            model_name='cosignature',
            constraint=models.UniqueConstraint(fields=('checkpoint', 'witness'), name='one_cosignature_of_each_witness'),
        ),
    ]
