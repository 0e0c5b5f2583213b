"""``mingjing law``: count a period, open an article, ask a parameter."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from mingjing.domain.deadlines import Deadline, Extension, Step, Suspension, TimeLimit, Unit, count, limit_of
from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import Moment
from mingjing.law import citations, parameters, readings
from mingjing.law.citations import Citation
from mingjing.law.instruments import Instrument, Level
from mingjing.law.parameters import Parameter, ParameterValue
from mingjing.law.places import code_of, name_of

CHINA_STANDARD_TIME: Final = timezone(timedelta(hours=8))

app = typer.Typer(help="法律数据：算期限、查条文、问参数。", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="输出JSON，供程序读取。")]
Place = Annotated[str | None, typer.Option(help="行政区划代码或者地名，如370831、泗水县；不写为全国。")]
Domain = Annotated[str | None, typer.Option(help="执法领域，如market_regulation。")]


class UnreadableOptionError(DomainError):
    """An option of the command line cannot be read."""

    code = "cli.unreadable_option"


@app.command("count", help="算一个法定期限，逐步说明怎样算到届满日。")
def count_period(
    start: Annotated[str, typer.Option("--from", help="起始日，如2026-09-25；以小时计的写到分，如2026-09-25T18:30。")],
    amount: Annotated[int | None, typer.Option(help="期限的数量。")] = None,
    unit: Annotated[Unit, typer.Option(help="期限的单位。")] = Unit.WORKING_DAY,
    parameter: Annotated[str | None, typer.Option(help="改用参数中的期限，如penalty.decision.days。")] = None,
    place: Place = None,
    domain: Domain = None,
    rolls: Annotated[bool, typer.Option("--rolls", help="最后一日遇休息日顺延。")] = False,
    suspend: Annotated[
        list[str] | None, typer.Option(help="扣除的时间，从某日起到某日前，如2026-08-01..2026-08-05:检测；可写多次。")
    ] = None,
    extend_by: Annotated[int | None, typer.Option(help="延长的数量，单位同期限。")] = None,
    extend_to: Annotated[str | None, typer.Option(help="延长到某日。")] = None,
    at_most: Annotated[int | None, typer.Option(help="延长的上限，单位同期限。")] = None,
    cite: Annotated[str | None, typer.Option(help="依据的条文，如“行政处罚法第六十条”。")] = None,
    as_json: AsJson = False,
) -> None:
    """Count a period and tell, step by step, how its last day was reached."""
    begin, place = _moment(start), code_of(place)
    citation = citations.read(cite) if cite else None
    if parameter is not None:
        limit = _limit_of(parameter, begin.day, place, domain, rolls=rolls)
    elif amount is not None:
        limit = TimeLimit(amount=amount, unit=unit, rolls=rolls, citation=citation)
    else:
        raise UnreadableOptionError("请写明期限：--amount 加 --unit，或者 --parameter。")
    extensions = [Extension(amount=extend_by, at_most=at_most)] if extend_by is not None else []
    if extend_to is not None:
        extensions.append(Extension(extends_to=_day(extend_to), at_most=at_most))
    deadline = count(begin, limit, [_suspension(text) for text in suspend or ()], extensions)
    if as_json:
        _print_json(_deadline_as_json(deadline))
    else:
        typer.echo("\n".join(deadline.explain()))


@app.command(help="查一条规定的要点，以及依据它的参数和条文理解。")
def article(
    name: Annotated[str, typer.Argument(help="法律文件的名称或编号，如“行政处罚法”“CF”，也可连条号一起写。")],
    number: Annotated[str, typer.Argument(help="条号，如60、六十、第六十条、第六十四条第（一）项。")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what a provision says in short, and which parameters and readings rest on it."""
    citation = citations.read(f"{name} {number}")
    if as_json:
        _print_json(_article_as_json(citation))
        return
    source = citation.source
    typer.echo(citation.label)
    typer.echo(f"出自：{_describe(source)}")
    if citation.gist or citation.article:
        typer.echo(f"要点：{citation.gist or '尚未写要点，请查阅原文。'}")
    if citation.article is None:
        known = citations.articles_with_gist(source)
        typer.echo(f"已写要点的条款：{'、'.join(known) if known else '无'}")
    for value in _values_citing(citation):
        typer.echo(f"参数：{value[0].id}（{value[0].label}）{name_of(value[1].place)}{value[1].label}")
    for reading in readings.of_article(citation) if citation.article else ():
        typer.echo(f"理解：{reading.id} {reading.title}。{reading.reading}")
    if not source.checked and source.level is not Level.PRACTICE:
        typer.echo("注意：该文件的全文没有收录，要点取自转载或者记忆，使用前请核对。")
    typer.echo("要点是本平台的转述，不是条文原文；以公布的文本为准。")


@app.command(help="问一个参数在某地、某领域、某日的值和依据，并列出各期的值。")
def parameter(
    name: Annotated[str, typer.Argument(help="参数编号，如hearing.threshold.citizen。")],
    place: Place = None,
    domain: Domain = None,
    on: Annotated[str | None, typer.Option(help="哪一天的值，如2026-11-01；不写为今天。")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the value of a parameter at a place on a day, its source, and its values over time."""
    asked, place = parameters.get(name), code_of(place)
    day = _day(on) if on else datetime.now(CHINA_STANDARD_TIME).date()
    value = asked.at(day, place, domain)
    if as_json:
        _print_json(_parameter_as_json(asked, value, day, place, domain))
        return
    typer.echo(f"{asked.label}（{asked.id}）")
    if asked.description:
        typer.echo(asked.description)
    typer.echo(f"{day}，{_where(place, domain)}：{value.label if value else '没有规定值'}")
    if value is not None:
        typer.echo(f"依据：{value.citation.label}{'；' + value.note if value.note else ''}")
        typer.echo(f"要点：{value.citation.gist}")
    for start, end, step in asked.steps(place, domain):
        span = f"{start or '以前'}至{f'{end}前' if end else '今后'}"
        typer.echo(f"  {span}：{f'{step.label}，{step.citation.label}' if step else '没有规定值'}")


@app.command("import", help="把一个文件夹里的法律全文（TXT、MD、DOCX）导入法律法规库；重复导入不产生重复。")
def import_texts(
    folder: Annotated[Path, typer.Argument(help="放着全文的文件夹。", metavar="文件夹")],
    by: Annotated[
        str, typer.Option("--as", help="以哪个账号的名义导入，要有“维护法律法规库”的权限。", metavar="登录名")
    ],
    as_json: AsJson = False,
) -> None:
    """Import every full text of a folder; tell file by file what became of it. Ends with 2 where a file was refused."""
    from mingjing.interfaces.cli.platform import set_up_django

    set_up_django()
    from django.utils import timezone

    from mingjing.contexts.accounts.access import actor_of
    from mingjing.contexts.accounts.models import User
    from mingjing.contexts.catalog.usecases.library import import_folder

    user = User.objects.select_related("unit").filter(username=by, is_active=True).first()
    if user is None:
        raise UnreadableOptionError(f"没有登录名为“{by}”的账号，或者它已停用。")
    report = import_folder(actor=actor_of(user, on=timezone.localdate()), at=timezone.now(), folder=folder)
    if as_json:
        _print_json({"files": [asdict(one) for one in report.files]})
    else:
        for one in report.files:
            typer.echo(f"{one.label}　{one.file}" + (f"：{one.title}，{one.articles}条" if one.title else ""))
            for problem in one.problems:
                typer.echo(f"　　{problem}")
        new, renewed, same = (report.count(outcome) for outcome in ("new", "renewed", "same"))
        refused = report.count("refused")
        typer.echo(f"共{len(report.files)}个文件：新录入{new}，更新{renewed}，未变{same}，没有导入{refused}。")
    if report.count("refused"):
        raise typer.Exit(2)


def _limit_of(name: str, day: date, place: str | None, domain: str | None, *, rolls: bool) -> TimeLimit:
    value = parameters.get(name).at(day, place, domain)
    if value is None:
        raise UnreadableOptionError(f"参数“{name}”在{day}、{_where(place, domain)}没有规定值。")
    return limit_of(value, rolls=rolls)


def _where(place: str | None, domain: str | None) -> str:
    return name_of(place) + (f"，{domain}领域" if domain else "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableOptionError(f"看不懂日期“{text}”，请写成2026-09-25这样。", text=text) from error


def _moment(text: str) -> Moment:
    try:
        return Moment.of(date.fromisoformat(text))
    except ValueError:
        try:
            return Moment.of(datetime.fromisoformat(text))
        except ValueError as error:
            raise UnreadableOptionError(
                f"看不懂时间“{text}”，请写成2026-09-25或者2026-09-25T18:30这样。", text=text
            ) from error


def _suspension(text: str) -> Suspension:
    span, _, ground = text.replace("：", ":").partition(":")
    first, dots, until = span.partition("..")
    if not dots:
        raise UnreadableOptionError(f"看不懂扣除的时间“{text}”，请写成2026-08-01..2026-08-05:检测这样。", text=text)
    return Suspension(from_day=_day(first), until_day=_day(until), ground=ground or "中止")


def _describe(source: Instrument) -> str:
    number = f"（{source.number}）" if source.number else ""
    start, end = source.in_force
    since = f"，{start}起施行" if start else ""
    return f"{source.title}{number}，{source.issuer}，{source.level.label}{since}{f'，{end}起失效' if end else ''}"


def _values_citing(citation: Citation) -> list[tuple[Parameter, ParameterValue]]:
    key = (citation.instrument, citation.article)
    return [
        (each, value)
        for each in parameters.parameters().values()
        for value in each.values
        if (value.citation.instrument, value.citation.article) == key
    ]


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _citation_as_json(citation: Citation | None) -> dict[str, Any] | None:
    return None if citation is None else {"ref": str(citation), "label": citation.label, "gist": citation.gist}


def _step_as_json(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "before": step.before,
        "after": step.after,
        "amount": step.amount,
        "from": step.from_day,
        "until": step.until_day,
        "ground": step.ground or None,
        "citation": _citation_as_json(step.citation),
    }


def _deadline_as_json(deadline: Deadline) -> dict[str, Any]:
    return {
        "start": deadline.start,
        "amount": deadline.limit.amount,
        "unit": deadline.limit.unit,
        "rolls": deadline.limit.rolls,
        "citation": _citation_as_json(deadline.limit.citation),
        "due": deadline.due,
        "due_at": deadline.due_at.isoformat() if deadline.due_at else None,
        "provisional": deadline.provisional,
        "missing_years": deadline.missing_years,
        "steps": [_step_as_json(step) for step in deadline.steps],
        "explanation": deadline.explain(),
    }


def _article_as_json(citation: Citation) -> dict[str, Any]:
    source = citation.source
    return {
        "ref": str(citation),
        "label": citation.label,
        "gist": citation.gist or None,
        "instrument": {
            "id": source.id,
            "title": source.title,
            "number": source.number,
            "issuer": source.issuer,
            "level": source.level,
            "from": source.in_force[0],
            "until": source.in_force[1],
            "articles": source.articles,
            "checked": source.checked,
        },
        "parameters": list(dict.fromkeys(each.id for each, _ in _values_citing(citation))),
        "readings": [each.id for each in readings.of_article(citation)] if citation.article else [],
    }


def _value_as_json(value: ParameterValue | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        "value": value.value,
        "written": value.label,
        "set_for_place": value.place,
        "set_for_domain": value.domain,
        "effective_from": value.effective_from,
        "citation": _citation_as_json(value.citation),
        "note": value.note or None,
    }


def _parameter_as_json(
    asked: Parameter, value: ParameterValue | None, day: date, place: str | None, domain: str | None
) -> dict[str, Any]:
    return {
        "id": asked.id,
        "label": asked.label,
        "unit": asked.unit,
        "on": day,
        "place": place,
        "domain": domain,
        **(_value_as_json(value) or {"value": None}),
        "steps": [
            {"from": start, "until": end, **(_value_as_json(step) or {"value": None})}
            for start, end, step in asked.steps(place, domain)
        ],
    }
