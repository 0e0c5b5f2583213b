"""A plan as JSON: the names of the keys are part of the data standard (docs/guide-plans.md)."""

from datetime import date
from typing import Any

from mingjing.domain.plans.model import Deadline, Milestone, Mode, Plan, Target, Task
from mingjing.domain.plans.register import Register

SCHEMA = "mingjing.plan/1"


def plan_json(
    plan: Plan, *, source: dict[str, Any] | None = None, register: Register | None = None, on: date | None = None
) -> dict[str, Any]:
    """Write a plan as plain data; with a register, what each unit's words stand for on the day stands beside them."""
    head = plan.head
    return {
        "schema": SCHEMA,
        "source": source or {},
        "head": {
            "title": head.title,
            "notice_title": head.notice_title,
            "number": head.number,
            "issuer": head.issuer,
            "date": _day(head.date),
            "date_text": head.date_text,
            "addressees": head.addressees,
        },
        "sections": [{"heading": one.heading, "level": one.level, "part": one.part} for one in plan.sections],
        "tasks": [_task(task, register, on or head.date) for task in plan.tasks],
        "milestones": [_milestone(one) for one in plan.milestones],
        "notes": list(plan.notes),
    }


def _task(task: Task, register: Register | None, on: date | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "no": task.no,
        "section": task.section,
        "part": task.part,
        "title": task.title,
        "text": task.text,
        "measures": task.measures,
        "lead_units": list(task.lead_units),
        "responsible_units": list(task.responsible_units),
        "member_units": _in_mode(task, Mode.MEMBER),
        "cooperating_units": _in_mode(task, Mode.COOPERATING, Mode.COOPERATING_BY_DUTY),
        "supervising_units": _in_mode(task, Mode.SUPERVISING),
        "units": [{"name": one.name, "mode": one.mode.value, "label": one.mode.label} for one in task.units],
        "lead_by_convention": task.lead_by_convention,
        "etc": task.open_list,
        "merged_unit_cell": task.inherited_units,
        "persons": list(task.persons),
        "deadlines": [deadline_json(one) for one in task.deadlines],
        "deadline_text": "；".join(one.text for one in task.deadlines),
        "deadline_iso": _day(latest_day(task)),
        "long_term": any(one.long_term for one in task.deadlines),
        "targets": [_target(one) for one in task.targets],
        "raw": task.raw,
        "remark": task.remark,
        "truncated": task.truncated,
        "uncertain": [{"field": one.field, "reason": one.reason} for one in task.uncertain],
    }
    if register is not None:
        names = [one.name for one in task.units]
        data["resolved_units"] = [
            {"name": one.name, "kind": one.kind, "units": list(one.units)} for one in register.resolve_all(names, on=on)
        ]
    return data


def latest_day(task: Task) -> date | None:
    """The last day by which the whole task is due: that of its label or column, else the last in its text."""
    labelled = [one.on for one in task.deadlines if one.on and not one.in_prose]
    days = labelled or [one.on for one in task.deadlines if one.on]
    return max(days, default=None)


def _in_mode(task: Task, *modes: Mode) -> list[str]:
    return list(dict.fromkeys(one.name for one in task.units if one.mode in modes))


def deadline_json(one: Deadline) -> dict[str, Any]:
    """Write a deadline as plain data."""
    return {
        "text": one.text,
        "on": _day(one.on),
        "long_term": one.long_term,
        "recurring": one.recurring,
        "every": one.every,
        "kind": one.kind.value,
        "starts_on": _day(one.starts_on),
        "in_text": one.in_prose,
    }


def _target(one: Target) -> dict[str, Any]:
    return {
        "text": one.text,
        "value": one.value,
        "unit": one.unit,
        "direction": one.direction,
        "op": one.direction,
        "kind": "recurrence" if one.recurring else "quantity",
    }


def _milestone(one: Milestone) -> dict[str, Any]:
    return {"text": one.text, "section": one.section, "deadlines": [deadline_json(day) for day in one.deadlines]}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
