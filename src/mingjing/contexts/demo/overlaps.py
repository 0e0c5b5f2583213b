"""Plant officers who are noted at an inquiry while they are out on a visit."""

import numpy as np

from mingjing.contexts.demo.days import NONE, Ints
from mingjing.contexts.demo.inspections import Visits
from mingjing.contexts.demo.penalties import Penalties


def plant(plan: Penalties, inquiry: Ints, visits: Visits) -> Ints:
    """Choose, for some inquiries, an officer of the same agency who is on a visit at that hour; ``NONE`` elsewhere."""
    setting, desk, crew = plan.setting, plan.setting.desk, plan.setting.staff.crew
    intruder = np.full(plan.rows, NONE)
    if setting.violations <= 0:
        return intruder
    ticket_day = np.concatenate(desk.days)
    ticket_team = np.concatenate(desk.teams)

    def keys(tickets: Ints) -> Ints:
        """Name the agency, day and hour of a visit by one number."""
        return (crew.unit[ticket_team[tickets]] * (1 << 17) + ticket_day[tickets]) * 8 + desk.hours[tickets]

    out = np.flatnonzero(desk.timed[visits.ticket] & ~visits.plants.taken & (visits.day < setting.as_of))
    near = plan.settled & (inquiry >= 0) & ~plan.plants.taken & (plan.decided_day <= setting.as_of)
    there = np.flatnonzero(near)
    there = there[desk.timed[inquiry[there]]]
    known, first = np.unique(keys(visits.ticket[out]), return_index=True)
    wanted = keys(inquiry[there])
    spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    visit = out[first[spot]]
    fit = (known[spot] == wanted) & (visits.team[visit] != ticket_team[inquiry[there]])
    there, visit = there[fit], visit[fit]
    order = setting.rng.permutation(len(there))
    officers = crew.lead[visits.team[visit[order]]]
    _, distinct = np.unique(officers, return_index=True)
    count = max(1, round(setting.violations * len(setting.staff.unit_of)))
    picks = order[np.sort(distinct)[:count]]
    intruder[there[picks]] = crew.lead[visits.team[visit[picks]]]
    return intruder
