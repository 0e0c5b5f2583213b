"""``mingjing rules``: the rule library, to list, to read, to try."""

import json
from typing import Annotated

import typer

from mingjing.domain.rules.library import rule_of, rules
from mingjing.domain.rules.model import Rule, Strictness
from mingjing.domain.rules.worked import run_examples
from mingjing.law import parameters

app = typer.Typer(help="规则库：列出、查看、试算。", no_args_is_help=True)
STRICTNESS = {Strictness.BLOCK: "拦截", Strictness.WARN: "提示", Strictness.RECORD: "记录"}


def _described(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind.name,
        "subject": rule.subject.value,
        "severity": rule.severity.value,
        "strictness": rule.strictness.value,
        "statement": rule.statement,
        "remedy": rule.remedy,
        "citations": [{"label": one.label, "gist": one.gist} for one in rule.citations],
        "requirements": list(rule.requirements),
        "parameters": list(rule.kind.parameters()),
        "needs": sorted(rule.kind.needs()),
    }


@app.command("list")
def list_rules(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """列出全部规则。"""
    if as_json:
        print(json.dumps([_described(rule) for rule in rules().values()], ensure_ascii=False, indent=1))
        return
    for rule in rules().values():
        print(f"{rule.id:<50} {rule.kind.label}　{rule.title}")


@app.command()
def show(
    rule_id: Annotated[str, typer.Argument(metavar="编号", help="规则编号，如 penalty.decision.in-time")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """查看一条规则：要求、依据、参数、所需数据和例子。"""
    rule = rule_of(rule_id)
    if as_json:
        print(json.dumps(_described(rule), ensure_ascii=False, indent=1))
        return
    print(f"{rule.title}（{rule.id}）")
    print(
        f"种类：{rule.kind.label}　对象：{rule.subject.label}　程度：{rule.severity.label}　办案时：{STRICTNESS[rule.strictness]}"
    )
    print(f"要求：{rule.statement}")
    print(f"整改：{rule.remedy}")
    for citation in rule.citations:
        print(f"依据：{citation.label}　{citation.gist}")
    for name in rule.kind.parameters():
        parameter = parameters.get(name)
        values = "；".join(value.label for value in parameter.values)
        print(f"参数：{parameter.label}（{name}）{values}")
    print(f"所需数据：{'、'.join(sorted(rule.kind.needs()))}")
    for example in rule.examples:
        print(f"例：{example.title} → {example.expected.label}")


@app.command("test")
def try_examples(rule_id: Annotated[str, typer.Argument(metavar="编号", help="规则编号；不写则全部")] = "") -> None:
    """用规则自带的例子试算。"""
    chosen = [rule_of(rule_id)] if rule_id else list(rules().values())
    failed = 0
    for rule in chosen:
        for example, answered in run_examples(rule):
            good = answered is example.expected
            failed += not good
            mark = "√" if good else "×"
            print(
                f"{mark} {rule.id}：{example.title} → {answered.label}"
                + ("" if good else f"（应为{example.expected.label}）")
            )
    print(f"共{sum(len(rule.examples) for rule in chosen)}个例子，{failed}个不符。")
    if failed:
        raise typer.Exit(1)
