"""
Make the pages of docs/ that say in words what code and law data hold (``make catalogue``).

    python -m tools.generate_docs           write them
    python -m tools.generate_docs --check   only say which are out of date; status 1 when one is (``make check``)
"""

import argparse
import difflib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import django

from mingjing.domain.documents.kinds import GROUPS, Kind, kinds
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Rule
from mingjing.facts.forms import columns_of, form_of, header_of, source_of, step_of
from mingjing.facts.mapping import FieldMapping, built_in
from mingjing.facts.schema import DOMAINS, EVENT_TYPES, TABLES, TYPE_LABELS, Column
from mingjing.law.parameters import Parameter, ParameterValue, parameters
from mingjing.law.parameters import get as parameter
from mingjing.law.places import name_of
from tools.requirements import ROOT

HEAD = "<!-- 由 make catalogue 生成，请勿手改。 -->\n\n"


def rule_catalogue() -> str:
    """List every rule with its basis, parameters and needs."""
    parts = [
        HEAD,
        "# 规则目录\n\n",
        (
            f"共 {len(rules())} 条。规则只写一遍：办案时逐案拦截提示、监督时全量检查，用的是同一条。"
            "系统发现的是线索，由人核实、由人决定；数据不足以判断的，一律答“未评价”，不算通过。\n\n"
        ),
    ]
    parts += _table(
        ("规则", "名称", "对象", "类型", "程度", "依据"),
        (
            (
                f"[{rule.id}](#{_anchor(rule.id)})",
                rule.title,
                rule.subject.label,
                rule.kind.label,
                rule.severity.label,
                "；".join(citation.label for citation in rule.citations),
            )
            for rule in rules().values()
        ),
    )
    for rule in rules().values():
        parts += _rule(rule)
    return "".join(parts)


def _rule(rule: Rule) -> Iterable[str]:
    yield f"\n## {rule.id}\n\n**{rule.title}**（{rule.subject.label}，{rule.kind.label}，{rule.severity.label}）\n\n"
    yield f"{rule.statement}\n\n"
    yield from (f"- 依据：{citation.label}。{citation.gist}\n" for citation in rule.citations)
    if rule.effective_from or rule.effective_until:
        yield f"- 施行：{rule.effective_from or '——'} 至 {rule.effective_until or '今'}\n"
    for key in rule.kind.parameters():
        yield f"- 参数：[{parameter(key).label}](parameters.md#{_anchor(key)})\n"
    yield f"- 所需数据：{'、'.join(f'`{need}`' for need in sorted(rule.kind.needs()))}\n"
    yield f"- 处理：{rule.remedy}\n"
    if rule.readings:
        yield f"- 释读：{'、'.join(rule.readings)}\n"
    if rule.requirements:
        yield f"- 方案条目：{'、'.join(rule.requirements)}\n"
    if rule.examples:
        yield f"- 示例：{'；'.join(f'{one.title} → {one.expected.label}' for one in rule.examples)}\n"


def parameter_list() -> str:
    """List every parameter with its values by place and date."""
    parts = [
        HEAD,
        "# 参数\n\n",
        (
            "期限、限额、比例和频次都是数据，每个值带着地域、领域、生效日期和设定它的文件。"
            "取值时先看最具体的地域，再看最具体的领域，最后取当日已生效的最近一个；没有值，就是当时当地没有这项要求。\n"
        ),
    ]
    for key, one in parameters().items():
        parts += _parameter(key, one)
    return "".join(parts)


def _parameter(key: str, one: Parameter) -> Iterable[str]:
    yield f"\n## {key}\n\n**{one.label}**\n\n"
    if one.description:
        yield f"{one.description}\n\n"
    yield from _table(
        ("值", "地域", "领域", "生效", "依据", "说明"),
        (_value(value) for value in one.values),
    )


def _value(value: ParameterValue) -> tuple[str, ...]:
    start = value.effective_from.isoformat() if value.effective_from else ""
    return (
        value.label,
        name_of(value.place),
        DOMAINS.get(value.domain or "", value.domain or ""),
        start,
        value.citation.label,
        value.note,
    )


def data_standard() -> str:
    """List the tables, columns and codes of the facts standard."""
    columns = sum(len(table.columns) for table in TABLES.values())
    parts = [
        HEAD,
        "# 数据标准\n\n",
        (
            f"共 {len(TABLES)} 张表、{columns} 列。一张表就是一个同名文件（CSV、XLSX 工作表、Parquet、JSON Lines）；"
            "表头写英文列名或中文名都可以。缺表、缺列、未知列都会写进读取报告，相关规则答“未评价”。\n\n"
        ),
    ]
    parts += _table(("类型", "写法"), ((f"`{kind}`", label) for kind, label in TYPE_LABELS.items()))
    for table in TABLES.values():
        parts.append(f"\n## {table.name} {table.label}\n\n")
        if table.description:
            parts.append(f"{table.description}\n\n")
        parts.append(f"主键：{'、'.join(f'`{name}`' for name in table.key)}\n\n")
        parts += _table(("列", "中文名", "类型", "必填", "说明"), (_column(column) for column in table.columns))
    parts.append("\n## 办案环节的种类（`events.type`）\n\n")
    parts += _table(("代码", "名称"), ((f"`{code}`", label) for code, label in EVENT_TYPES.items()))
    return "".join(parts)


def _column(column: Column) -> tuple[str, ...]:
    notes = [column.description] if column.description else []
    if column.ref:
        notes.append(f"见 `{column.ref}`")
    if column.codes and column.codes is not EVENT_TYPES:
        notes.append("、".join(f"`{code}` {label}" for code, label in column.codes.items()))
    if column.codes is EVENT_TYPES:
        notes.append("种类见文末")
    if column.aliases:
        notes.append(f"表头也可写作：{'、'.join(column.aliases)}")
    return (f"`{column.name}`", column.label, f"`{column.type}`", "是" if column.required else "", "；".join(notes))


def data_forms() -> str:
    """List the forms of other systems, both ways: what each column is read as, and what it is written from."""
    forms = [mapping for mapping in built_in() if mapping.export is not None]
    parts = [
        HEAD,
        "# 别的系统的表样\n\n",
        (
            "这些表样既能读入（`mingjing facts read`，按表头自动认），也能由标准数据写出（`mingjing facts write`）。"
            "读入和写出是同一份映射。写不出的列留空并报告原因，不编造内容；从文件读入的数据，标准以外的列按原文带回。"
            "怎样用见[怎样交数据](data-exchange.md)，标准的表和列见[数据标准](data-standard.md)。\n\n"
        ),
    ]
    parts += _table(
        ("表样", "映射", "说明"),
        ((f"[{one.label}](#{_anchor(one.id)})", f"`{one.id}`", one.description) for one in forms),
    )
    for mapping in forms:
        parts += _form(mapping)
    return "".join(parts)


def _form(mapping: FieldMapping) -> Iterable[str]:
    form = form_of(mapping)
    yield f"\n## {mapping.id}\n\n**{mapping.label}**（每行一条“{mapping.main.label}”）\n\n"
    if form.require:
        yield f"- 缺这些就不写出：{'、'.join(header_of(mapping, name) for name in form.require)}\n"
    yield from (
        f"- 不写出：“{mapping.main.column(name).label}”有内容的（{why}）\n" for name, why in form.unless.items()
    )
    names = "、".join(header_of(mapping, name) for name, way in form.personal.items() if way == "name")
    yield f"- 自然人的姓名（{names}）默认遮蔽，依法共享时用 `--full` 写全文\n\n"
    yield from _table(
        ("列", "也认作", "读成", "写出时来自", "填不出的原因"),
        (
            (
                header_of(mapping, name),
                "、".join(other for other in mapping.fields[name] if other != header_of(mapping, name)),
                _read_as(mapping, name),
                source_of(mapping, name),
                form.absent.get(name, ""),
            )
            for name in columns_of(mapping)
        ),
    )


def _read_as(mapping: FieldMapping, name: str) -> str:
    """Say which columns of the standard a field is read into, and which of its words mean which code."""
    read = [
        (step_of(target) or target.table.label, target.table.column(rule.column), rule)
        for target in mapping.targets
        for rule in target.rules
        if name in (*rule.fields, *rule.also)
    ]
    plain = [one for one in read if one[2].prefix is None]
    parts = list(dict.fromkeys(f"{table}·{column.label}" for table, column, _ in plain or read[:1]))
    words = {
        word: (column.codes or {}).get(code, code)
        for _, column, rule in read
        for word, code in (*rule.words, *rule.within)
        if word and code != word
    }
    said = "、".join(f"{word}＝{meaning or '（标准没有对应）'}" for word, meaning in words.items())
    parts += [f"“是”即有“{step_of(target)}”环节" for target in mapping.targets if name in dict(target.among)]
    nowhere = "照录，不进入标准" if name in mapping.keep else "只核对，不留存" if name in mapping.checks else ""
    return "；".join([*parts, *([said] if said else [])]) or nowhere


def document_kinds() -> str:
    """List the kinds of documents with their fields and what the law wants to stand in them."""
    known = kinds()
    parts = [
        HEAD,
        "# 执法文书目录\n\n",
        (
            f"共 {len(known)} 种。字段是制作文书时填写的内容，法定内容由模板检查逐项核对，缺一项模板就不能启用。"
            "制作、签名、用印、送达和核验的办法见[文书指南](guide-documents.md)，供其他程序调用的办法见 [rooms.md](rooms.md)。\n\n"
        ),
        "签名的私钥由平台保管在 `keys/documents`，数据库只存公钥：签名证明“当时登录的这个账号签了这份文书”。",
        "需要以个人证书签名的，仍用纸质签名或者另接签名服务。\n",
    ]
    for group in GROUPS.values():
        mine = [one for one in known.values() if one.group == group]
        parts.append(f"\n## {group}\n\n")
        parts += _table(
            ("文书", "代码", "环节", "文书代字", "签名", "印章", "送达", "保管期限", "依据"),
            (_kind_row(one) for one in mine),
        )
    parts.append("\n# 字段和法定内容\n")
    for one in known.values():
        parts += _kind_detail(one)
    return "".join(parts)


def _kind_row(one: Kind) -> tuple[str, ...]:
    return (
        f"[{one.name}](#{one.code})",
        f"`{one.code}`",
        "、".join(f"`{step}`" for step in one.steps),
        one.number,
        "、".join(who.label + (f"×{who.count}" if who.count > 1 else "") for who in one.signers),
        "是" if one.sealed else "",
        "是" if one.served else "",
        one.retention_label,
        "；".join(citation.label for citation in one.citations),
    )


def _kind_detail(one: Kind) -> Iterable[str]:
    yield f"\n## {one.code}\n\n**{one.name}**（{one.layout.label}）\n\n"
    fields = "；".join(
        f"{each.label} `{each.code}`（{each.type.label}{'' if each.required else '，可空'}）" for each in one.fields
    )
    yield f"- 字段：{fields}\n"
    yield from (f"- 法定内容：{content.text}（{content.citation.label}）\n" for content in one.contents)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in row)} |\n"


def _anchor(heading: str) -> str:
    """Return the anchor that a Markdown viewer gives a heading: no dots, small letters."""
    return heading.lower().replace(".", "")


def role_table() -> str:
    """List the roles, and which permission each has how far: the data that the platform's own check reads."""
    _django()
    from mingjing.contexts.accounts.permissions import permissions, roles
    from mingjing.contexts.accounts.words import REACHES, room_name

    found = roles()
    parts = [
        HEAD,
        "# 角色与权限\n\n",
        f"共 {len(found)} 个角色、{len(permissions())} 项权限。范围从授予角色的单位和它的行政区划算起：",
        "、".join(f"{word}（`{code}`）" for code, word in REACHES.items()),
        "。系统、安全、审计三员互不兼任，也不兼业务角色。\n\n",
    ]
    parts += _table(
        ("角色", "代码", "组", "用途"), ((one.name, f"`{one.code}`", one.group, one.purpose) for one in found.values())
    )
    rooms: dict[str, list[tuple[str, str, str]]] = {}
    for one in permissions():
        held = [f"{role.name}（{REACHES[str(role.may[one.code])]}）" for role in found.values() if one.code in role.may]
        whom = "每个角色（本人）" if len(held) == len(found) else "、".join(held)
        rooms.setdefault(one.code.partition(".")[0], []).append((one.label, f"`{one.code}`", whom))
    for room, rows in rooms.items():
        parts.append(f"\n## {room_name(room)}\n\n")
        parts += _table(("权限", "代码", "角色（范围）"), rows)
    return "".join(parts)


def api_description() -> str:
    """Describe the API as OpenAPI 3.1, as the platform itself does."""
    _django()
    from mingjing.interfaces.api.root import api

    described = json.loads(json.dumps(api.get_openapi_schema()))
    return json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings.test")
    django.setup()


PAGES: Mapping[str, Callable[[], str]] = {
    "docs/rules.md": rule_catalogue,
    "docs/parameters.md": parameter_list,
    "docs/documents.md": document_kinds,
    "docs/data-standard.md": data_standard,
    "docs/data-forms.md": data_forms,
    "docs/roles.md": role_table,
    "docs/api/openapi.json": api_description,
}


def main() -> int:
    """Write the pages, or say which differ."""
    parser = argparse.ArgumentParser(description="生成 docs/ 下由数据得来的页面")
    parser.add_argument("--check", action="store_true", help="write nothing; say what is out of date")
    check: bool = parser.parse_args().check
    stale = 0
    for name, render in PAGES.items():
        path, text = ROOT / name, render()
        kept = path.read_text("utf-8") if path.is_file() else ""
        if kept == text:
            continue
        if check:
            stale += 1
            print(f"{name} is out of date; run: make catalogue")
            print(_first_difference(kept, text, path))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            print(f"wrote {name}")
    return int(stale > 0)


def _first_difference(kept: str, text: str, path: Path) -> str:
    lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), path.name, "generated", lineterm="", n=0)
    return "\n".join(list(lines)[:6])


if __name__ == "__main__":
    sys.exit(main())
