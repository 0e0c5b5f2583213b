"""The parties of a district: citizens, individual businesses, companies, other organizations."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns, words
from mingjing.contexts.demo.codes import credit_codes
from mingjing.contexts.demo.days import NONE, Ints
from mingjing.contexts.demo.staff import names_of
from mingjing.facts.schema import PARTY_KINDS, RISK_LEVELS

CITIZEN, INDIVIDUAL, COMPANY, GROUP = range(4)


@dataclass(slots=True)
class Parties:
    """
    Parties by kind, grown as needed.

    The first ``inspected`` are the enterprises of the inspection plan; cases that do not come from an inspection have
    parties of their own, so that visits and cases do not collide by chance.
    """

    kind: Ints
    inspected: int

    def pick(self, rng: np.random.Generator, group: Ints) -> Ints:
        """Choose a party for each row: ``group`` 0 a citizen, 1 an individual business, 2 an organization."""
        picks = np.empty(len(group), np.int64)
        pool = np.arange(self.inspected, len(self.kind))
        for number in range(3):
            wanted = group == number
            match = pool[self.kind[pool] == number] if number < COMPANY else pool[self.kind[pool] >= COMPANY]
            picks[wanted] = rng.choice(match, int(wanted.sum()))
        return picks

    def more(self, kinds: Ints) -> Ints:
        """Add parties of these kinds; return their places."""
        places = len(self.kind) + np.arange(len(kinds))
        self.kind = np.concatenate([self.kind, kinds])
        return places


def parties_of(rng: np.random.Generator, inspected: int, others: int) -> Parties:
    """Draw the kinds: ``inspected`` enterprises first, then parties of all kinds."""
    enterprises = rng.choice([INDIVIDUAL, COMPANY, GROUP], inspected, p=[0.45, 0.5, 0.05])
    rest = rng.choice([CITIZEN, INDIVIDUAL, COMPANY, GROUP], others, p=[0.4, 0.3, 0.26, 0.04])
    rest[:4] = [CITIZEN, INDIVIDUAL, COMPANY, GROUP]
    return Parties(np.concatenate([enterprises, rest]).astype(np.int64), inspected)


def addresses(rng: np.random.Generator, rows: int, name: str, towns: list[str]) -> pa.Array:
    """Draw addresses inside the district."""
    spots = [f"{name}{town}{village}村" for town in towns for village in words.VILLAGES]
    spots += [f"{name}{road}" for road in words.ROADS] * 6
    return columns.joined(
        columns.chosen(pa.array(spots), rng.integers(0, len(spots), rows)),
        pa.array(rng.integers(1, 400, rows)).cast(pa.string()),
        "号",
    )


def party_table(
    rng: np.random.Generator, parties: Parties, *, first: int, code: str, name: str, towns: list[str], start: int
) -> tuple[dict[str, pa.Table], pa.Array]:
    """Write the parties; also return their addresses."""
    kind = parties.kind
    rows = len(kind)
    serials = np.arange(first, first + rows)
    brand = columns.chosen(pa.array(words.BRANDS), rng.integers(0, len(words.BRANDS), rows))
    middle = columns.chosen(pa.array(["", *words.BRAND_ENDS]), rng.integers(0, len(words.BRAND_ENDS) + 1, rows))
    people = names_of(rng, rows)
    names, trades = [], []
    for group, table in enumerate((words.SHOPS, words.SHOPS, words.TRADES, words.GROUPS)):
        trade = rng.integers(0, len(table), rows)
        label = columns.chosen(pa.array([row[0] for row in table]), trade)
        trades.append(columns.chosen(pa.array([row[1] for row in table]), trade))
        if group == CITIZEN:
            names.append(people)
        elif group == INDIVIDUAL:
            town = columns.chosen(pa.array([f"{name}{town}" for town in towns]), rng.integers(0, len(towns), rows))
            names.append(columns.joined(town, brand, middle, label))
        elif group == COMPANY:
            form = columns.chosen(
                pa.array(["有限公司", "有限责任公司", "股份有限公司"]), rng.choice(3, rows, p=[0.8, 0.17, 0.03])
            )
            names.append(columns.joined(name, brand, middle, label, form))
        else:
            names.append(columns.joined(name, brand, middle, label))
    order = pa.array(kind * rows + np.arange(rows))
    chosen_names = pa.chunked_array(names).take(order).combine_chunks()
    chosen_trades = pa.chunked_array(trades).take(order).combine_chunks()
    company = kind != CITIZEN
    registered = start - rng.integers(30, 6000, rows)
    risk = np.where(company, rng.choice(4, rows, p=[0.4, 0.35, 0.18, 0.07]), NONE)
    digits = np.choose(kind, [92, 92, 91, 93])
    nothing = pa.scalar(None, pa.string())
    mask = pa.array(company)
    table = columns.table_of(
        "parties",
        {
            "party_id": columns.identifiers("D", serials, 9),
            "kind": columns.coded(kind, tuple(PARTY_KINDS)),
            "name": chosen_names,
            "uscc": pa.compute.if_else(mask, credit_codes(digits, code, serials % 10**6, "MA"), nothing),
            "jurisdiction_code": columns.coded(np.zeros(rows, np.int64), [code]).cast(pa.string()),
            "industry_code": pa.compute.if_else(mask, chosen_trades, nothing),
            "registered_on": columns.dates(np.where(company, registered, NONE)),
            "risk_level": columns.coded(risk, tuple(RISK_LEVELS)),
        },
    )
    return {"parties": table}, addresses(rng, rows, name, towns)
